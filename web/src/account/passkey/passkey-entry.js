// The buttons that open a record by fingerprint or face: beside the phone number, and beside the PIN.
import { attempt } from '../sign-in.js';
import { hasLeft } from '../sign-out.js';
import { hasPasskeys, passkeySentence, signInWithPasskey } from './passkeys.js';
import { journey, remember } from '../../journey.js';
import { showErrors } from '../../pages.js';

// `ids` are the buttons of this page; `proven` goes on as after a code.
export async function startPasskeyEntry(ids, proven) {
  const buttons = ids.map((id) => document.getElementById(id));
  for (const pressed of buttons) {
    const enter = attempt({ querySelector: () => pressed }, pressed.dataset.error, () => enterByPasskey(pressed.dataset.error, proven));
    pressed.addEventListener('click', enter);
  }
  const isPossible = await hasPasskeys();
  for (const pressed of buttons) pressed.parentNode.hidden = !isPossible;
}

async function enterByPasskey(id, proven) {
  const answer = await signInWithPasskey();
  if (answer.status !== 200) return showErrors([{ id, message: passkeySentence(answer) }]);
  const { level, pin_set: pinSet, draft_scope: scope } = answer.data;
  hasLeft();
  Object.assign(journey, { signedIn: true, level, pinSet, scope, pinOffered: false, challenge: null, phone: '' });
  remember();
  return proven();
}
