// Entering the PIN, which lifts the session to level 2.
import { attempt, attemptFor, sentenceOfPin } from './sign-in.js';
import { call } from '../api.js';
import { digitsOnly } from '../digits.js';
import { askSession, journey } from '../journey.js';
import { section, showErrors } from '../pages.js';
import { text } from '../texts.js';

const pinBox = document.getElementById('own-pin');

export function startPin(proven) {
  const form = section('enter-pin').querySelector('form');
  form.addEventListener('submit', attempt(form, 'own-pin', () => sendOwnPin(proven)));
}

// `before` is the page that asked for it anew.
export function enterPin(before) {
  pinBox.value = '';
  document.getElementById('pin-needed-again').hidden = !before;
  document.getElementById('pin-permitted').hidden = !journey.pinOffered;
}

async function sendOwnPin(proven) {
  const pin = digitsOnly(pinBox.value);
  if (pin.length !== 6) return showErrors([{ id: 'own-pin', message: text('pin_shape') }]);
  const answer = await call('POST', '/pin/verify', { body: { pin, attempt: attemptFor('lift', pin) } });
  pinBox.value = '';
  if (answer.status === 204) {
    journey.level = 2;
    return proven();
  }
  if (answer.status === 401 && answer.data.remaining === undefined) await askSession();
  return showErrors([{ id: 'own-pin', message: sentenceOfPin(answer) }]);
}
