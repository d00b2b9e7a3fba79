// Sends what staff wrote into the open record, with the visit it belongs to; what was sent can be taken back.
import { nowInProvince } from './clock.js';
import { numberTail } from './identifiers.js';
import { keepWaiting, sendEntry } from './outbox.js';
import { transactionOf, visitResource } from './resources.js';
import { station } from './state.js';
import { showErrors } from '../pages.js';
import { text } from '../texts.js';

// Whom, by whom, when and at which visit: what every resource says.
export function aboutNow() {
  const { person, shift } = station;
  const at = nowInProvince();
  const performer = `${shift.name} (${shift.licence})`;
  person.visit ||= { visit: crypto.randomUUID(), visitAt: at, personId: person.id, performer };
  return { personId: person.id, performer, at, visit: person.visit.visit };
}

// True unless the service refused them; what found no network waits. `what` reads back what is written, `kind` names it
// without a value.
export async function write(what, resources, kind = what) {
  const bundle = transactionOf([visitResource(station.person.visit), ...resources]);
  return deliver({ what, kind, bundle }, resources);
}

// For the person whose record is open now, also when the answer comes later: a refusal then waits in the list.
export async function deliver(content, resources = []) {
  const { person, shift } = station;
  const entry = { ...content, practitioner: shift.practitioner, who: shift.name, number: numberTail(person.card) };
  const { result, why } = await sendEntry(entry);
  const isHere = station.person === person;
  if (result === 'refused') {
    if (isHere) showErrors([{ message: text('refused', { why }) }]);
    else keepWaiting(entry, why, true);
    return false;
  }
  if (result === 'waiting') keepWaiting(entry, why);
  person.written.push(...resources.map((resource) => ({ what: entry.what, resource })));
  if (!isHere) return true;
  station.told = text(result === 'sent' ? 'written' : 'kept_waiting', { what: entry.what });
  location.hash = '#write';
  return true;
}
