// Sends what staff wrote into the open record, with the visit it belongs to; what was sent can be taken back.
import { keepWaiting, sendEntry } from './outbox.js';
import { transactionOf, visitResource } from './resources.js';
import { station } from './state.js';
import { showErrors } from '../pages.js';
import { text } from '../texts.js';

const ZONE_AHEAD = 7 * 60 * 60 * 1000;

// Now, with the province's zone: 2026-11-23T08:30:00+07:00. Its first ten characters are the day in the province.
export function nowInProvince(now = Date.now()) {
  return `${new Date(now + ZONE_AHEAD).toISOString().slice(0, 19)}+07:00`;
}

// Whom, by whom, when and at which visit: what every resource says.
export function aboutNow() {
  const { person, shift } = station;
  const at = nowInProvince();
  const performer = `${shift.name} (${shift.licence})`;
  person.visit ||= { visit: crypto.randomUUID(), visitAt: at, personId: person.id, performer };
  return { personId: person.id, performer, at, visit: person.visit.visit };
}

// True unless the service refused them; what found no network waits.
export async function write(what, resources) {
  const { person, shift } = station;
  const bundle = transactionOf([visitResource(person.visit), ...resources]);
  return deliver({ what, bundle, practitioner: shift.practitioner, person, resources });
}

export async function deliver({ person, resources, ...entry }) {
  const { result, why } = await sendEntry(entry);
  if (result === 'refused') {
    showErrors([{ message: text('refused', { why }) }]);
    return false;
  }
  if (result === 'waiting') keepWaiting(entry, why);
  person.written.push(...resources.map((resource) => ({ what: entry.what, resource })));
  if (station.person !== person) return true;
  station.told = text(result === 'sent' ? 'written' : 'kept_waiting', { what: entry.what });
  location.hash = '#write';
  return true;
}
