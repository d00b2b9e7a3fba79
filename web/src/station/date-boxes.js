// A date in three boxes: `id`, `id-month`, `id-year`.
import { byId } from './state.js';
import { partsOf } from '../values/dates.js';

export const dateParts = (id) => ({ day: byId(id).value, month: byId(`${id}-month`).value, year: byId(`${id}-year`).value });

export const fillDate = (id, date) => fillDateParts(id, partsOf(date));

export function fillDateParts(id, { day = '', month = '', year = '' }) {
  byId(id).value = day;
  byId(`${id}-month`).value = month;
  byId(`${id}-year`).value = year;
}
