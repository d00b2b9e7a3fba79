// What is asked before a person, a shift or the page is left: for half-typed entries, and for the session of a helped person.
import { endResidentSession, isHelping, mayHaveSession } from './helping.js';
import { ask } from '../questions.js';
import { holdsPaper, mayLeavePaper } from '../person/paper-code.js';
import { text } from '../../texts.js';
import { hasUnsent } from '../writing/outbox.js';

// The forms in which staff typed since they were emptied; what the page filled in itself counts for nothing.
const typedIn = new Set();

export function watchTyping(ids) {
  for (const id of ids) {
    const form = document.getElementById(id);
    form.addEventListener('input', () => typedIn.add(id));
    form.addEventListener('reset', () => typedIn.delete(id));
  }
}

// What was typed is on its way, or was refused and stands there again.
export const nothingIsTyped = (form) => typedIn.delete(form);
export const somethingIsTyped = (form) => typedIn.add(form);

export const hasTyped = () => typedIn.size > 0;

// True where nothing is lost, or staff say that it may be.
export async function mayLeaveTyped() {
  if (!(await mayLeavePaper())) return false;
  return !typedIn.size || ask(text('typed_title'), [text('typed_text')], [text('typed_drop'), text('typed_stay')]);
}

// What waits is lost when the device is switched off: whoever ends the shift hears of it.
export async function mayEndShift() {
  if (!(await mayLeaveTyped())) return false;
  return !hasUnsent() || ask(text('unsent_title'), [text('unsent_text')], [text('unsent_end'), text('unsent_stay')]);
}

// The session of whoever was helped to declare ends before the next record opens, unless they are still at it.
export async function mayGoOn() {
  if (!mayHaveSession()) return true;
  if (isHelping() && !(await ask(text('helping_title'), [text('helping_text')], [text('helping_end'), text('helping_stay')]))) return false;
  await endResidentSession();
  return true;
}

export function guardLeaving() {
  window.addEventListener('beforeunload', (event) => {
    if (hasUnsent() || typedIn.size || holdsPaper()) event.preventDefault();
  });
}
