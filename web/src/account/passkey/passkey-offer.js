// After the receipt: opening the record by fingerprint or face next time.
import { addPasskey, hasPasskeys, passkeySentence } from './passkeys.js';
import { attempt, attemptFor } from '../sign-in.js';
import { call } from '../../api.js';
import { journey } from '../../journey.js';
import { showErrors } from '../../pages.js';

const FRESH_PIN = 5 * 60 * 1000;
const offer = document.getElementById('passkey-offer');
const done = document.getElementById('passkey-done');

export function startPasskeyOffer() {
  const pressed = document.getElementById('passkey-add');
  pressed.addEventListener('click', attempt({ querySelector: () => pressed }, null, addThisDevice));
}

// Shown where the device can hold one and this session may add it: with the PIN it has just set, or in the PIN's place.
export async function showPasskeyOffer() {
  const may = done.hidden && (Boolean(freshPin()) || journey.pinOffered);
  offer.hidden = !(may && (await hasPasskeys()));
}

// The PIN that was set in this page, for as long as whoever set it is likely to hold the device.
function freshPin() {
  const { chosenPin } = journey;
  return chosenPin && Date.now() - chosenPin.at < FRESH_PIN ? chosenPin.pin : null;
}

async function addThisDevice() {
  const pin = freshPin();
  if (pin && journey.level < 2) {
    const lifted = await call('POST', '/pin/verify', { body: { pin, attempt: attemptFor('lift', pin) } });
    if (lifted.status !== 204) return showErrors([{ message: passkeySentence(lifted) }]);
    journey.level = 2;
  }
  const answer = await addPasskey(pin);
  if (answer.status !== 201) return showErrors([{ message: passkeySentence(answer) }]);
  Object.assign(journey, { chosenPin: null, pinOffered: false });
  offer.hidden = true;
  done.hidden = false;
  document.getElementById('pin-offer').hidden = true;
  return undefined;
}
