// Measures as people say them, brought to the unit of the question: 1m65 and 1,65 are 165 cm, 12/8 is 120/80 mmHg.
import { plainDigits } from '../digits.js';

const METRES = /^(\d)m(\d{1,2})?$/;
const PAIR = /^(\d{1,3})[/\\-](\d{1,3})$/;
const UNITS = { cm: 'cm|centimet|xentimet|phan', kg: 'kg|kilogam|ki|ky|kilo|can', 'mm[Hg]': 'mmhg' };

// The number that was meant, as text with a point; `item` says unit and range.
export function spokenNumber(item, raw) {
  const code = item.unit || item.units?.[0]?.code || '';
  const plain = bare(raw, code);
  const metres = code === 'cm' && METRES.exec(plain);
  if (metres) return String(Number(metres[1]) * 100 + Number((metres[2] || '').padEnd(2, '0')));
  const pair = code === 'mm[Hg]' && pressures(plain);
  if (pair) return String(item.linkId.endsWith('diastolic') ? pair[1] : pair[0]);
  return fitting(item, code, plain);
}

// [upper, lower] of a blood pressure in one text, or null.
export function pressuresIn(raw) {
  return pressures(bare(raw, 'mm[Hg]'));
}

function bare(raw, code) {
  const text = plainDigits(raw).toLowerCase().normalize('NFD').replace(/[\u0300-\u036f\s]/g, '').replace(',', '.');
  const unit = UNITS[code];
  return unit ? text.replace(new RegExp(`(?:${unit})$`), '') : text;
}

function pressures(text) {
  const found = PAIR.exec(text);
  if (!found) return null;
  const pair = [Number(found[1]), Number(found[2])];
  return pair.every((part) => part < 30) ? pair.map((part) => part * 10) : pair;
}

// A number that is out of range as it stands and within it in the larger unit that people use.
function fitting(item, code, text) {
  const times = { cm: 100, 'mm[Hg]': 10 }[code];
  const value = Number(text);
  const isIn = (number) => number >= (item.minValue ?? -Infinity) && number <= (item.maxValue ?? Infinity);
  if (!times || !/^\d+(\.\d+)?$/.test(text) || isIn(value) || !isIn(value * times)) return text;
  return String(Math.round(value * times * 10) / 10);
}
