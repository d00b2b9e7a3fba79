// From what stands in the fields to FHIR answers: which questions count, what is wrong, and the QuestionnaireResponse.
import { isNoDate, readDate } from './dates.js';
import { plainDigits } from './digits.js';

// All questions in order, without the groups around them.
export function questionsOf(items) {
  return items.flatMap((item) => [...(item.type === 'group' ? [] : [item]), ...questionsOf(item.item || [])]);
}

export function isEmpty(item, raw) {
  if (item.tick) return raw !== true;
  if (raw === undefined || raw === null || raw === '') return true;
  if (Array.isArray(raw)) return raw.length === 0;
  if (item.type === 'date') return isNoDate(raw);
  return typeof raw === 'string' && !raw.trim();
}

// FHIR R4 enableWhen: a question behind a hidden one is hidden too.
export function isEnabled(item, values, questions) {
  const conditions = item.enableWhen || [];
  const met = (condition) => {
    const other = questions.find((question) => question.linkId === condition.question);
    return isEnabled(other, values, questions) && holds(condition, other, values[other.linkId]);
  };
  return conditions.length === 0 || (item.enableBehavior === 'any' ? conditions.some(met) : conditions.every(met));
}

function holds(condition, other, raw) {
  if (condition.operator === 'exists') return condition.answerBoolean !== isEmpty(other, raw);
  const coding = condition.answerCoding;
  const wanted = coding ? `${coding.system || ''}|${coding.code}` : String(condition.answerBoolean ?? condition.answerString);
  const given = (Array.isArray(raw) ? raw : [raw]).map((value) => String(value ?? ''));
  return given.includes(wanted) === (condition.operator === '=');
}

// Gives { answers } in FHIR's shape or { fault, ...values for its text }.
export function convert(item, raw, today) {
  if (item.tick) return raw === true || !item.required ? { answers: [{ valueBoolean: raw === true }] } : { fault: 'required_tick' };
  if (isEmpty(item, raw)) return item.required ? { fault: missing(item) } : { answers: [] };
  if (item.type === 'choice') return { answers: [raw].flat().map((value) => ({ valueCoding: coding(value) })) };
  if (item.type === 'boolean') return { answers: [{ valueBoolean: raw }] };
  if (item.type === 'date') return { fault: null, ...single('valueDate', readDate(raw, today)) };
  if (item.type === 'decimal' || item.type === 'integer') return number(item, raw);
  const text = raw.normalize('NFC').trim();
  if (item.maxLength && text.length > item.maxLength) return { fault: 'too_long', most: item.maxLength };
  return { answers: [{ valueString: text }] };
}

function single(name, { value, fault }) {
  return fault ? { fault } : { answers: [{ [name]: value }] };
}

function missing(item) {
  if (item.type !== 'choice') return item.type === 'date' ? 'year_missing' : 'required_line';
  return item.ward ? 'ward_required' : 'required_choice';
}

function coding(value) {
  if (typeof value === 'object') return value;
  const cut = value.lastIndexOf('|');
  return cut > 0 ? { system: value.slice(0, cut), code: value.slice(cut + 1) } : { code: value.slice(cut + 1) };
}

function number(item, raw) {
  const text = plainDigits(raw).replace(/\s/g, '').replace(',', '.');
  if (!/^-?\d+(\.\d+)?$/.test(text)) return { fault: 'not_a_number' };
  if (item.type === 'integer' && text.includes('.')) return { fault: 'not_whole' };
  const value = Number(text);
  const [least, most] = [item.minValue ?? -Infinity, item.maxValue ?? Infinity];
  if (value < least || value > most) return { fault: 'out_of_range', least, most };
  return { answers: [{ [item.type === 'integer' ? 'valueInteger' : 'valueDecimal']: value }] };
}

// What is wrong with the questions that count: [{ linkId, fault, ... }].
export function faultsOf(questions, values, all, today) {
  return questions
    .filter((item) => isEnabled(item, values, all))
    .map((item) => ({ linkId: item.linkId, ...convert(item, values[item.linkId], today) }))
    .filter((result) => result.fault);
}

// The QuestionnaireResponse; `sent` fixes time and language, so that a repeat is the same to the byte.
export function buildResponse(form, values, sent) {
  const all = questionsOf(form.item);
  return {
    resourceType: 'QuestionnaireResponse',
    language: sent.language,
    questionnaire: form.questionnaire,
    status: 'completed',
    authored: sent.authored,
    item: fill(form.item, values, all),
  };
}

function fill(items, values, all) {
  return items.flatMap((item) => {
    const children = fill(item.item || [], values, all);
    if (item.type === 'group') return children.length ? [{ linkId: item.linkId, item: children }] : [];
    if (!isEnabled(item, values, all)) return [];
    const answer = convert(item, values[item.linkId]).answers || [];
    if (!answer.length) return [];
    if (children.length) answer[0].item = children;
    return [{ linkId: item.linkId, answer }];
  });
}
