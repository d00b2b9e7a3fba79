// The forms by which staff write into the open record.
import { measureResources, readMeasures } from './measuring.js';
import { keepWaiting, sendEntry } from './outbox.js';
import { transactionOf, visitResource } from './resources.js';
import { byId, station } from './state.js';
import { showErrors } from '../pages.js';
import { text } from '../texts.js';

const ZONE_AHEAD = 7 * 60 * 60 * 1000;

// Now, with the province's zone: 2026-11-23T08:30:00+07:00.
export function nowInProvince(now = Date.now()) {
  return `${new Date(now + ZONE_AHEAD).toISOString().slice(0, 19)}+07:00`;
}

export function aboutNow() {
  const { person, shift } = station;
  const at = nowInProvince();
  person.visit ||= { id: crypto.randomUUID(), at, performer: `${shift.name} (${shift.licence})` };
  return { personId: person.id, performer: `${shift.name} (${shift.licence})`, at, visit: person.visit.id };
}

// Sends `resources` with the visit they belong to. True unless the service refused them.
export async function write(what, resources) {
  const { person, shift } = station;
  const { id: visit, at: visitAt, performer } = person.visit;
  const bundle = transactionOf([visitResource({ personId: person.id, visit, visitAt, performer }), ...resources]);
  const entry = { what, bundle, practitioner: shift.practitioner };
  const { result, why } = await sendEntry(entry);
  if (result === 'refused') {
    showErrors([{ message: text('refused', { why }) }]);
    return false;
  }
  if (result === 'waiting') keepWaiting(entry, why);
  location.hash = '#write';
  station.told = text(result === 'sent' ? 'written' : 'kept_waiting', { what });
  return true;
}

export async function writeMeasures() {
  const unit = byId('measure-glucose-unit').value;
  const typed = { unit };
  for (const field of ['pressure', 'weight', 'height', 'glucose']) typed[field] = byId(`measure-${field}`).value.trim();
  const { faults, values } = readMeasures(typed);
  if (faults.length) {
    showErrors(faults.map(([field, key]) => ({ id: `measure-${field}`, message: text(key) })));
    return;
  }
  const resources = measureResources(values, unit, aboutNow());
  if (await write(text('kind_measure'), resources)) byId('measure-form').reset();
}
