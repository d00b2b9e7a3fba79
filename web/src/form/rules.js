// The form's rules as a tree with its linkIds, and which questions count: FHIR R4 enableWhen.
// Values: { linkId: raw }; what is answered in rows has a list of such objects, a repeating question's own value inside.
import { localDate } from '../local-day.js';
import { convert, isEmpty } from '../values/answers.js';

const BIRTH_DATE = 'identity.birth-date';
const OWN_AGE = 14; // whoever is younger does not declare for themselves

export const hasRows = (item) => Boolean(item.repeats) && !item.type.endsWith('choice');

export function prepare(form) {
  const [items, parents] = [{}, {}];
  const visit = (list, parent) => list.forEach((item) => {
    items[item.linkId] = item;
    parents[item.linkId] = parent;
    visit(item.item || [], item.linkId);
  });
  visit(form.item, null);
  return { form, items, parents };
}

export const topScope = (values) => ({ values, outer: null });

// The scopes of an item's rows that hold something: [{ place, values, outer }].
export function rowsOf(known, item, scope) {
  return (scope.values[item.linkId] || [])
    .map((values, place) => ({ place, values, outer: scope }))
    .filter((row) => !isBlank(known, inRow(item), row.values));
}

// What stands in a row: a repeating question itself, or the questions of a repeating group.
const inRow = (item) => (item.type === 'group' ? item.item || [] : [item]);

function isBlank(known, items, values) {
  return items.every((item) => {
    if (item.type === 'group' && !hasRows(item)) return isBlank(known, item.item || [], values);
    const raw = values[item.linkId];
    if (hasRows(item) && Array.isArray(raw)) return raw.every((row) => isBlank(known, inRow(item), row));
    return (item.type === 'display' || isEmpty(item, raw)) && isBlank(known, item.item || [], values);
  });
}

// Whether an item counts: all around it do, its own conditions are met, and the question above it is answered.
export function isEnabled(known, item, scope) {
  const above = known.items[known.parents[item.linkId]];
  if (above && !isReached(known, above, scope)) return false;
  if (!isOfAge(item, scope)) return false;
  const conditions = item.enableWhen || [];
  const met = (condition) => holds(condition, given(known, condition.question, scope));
  return !conditions.length || (item.enableBehavior === 'all' ? conditions.every(met) : conditions.some(met));
}

// Whether somebody of this age is asked at all; whoever has not said their year is asked everything.
function isOfAge({ fromAge = -Infinity, untilAge = Infinity }, scope) {
  const year = Number(outermost(scope).values[BIRTH_DATE]?.year);
  const age = localDate().getFullYear() - year;
  return !(year > 0) || (age >= fromAge && age <= untilAge);
}

const outermost = (scope) => (scope.outer ? outermost(scope.outer) : scope);

function isReached(known, above, scope) {
  if (!isEnabled(known, above, hasRows(above) ? scope.outer || scope : scope)) return false;
  return above.type === 'group' || !isEmpty(above, scope.values[above.linkId]);
}

// The answers of the nearest scope that has some, as the server looks for them.
function given(known, linkId, scope) {
  if (!scope) return [];
  const found = answersIn(known, known.items[linkId], scope);
  return found.length ? found : given(known, linkId, scope.outer);
}

function answersIn(known, item, scope) {
  const inside = Object.entries(scope.values).flatMap(([linkId, raw]) => {
    const rows = known.items[linkId] && hasRows(known.items[linkId]) && Array.isArray(raw) ? raw : [];
    return rows.flatMap((values) => answersIn(known, item, { values, outer: scope }));
  });
  const raw = scope.values[item.linkId];
  if (raw === undefined || (hasRows(item) && Array.isArray(raw)) || !isEnabled(known, item, scope)) return inside;
  return [...(convert(item, raw).answers || []), ...inside];
}

const ORDERED = { '>': (a, b) => a > b, '<': (a, b) => a < b, '>=': (a, b) => a >= b, '<=': (a, b) => a <= b };
const readValue = (element) => Object.entries(element).find(([name]) => /^(value|answer)[A-Z]/.test(name))[1];

function holds(condition, answers) {
  const [wanted, values] = [readValue(condition), answers.map(readValue)];
  if (condition.operator === 'exists') return wanted === values.length > 0;
  const same = values.some((value) => isSame(value, wanted));
  if (!(condition.operator in ORDERED)) return same === (condition.operator === '=');
  return values.some((value) => inOrder(ORDERED[condition.operator], value, wanted));
}

function isSame(value, wanted) {
  if (typeof value !== 'object' || typeof wanted !== 'object') return value === wanted;
  return ['system', 'code', 'value'].every((name) => name === 'system' && 'value' in wanted || (value[name] || '') === (wanted[name] || ''));
}

// Dates of different precision compare in what both say.
function inOrder(compare, value, wanted) {
  const [one, other] = [value, wanted].map((each) => each.value ?? each);
  if (typeof one !== typeof other) return false;
  if (typeof one !== 'string') return compare(one, other);
  const shared = Math.min(one.length, other.length);
  return compare(one.slice(0, shared), other.slice(0, shared));
}

// What is wrong with the questions that count: [{ linkId, rows: [places], fault, ... }].
export function faultsOf(known, values, today) {
  const alone = wrongIn(known, known.form.item, topScope(values), [], today);
  return [...alone, ...wrongTogether(known, values, alone)];
}

// What is right alone and cannot be true together.
function wrongTogether(known, values, alone) {
  const number = (linkId) => known.items[linkId] && convert(known.items[linkId], values[linkId]).answers?.[0]?.valueDecimal;
  const [upper, lower] = [number('measurements.systolic'), number('measurements.diastolic')];
  const [height, weight] = [number('measurements.height'), number('measurements.weight')];
  const bodyMass = height && weight ? weight / (height / 100) ** 2 : 20;
  const year = Number(values[BIRTH_DATE]?.year);
  const isSelf = String(values['identity.relation'] || '').endsWith('|self');
  const found = [
    [upper && lower && lower >= upper, 'measurements.diastolic', 'pressure_order'],
    [bodyMass < 7 || bodyMass > 100, 'measurements.weight', 'not_matching'],
    [isSelf && year > 0 && localDate().getFullYear() - year < OWN_AGE, BIRTH_DATE, 'too_young'],
  ];
  const isNew = (linkId) => !alone.some((fault) => fault.linkId === linkId);
  return [
    ...found.filter(([isWrong, linkId]) => isWrong && isNew(linkId)).map(([, linkId, fault]) => ({ linkId, rows: [], fault })),
    ...beforeBirth(known, values, isNew),
  ];
}

// Dates that lie wholly before the birth, where a question states no range of its own.
function beforeBirth(known, values, isNew) {
  const born = known.items[BIRTH_DATE] && convert(known.items[BIRTH_DATE], values[BIRTH_DATE]).answers?.[0]?.valueDate;
  if (!born) return [];
  const early = (value) => value.slice(0, Math.min(value.length, born.length)) < born.slice(0, Math.min(value.length, born.length));
  return datesIn(known, known.form.item, topScope(values), [])
    .filter(({ linkId, value }) => linkId !== BIRTH_DATE && early(value) && isNew(linkId))
    .map(({ linkId, rows }) => ({ linkId, rows, fault: 'before_birth' }));
}

function datesIn(known, items, scope, rows) {
  return items.flatMap((item) => {
    if (item.type === 'display' || !isEnabled(known, item, scope)) return [];
    if (hasRows(item)) {
      const inside = item.type === 'group' ? item.item || [] : [item];
      return rowsOf(known, item, scope).flatMap((row) => inside.flatMap((each) => datesOf(known, each, row, [...rows, row.place])));
    }
    return datesOf(known, item, scope, rows);
  });
}

function datesOf(known, item, scope, rows) {
  if (item.type === 'group') return datesIn(known, item.item || [], scope, rows);
  const [answer] = convert(item, scope.values[item.linkId]).answers || [];
  const value = answer?.valueDate || answer?.valueDateTime;
  const below = answer ? datesIn(known, item.item || [], scope, rows) : [];
  return value && item.minValue === undefined ? [{ linkId: item.linkId, rows, value }, ...below] : below;
}

function wrongIn(known, items, scope, rows, today) {
  return items.flatMap((item) => {
    if (item.type === 'display' || !isEnabled(known, item, scope)) return [];
    if (hasRows(item)) return wrongRows(known, item, scope, rows, today);
    if (item.type === 'group') return wrongIn(known, item.item || [], scope, rows, today);
    return wrong(known, item, scope, rows, today);
  });
}

function wrongRows(known, item, scope, rows, today) {
  const filled = rowsOf(known, item, scope);
  if (!filled.length && item.required) return [{ linkId: firstQuestion(item).linkId, rows: [...rows, 0], fault: 'required_line' }];
  return filled.flatMap((row) => {
    const place = [...rows, row.place];
    return item.type === 'group' ? wrongIn(known, item.item || [], row, place, today) : wrong(known, item, row, place, today);
  });
}

const firstQuestion = (item) => (item.type === 'group' ? firstQuestion(item.item[0]) : item);

function wrong(known, item, scope, rows, today) {
  const { fault, answers, ...values } = convert(item, scope.values[item.linkId], today);
  if (fault) return [{ linkId: item.linkId, rows, fault, ...values }];
  return answers.length ? wrongIn(known, item.item || [], scope, rows, today) : [];
}

// The QuestionnaireResponse; `sent` fixes time and language, so that a repeat is the same to the byte.
export function buildResponse(known, values, sent) {
  return {
    resourceType: 'QuestionnaireResponse',
    language: sent.language,
    questionnaire: known.form.questionnaire,
    status: 'completed',
    authored: sent.authored,
    item: fill(known, known.form.item, topScope(values)),
  };
}

function fill(known, items, scope) {
  return items.flatMap((item) => {
    if (item.type === 'display' || !isEnabled(known, item, scope)) return [];
    const { linkId } = item;
    const rows = hasRows(item) ? rowsOf(known, item, scope) : [scope];
    if (item.type === 'group') {
      return rows.map((row) => ({ linkId, item: fill(known, item.item || [], row) })).filter((made) => made.item.length);
    }
    const answer = rows.flatMap((row) => answersWith(known, item, row));
    return answer.length ? [{ linkId, answer }] : [];
  });
}

function answersWith(known, item, scope) {
  const answers = convert(item, scope.values[item.linkId]).answers || [];
  const children = answers.length ? fill(known, item.item || [], scope) : [];
  if (children.length) answers[0].item = children;
  return answers;
}
