// Erasing a record: told plainly, confirmed by a tick, and irrecoverable.
import { attempt } from '../account/sign-in.js';
import { ask, nameOfRecord, own, paragraph, recordOf, refuse } from './page-content.js';
import { journey } from '../journey.js';
import { section, showErrors } from '../pages.js';
import { text } from '../texts.js';

const sure = document.getElementById('erase-sure');

export async function showErasing(id) {
  sure.checked = false;
  return [paragraph(text('erase_who', { name: nameOfRecord(await recordOf(id)) }), 'notice')];
}

export function startErasing() {
  const form = section('erase').querySelector('form');
  form.addEventListener('submit', attempt(form, null, () => erase().catch(askPinAgain)));
}

// An unlocked phone in other hands does not erase: after five minutes the PIN is asked for anew.
function askPinAgain(error) {
  refuse(error);
  if (error.type !== '/problems/pin-needed-again') return;
  journey.level = 1;
  location.hash = '#enter-pin';
}

async function erase() {
  if (!sure.checked) return showErrors([{ id: 'erase-sure', message: text('erase_unsure') }]);
  await ask('DELETE', `/records/${location.hash.split('/')[1]}`);
  Object.assign(own, { records: null, notice: text('erased') });
  location.hash = '#records';
  return undefined;
}
