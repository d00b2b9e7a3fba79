// The link that `ssk facility add-device` draws as a QR code, opened or scanned: `#enrol=79001.2,48213377,1764500000`.
const ENROLMENT_LINK = /#enrol=([A-Za-z0-9-]{1,32}\.[1-9][0-9]{0,3}),([0-9]{8}),([0-9]{1,12})$/;

// Gives { keyId, digits, until (ms) }, or null for anything else.
export function readLink(written) {
  const found = ENROLMENT_LINK.exec(written.trim());
  return found && { keyId: found[1], digits: found[2], until: Number(found[3]) * 1000 };
}

// Why a device does not take the name of a link, as the key of a sentence; undefined where it does. `ownDigits` are those
// of its own key: other ones mean that the code was exchanged on its way, or that the link is another device's.
export function faultOf({ digits, until }, ownName, ownDigits, now) {
  if (ownName) return 'link_named';
  if (digits !== ownDigits.replace(' ', '')) return 'link_other';
  return until < now ? 'link_over' : undefined;
}
