// One field: its raw value to FHIR answers and back, and what is wrong with it.
import { isNoDate, partsOf, readDate } from './dates.js';
import { plainDigits } from '../digits.js';
import { spokenNumber } from './measures.js';

const WRITTEN = ['string', 'text', 'url'];
const TEXT_LIMITS = { string: 255, text: 4000, url: 2048, choice: 255, 'open-choice': 255 };
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;
// Control, private and surrogate characters, and those that turn the reading direction round (values.py has the same).
const STRANGE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]/u;

export function isEmpty(item, raw) {
  if (item.tick) return raw !== true;
  if (raw === undefined || raw === null || raw === '') return true;
  if (Array.isArray(raw)) return raw.length === 0;
  if (isDate(item)) return isNoDate(raw);
  if (item.type === 'open-choice') return !raw.chosen.length && !raw.own.trim();
  if (item.type === 'quantity') return !raw.value.trim();
  return typeof raw === 'string' && !raw.trim();
}

const isDate = (item) => item.type === 'date' || item.type === 'dateTime';

// Gives { answers } in FHIR's shape or { fault, ...values for its text }.
export function convert(item, raw, today) {
  if (item.tick) return raw === true || !item.required ? { answers: [{ valueBoolean: raw === true }] } : { fault: 'required_tick' };
  if (isEmpty(item, raw)) return item.required ? { fault: missing(item) } : { answers: [] };
  if (item.type === 'choice') return { answers: [raw].flat().map(chosen) };
  if (item.type === 'open-choice') return openChoice(item, raw);
  if (item.type === 'boolean') return { answers: [{ valueBoolean: raw }] };
  if (isDate(item)) return single(item.type === 'date' ? 'valueDate' : 'valueDateTime', readDate(raw, today, item.maxValue));
  if (item.type === 'decimal' || item.type === 'integer') return single(`value${item.type === 'integer' ? 'Integer' : 'Decimal'}`, number(item, raw));
  if (item.type === 'quantity') return quantity(item, raw);
  if (item.type === 'time') return { answers: [{ valueTime: raw.length === 5 ? `${raw}:00` : raw }] };
  return lineOf(item, raw, item.type === 'url' ? 'valueUri' : 'valueString');
}

function single(name, { value, ...fault }) {
  return value === undefined ? fault : { answers: [{ [name]: value }] };
}

function lineOf(item, raw, name) {
  const digits = (item.pattern || '').includes('\\d');
  const value = (digits ? plainDigits(raw) : raw).replace(/\r\n?/g, '\n').replace(/\t/g, ' ').normalize('NFC').trim();
  const most = item.maxLength || TEXT_LIMITS[item.type];
  const { length } = [...value];
  if (STRANGE.test(item.type === 'text' ? value.replace(/\n/g, ' ') : value)) return { fault: 'strange_text' };
  if (!SEEN.test(value)) return { fault: 'empty_text' };
  if (length > most) return { fault: 'too_long', most };
  if (length < (item.minLength || 0)) return { fault: 'too_short', least: item.minLength };
  if (item.pattern && !new RegExp(`^(?:${item.pattern})$`, 'u').test(value)) return { fault: 'wrong_pattern' };
  return { answers: [{ [name]: value }] };
}

function openChoice(item, { chosen: keys, own }) {
  const said = own.trim() ? lineOf(item, own, 'valueString') : { answers: [] };
  return said.fault ? said : { answers: [...keys.map(chosen), ...said.answers] };
}

function missing(item) {
  if (!item.type.endsWith('choice')) return isDate(item) ? 'year_missing' : 'required_line';
  return item.ward ? 'ward_required' : 'required_choice';
}

// `system|code`, or the name of a plain value with the value itself; wards come as an object.
function chosen(key) {
  if (typeof key === 'object') return { valueCoding: key };
  const plain = /^(value\w+)=(.*)$/.exec(key);
  if (plain) return { [plain[1]]: plain[1] === 'valueInteger' ? Number(plain[2]) : plain[2] };
  return { valueCoding: coding(key) };
}

function coding(key) {
  const cut = key.lastIndexOf('|');
  return cut > 0 ? { system: key.slice(0, cut), code: key.slice(cut + 1) } : { code: key.slice(cut + 1) };
}

function number(item, raw) {
  const text = spokenNumber(item, raw);
  if (!/^-?\d+(\.\d+)?$/.test(text)) return { fault: 'not_a_number' };
  if (item.type === 'integer' && text.includes('.')) return { fault: 'not_whole' };
  const value = Number(text);
  const [least, most] = [item.minValue ?? -Infinity, item.maxValue ?? Infinity];
  if (value < least || value > most) return { fault: 'out_of_range', least, most };
  const { decimals } = item;
  return decimals !== undefined && value !== Number(value.toFixed(decimals)) ? { fault: 'too_precise', places: decimals } : { value };
}

function quantity(item, raw) {
  const { value, ...fault } = number(item, raw.value);
  if (value === undefined) return fault;
  const unit = item.units.find((each) => keyOf(each) === raw.unit) || item.units[0];
  if (!unit) return { answers: [{ valueQuantity: { value } }] };
  const { system, code, display } = unit;
  return { answers: [{ valueQuantity: { value, unit: display || code, ...(system ? { system } : {}), code } }] };
}

const keyOf = ({ system, code }) => `${system || ''}|${code}`;

// The values of a kept QuestionnaireResponse, to be changed and sent again.
export function valuesOf(items, response) {
  const values = {};
  const take = (nodes, into) => (nodes || []).forEach(({ linkId, answer, item }) => {
    const known = items[linkId];
    if (known.repeats && !known.type.endsWith('choice')) {
      const rows = known.type === 'group' ? [{ item }] : answer.map((each) => ({ answer: [each], item: each.item }));
      into[linkId] = [...(into[linkId] || []), ...rows.map((row) => {
        const made = row.answer ? { [linkId]: rawOf(known, row.answer) } : {};
        take(row.item, made);
        return made;
      })];
    } else {
      if (answer) into[linkId] = rawOf(known, answer);
      take(item, into);
      for (const each of answer || []) take(each.item, into);
    }
  });
  take(response.item, values);
  return values;
}

function rawOf(item, answers) {
  const [first] = answers;
  if (item.ward) return { code: first.valueCoding.code, display: first.valueCoding.display || first.valueCoding.code };
  if (item.type === 'open-choice') {
    const free = answers.filter((each) => typeof each.valueString === 'string');
    return { chosen: answers.filter((each) => !free.includes(each)).map(keyOfAnswer), own: free.map((each) => each.valueString).join(', ') };
  }
  if (item.type === 'choice') return item.repeats ? answers.map(keyOfAnswer) : keyOfAnswer(first);
  if (item.type === 'boolean') return first.valueBoolean;
  if (isDate(item)) return partsOf(first.valueDate || first.valueDateTime);
  if (item.type === 'quantity') return { value: written(first.valueQuantity.value), unit: keyOf(first.valueQuantity) };
  if (item.type === 'time') return first.valueTime.slice(0, 5);
  const raw = first.valueString ?? first.valueUri ?? first.valueDecimal ?? first.valueInteger;
  return WRITTEN.includes(item.type) ? raw : written(raw);
}

const written = (value) => String(value).replace('.', ',');

function keyOfAnswer(answer) {
  if (answer.valueCoding) return keyOf(answer.valueCoding);
  const [name, value] = Object.entries(answer).find(([member]) => member.startsWith('value'));
  return `${name}=${value}`;
}
