// Sends what staff wrote into the open record, with the visit it belongs to; what was sent can be taken back.
import { nowInProvince } from '../clock.js';
import { numberTail } from '../person/identifiers.js';
import { keepWaiting, sendEntry } from './outbox.js';
import { transactionOf, visitResource } from './resources.js';
import { station } from '../state.js';
import { showErrors, shownPage } from '../../pages.js';
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

// Gives what `deliver` gives. `what` reads back what is written, `kind` names it without a value, `whole` is for the list of
// what waits where `what` does not say all.
export async function write(what, resources, { kind = what, whole = '', earlier = '' } = {}) {
  const bundle = transactionOf([visitResource(station.person.visits[earlier]), ...resources]);
  return deliver({ what, kind, whole, bundle }, resources);
}

// For the person whose record is open now, also when the answer comes later: a refusal then waits in the list. `resources` is
// what is known of the record from then on. Gives the sentence that tells what became of it; '' where it was refused.
export async function deliver(content, resources) {
  const { person, shift } = station;
  const page = shownPage();
  const entry = { ...content, practitioner: shift.practitioner, who: shift.name, personId: person.id, number: numberTail(person.card) };
  const { result, why } = await sendEntry(entry);
  const isHere = station.person === person;
  if (result === 'refused') {
    const told = text('refused', { why });
    if (isHere) showErrors([{ message: shownPage() === page ? told : `${entry.what}: ${told}` }]);
    else keepWaiting(entry, why, true);
    return '';
  }
  const ids = resources.map(({ id }) => id);
  person.written = [...person.written.filter(({ id }) => !ids.includes(id)), ...resources];
  return text(result === 'sent' ? 'written' : 'kept_waiting', { what: entry.what });
}
