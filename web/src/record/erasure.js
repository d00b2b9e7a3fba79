// Erasing a record: told plainly, confirmed by a tick, and irrecoverable.
import { attempt } from '../account/sign-in.js';
import { ask, askPinAgain, nameOfRecord, own, paragraph, recordOf } from './page-content.js';
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

async function erase() {
  if (!sure.checked) return showErrors([{ id: 'erase-sure', message: text('erase_unsure') }]);
  await ask('DELETE', `/records/${location.hash.split('/')[1]}`);
  Object.assign(own, { records: null, notice: text('erased') });
  location.hash = '#records';
  return undefined;
}
