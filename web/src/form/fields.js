// The fields of the form: their raw values, in and out, whatever their kind; exclusive options; what is shown.
import { isEnabled, topScope } from './rules.js';
import { partsIn, rowPath, rowsIn, setRows } from './repeated-rows.js';
import { main } from '../texts.js';
import { readWard, writeWard } from '../lists/ward-picker.js';

const inputs = (field, kind = 'input') => [...field.querySelectorAll(kind)];
const checked = (field) => inputs(field).filter((input) => input.checked).map((input) => input.value);
const own = (field) => field.querySelector('[data-part="own"]');
const picked = (field) => (field.dataset.control === 'select' ? [field.querySelector('select').value].filter(Boolean) : checked(field));

const READ = {
  radios: (field) => checked(field)[0] || '',
  checkboxes: checked,
  select: (field) => field.querySelector('select').value,
  tick: (field) => field.querySelector('input').checked,
  yesno: (field) => ({ true: true, false: false }[checked(field)[0]] ?? null),
  quantity: (field) => ({ value: field.querySelector('input').value, unit: field.querySelector('select')?.value || '' }),
  date: (field) => Object.fromEntries(inputs(field).map((input) => [input.dataset.part, input.value])),
  ward: readWard,
};

const WRITE = {
  radios: (field, raw) => choose(field, [raw]),
  checkboxes: (field, raw) => choose(field, raw || []),
  select: (field, raw) => { field.querySelector('select').value = raw || ''; },
  tick: (field, raw) => choose(field, [raw === true ? 'on' : '']),
  yesno: (field, raw) => choose(field, [String(raw)]),
  quantity: writeQuantity,
  date: (field, raw) => inputs(field).forEach((input) => { input.value = raw?.[input.dataset.part] || ''; }),
  ward: writeWard,
};

function choose(field, values) {
  for (const input of inputs(field)) if (input.dataset.part !== 'own') input.checked = values.includes(input.value);
}

function writeQuantity(field, raw) {
  field.querySelector('input').value = raw?.value ?? '';
  const unit = field.querySelector('select');
  if (unit) unit.value = raw?.unit || unit.options[0].value;
}

export function fieldsIn(root) {
  return [...root.querySelectorAll('[data-field]')];
}

// The field of `linkId`, in the rows `path` where it stands in rows.
export function fieldOf(linkId, path = null) {
  const found = fieldsIn(main).filter((field) => field.dataset.field === linkId);
  return found.find((field) => path && rowPath(field).join() === path.join()) || found[0];
}

// The id of a field's first input, under which its error stands too.
export const idOf = (field) => field.querySelector('.error').id.replace(/-error$/, '');

export function readField(field) {
  if (own(field)) return { chosen: picked(field), own: own(field).value };
  const read = READ[field.dataset.control];
  return read ? read(field) : field.querySelector('input, textarea').value;
}

export function writeField(field, raw) {
  const write = WRITE[field.dataset.control];
  if (own(field)) {
    own(field).value = raw?.own || '';
    const keys = raw?.chosen || [];
    write(field, field.dataset.control === 'checkboxes' ? keys : keys[0]);
  } else if (write) write(field, raw);
  else field.querySelector('input, textarea').value = raw ?? '';
  showClear(field);
}

// The values of a page or a row, rows as lists of values.
export function readParts(root) {
  return Object.fromEntries(partsIn(root).map((part) => {
    if (part.dataset.field) return [part.dataset.field, readField(part)];
    return [part.dataset.rows, rowsIn(part).map(readParts)];
  }));
}

export function writeParts(root, values) {
  for (const part of partsIn(root)) {
    if (part.dataset.field) writeField(part, values[part.dataset.field]);
  }
  writeRows(root, values);
}

// The rows alone: what stands in single fields of the page is on the screen already.
export function writeRows(root, values) {
  for (const part of partsIn(root, '[data-rows]')) {
    setRows(part, values[part.dataset.rows] || []).forEach((row, place) => writeParts(row, values[part.dataset.rows]?.[place] || {}));
  }
}

// An answer that was chosen by mistake is taken back.
export function clearField(field) {
  writeField(field, field.querySelector('[data-part="own"]') ? { chosen: [], own: '' } : '');
  showClear(field);
}

export function showClear(field) {
  const button = field.querySelector('[data-clear]');
  if (button) button.hidden = !checked(field).length;
}

// An exclusive option and the others put each other out; so do one's own answer and a list to choose one from.
export function keepExclusive(changed) {
  const field = changed.closest('[data-field]');
  if (own(field) && field.dataset.control !== 'checkboxes') {
    if (changed !== own(field)) own(field).value = '';
    else if (changed.value) WRITE[field.dataset.control](field, '');
  }
  if (changed.type !== 'checkbox' || !changed.checked) return;
  for (const other of inputs(field)) {
    const apart = 'exclusive' in changed.dataset || 'exclusive' in other.dataset;
    if (other !== changed && apart) other.checked = false;
  }
}

export function showEnabled(known, values) {
  for (const page of main.querySelectorAll('[data-page]')) showIn(known, page, topScope(values));
}

function showIn(known, root, scope) {
  for (const part of partsIn(root, '[data-field], [data-rows], [data-note]')) {
    const { field, rows, note } = part.dataset;
    part.hidden = !isEnabled(known, known.items[field || rows || note] || {}, scope);
    if (rows) rowsIn(part).forEach((row, place) => showIn(known, row, { values: scope.values[rows]?.[place] || {}, outer: scope }));
  }
}

// What a person chose, in their words; for the page that shows all answers.
export function wordsOfField(field, raw, text) {
  const labels = (values) => [...inputs(field), ...inputs(field, 'option')]
    .filter((input) => values.includes(input.value) && input.value)
    .map((input) => (input.label ?? field.querySelector(`label[for="${CSS.escape(input.id)}"]`).textContent));
  if (own(field)) return [...labels(raw.chosen), raw.own.trim()].filter(Boolean).join('\n');
  const unit = field.dataset.unit ? ` ${field.dataset.unit}` : '';
  const said = {
    radios: () => labels([raw])[0],
    select: () => labels([raw])[0],
    checkboxes: () => labels(raw).join('\n'),
    yesno: () => labels([String(raw)])[0],
    quantity: () => `${raw.value}${unit || ` ${labels([raw.unit])[0] || ''}`}`,
    ward: () => raw.display,
    date: () => dateWords(raw, text),
  }[field.dataset.control];
  return said ? said() : `${raw}${unit}`;
}

function dateWords({ day, month, year }, text) {
  if (!month) return text('year_only', { year });
  return day ? `${day}/${month}/${year}` : text('month_only', { month, year });
}
