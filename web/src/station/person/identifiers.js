// Which number staff typed: the personal number or that of the health insurance, by its form. Pure.
import { IDENTIFIER_SYSTEM } from '../../../../sdk/js/facility-client.js';
import { plainDigits } from '../../digits.js';

const INSURANCE_NUMBER = /^(?:[A-Z]{2}[1-5])?(?:\d{10}|\d{12})$/;

const TAIL = 4;

// The end of the number that somebody was found by: enough to tell two people apart, too little to be kept as a number.
export const numberTail = ({ value }) => `…${value.slice(-TAIL)}`;

// { system, value }, or null for what is neither.
export function identifierOf(raw) {
  const number = plainDigits(raw).replace(/[\s.\-_/]+/g, '').toUpperCase();
  if (/^\d{12}$/.test(number)) return { system: `${IDENTIFIER_SYSTEM}national_id`, value: number };
  return INSURANCE_NUMBER.test(number) ? { system: `${IDENTIFIER_SYSTEM}insurance_number`, value: number } : null;
}

const MOST_PLACES_PUT_RIGHT = 2;

// Whether a number is of another person than an earlier one of the same kind, and not the same one put right.
export function isOfAnother(value, earlier) {
  if (value.length !== earlier.length) return false;
  return [...value].filter((sign, place) => sign !== earlier[place]).length > MOST_PLACES_PUT_RIGHT;
}
