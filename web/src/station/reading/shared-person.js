// Finding somebody by the QR code that they show: the link is opened as by any reader, and says by which number and birth date
// its record is found; the record itself is then read by a signed call, as always.
import { byId, station } from '../state.js';
import { fillDate } from '../date-boxes.js';
import { canOpen, contentOf, linkOf } from '../../share/smart-health-link.js';
import { showErrors } from '../../pages.js';
import { text } from '../../texts.js';

const LONGEST_RECIPIENT = 100;
const SHARES = `${location.origin}/v1/shares/`;

export const isShare = (scanned) => linkOf(scanned.trim()) !== null;

// { token, locked } of a link of this service; null for any other.
export function shareOf(scanned) {
  const link = linkOf(scanned.trim());
  return link?.url.startsWith(SHARES) ? { link, token: link.url.slice(SHARES.length), isLocked: (link.flag || '').includes('P') } : null;
}

// Fills in number, birth date and name, and gives { id, token }; null after telling why not.
export async function readSharedPerson(scanned) {
  const share = shareOf(scanned);
  const { turn } = station;
  const refuse = (key) => {
    if (station.turn === turn) showErrors([{ id: 'find-number', message: text(key) }]);
    return null;
  };
  byId('find-form').reset();
  if (!share || share.isLocked) return refuse(share ? 'share_locked' : 'share_wrong');
  if (!canOpen()) return refuse('share_elsewhere');
  const patient = await patientOf(share.link).catch(() => undefined);
  if (station.turn !== turn) return null;
  if (!patient) return refuse(patient === null ? 'share_gone' : 'station_offline');
  const number = ['national_id', 'insurance_number'].map((kind) => (patient.identifier || []).find(({ system }) => system.endsWith(kind))).find(Boolean);
  if (!number) return refuse('share_elsewhere');
  byId('find-number').value = number.value;
  byId('find-name').value = patient.name?.[0]?.text || '';
  fillDate('find-born', patient.birthDate);
  return { id: patient.id, token: share.token };
}

// Of the shared summary; null where the link is over.
async function patientOf({ url, key }) {
  const recipient = `${station.who.name}, ${station.shift.name}`.slice(0, LONGEST_RECIPIENT);
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ recipient }), cache: 'no-store', credentials: 'omit' };
  const answer = await fetch(url, options);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`share: ${answer.status}`);
  const bundle = await contentOf((await answer.json()).files[0].embedded, key);
  return bundle.entry.map(({ resource }) => resource).find(({ resourceType }) => resourceType === 'Patient');
}
