// What a personal identification number says by itself (identifiers.py has the same).
import { digitsOnly } from '../digits.js';

// `{ sex, year }` of twelve digits: the fourth gives century and sex, the fifth and sixth the year.
export function fromNumber(raw) {
  const digits = digitsOnly(raw || '');
  if (digits.length !== 12) return null;
  const century = Number(digits[3]);
  return { sex: century % 2 ? 'female' : 'male', year: String(1900 + 100 * Math.floor(century / 2) + Number(digits.slice(4, 6))) };
}
