// A FHIR date from three boxes; day and month may stay empty (https://hl7.org/fhir/R4/datatypes.html#date).
import { digitsOnly } from '../digits.js';
import { localDate } from '../local-day.js';

const EARLIEST = 1900; // as in questionnaire/dates.py
const two = (number) => String(number).padStart(2, '0');

export function isNoDate(parts) {
  return !parts || ![parts.day, parts.month, parts.year].some((part) => (part || '').trim());
}

// Gives { value } or { fault }, a key of the texts. `latest` is a day of the form, where it may lie in the future.
export function readDate(parts, today = localDate(), latest = undefined) {
  const last = latest ? latest.split('-').map(Number) : [today.getFullYear(), today.getMonth() + 1, today.getDate()];
  const fault = latest ? 'too_late' : 'in_future';
  const [day, month, year] = [parts.day, parts.month, parts.year].map((part) => digitsOnly(part || ''));
  if (year.length !== 4) return { fault: 'year_missing' };
  if (+year < EARLIEST) return { fault: 'too_early', least: EARLIEST };
  if (day && !month) return { fault: 'month_missing' };
  if (!month) return late([+year], last) ? { fault } : { value: year };
  const date = new Date(Date.UTC(+year, +month - 1, +(day || 1)));
  if (date.getUTCMonth() !== +month - 1 || +month < 1 || (day && date.getUTCDate() !== +day)) return { fault: 'no_such_date' };
  if (late(day ? [+year, +month, +day] : [+year, +month], last)) return { fault };
  return { value: [year, two(+month), ...(day ? [two(+day)] : [])].join('-') };
}

function late(parts, last) {
  for (let place = 0; place < parts.length; place += 1) {
    if (parts[place] !== last[place]) return parts[place] > last[place];
  }
  return false;
}

// The three boxes of a FHIR date or of the day of a dateTime.
export function partsOf(date) {
  const [year, month = '', day = ''] = date.slice(0, 10).split('-');
  return { day: day.replace(/^0/, ''), month: month.replace(/^0/, ''), year };
}
