// The devices that open this account by fingerprint or face: adding this one, removing any.
import { addPasskey, hasPasskeys, passkeySentence } from './passkeys.js';
import { ask, askPinAgain, button, content, list, moment, paragraph } from '../../record/page-content.js';
import { attempt } from '../sign-in.js';
import { digitsOnly } from '../../digits.js';
import { element, text } from '../../texts.js';
import { section, showErrors } from '../../pages.js';

const passkeyPage = section('passkeys');
const pinField = document.getElementById('passkey-pin');

export function startPasskeyList() {
  const form = passkeyPage.querySelector('form');
  form.addEventListener('submit', attempt(form, 'passkey-pin', addHere));
}

export async function showPasskeys() {
  pinField.value = '';
  pinField.parentNode.hidden = true;
  const isPossible = await hasPasskeys();
  passkeyPage.querySelector('form').hidden = !isPossible;
  const { passkeys } = (await ask('GET', '/passkeys')).data;
  const shown = passkeys.length ? list(passkeys.map(passkeyLine)) : paragraph(text('no_passkeys'));
  return isPossible ? shown : element('div', {}, shown, paragraph(text('passkeys_not_here')));
}

function passkeyLine({ id, label, added_at: added, used_at: used }) {
  const made = element('li', {}, element('strong', { textContent: text(`passkey_${label}`) }));
  const last = used ? ` · ${text('passkey_used', { at: moment(used) })}` : '';
  made.append(paragraph(`${text('passkey_added', { at: moment(added) })}${last}`));
  made.append(button(text('passkey_remove'), () => removePasskey(id)));
  return made;
}

const removePasskey = (id) => ask('DELETE', `/passkeys/${id}`).then(again, askPinAgain);

// The PIN is asked for where the server wants it: who picks up an unlocked phone adds nothing.
async function addHere() {
  const pin = pinField.parentNode.hidden ? '' : digitsOnly(pinField.value);
  const answer = await addPasskey(pin);
  if (answer.data.type === '/problems/current-pin-needed') {
    pinField.parentNode.hidden = false;
    pinField.focus();
  }
  if (answer.status !== 201) return showErrors([{ id: pinField.parentNode.hidden ? null : 'passkey-pin', message: passkeySentence(answer) }]);
  return again();
}

async function again() {
  content('passkeys').replaceChildren(await showPasskeys());
}
