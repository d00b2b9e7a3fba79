// Sends what staff wrote into the open record, with the visit it belongs to; what was sent can be taken back.
import { nowInProvince } from '../clock.js';
import { numberTail } from '../person/identifiers.js';
import { keepWaiting, sendEntry } from './outbox.js';
import { transactionOf, visitResource } from './resources.js';
import { station } from '../state.js';
import { showErrors } from '../../pages.js';
import { text } from '../../texts.js';

// Whom, by whom, when and at which visit: what every resource says. An earlier day, from the book on paper, has a visit of
// its own; its hour is not known. `writtenAt` is now in any case.
export function aboutVisit(earlier = '') {
  const { person, shift } = station;
  const writtenAt = nowInProvince();
  const at = earlier || writtenAt;
  const performer = `${shift.name} (${shift.licence})`;
  person.visits[earlier] ||= { visit: crypto.randomUUID(), visitAt: at, personId: person.id, performer };
  return { personId: person.id, performer, at, writtenAt, visit: person.visits[earlier].visit };
}

// True unless the service refused them; what found no network waits. `what` reads back what is written, `kind` names it
// without a value.
export async function write(what, resources, { kind = what, earlier = '' } = {}) {
  const bundle = transactionOf([visitResource(station.person.visits[earlier]), ...resources]);
  return deliver({ what, kind, bundle }, resources);
}

// For the person whose record is open now, also when the answer comes later: a refusal then waits in the list. `resources` is
// what is known of the record from then on, `next` the page that tells it.
export async function deliver(content, resources, next = 'write') {
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
  const ids = resources.map(({ id }) => id);
  person.written = [...person.written.filter(({ id }) => !ids.includes(id)), ...resources];
  if (!isHere) return true;
  station.told = text(result === 'sent' ? 'written' : 'kept_waiting', { what: entry.what });
  location.hash = `#${next}`;
  return true;
}
