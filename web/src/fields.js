// The fields of the form: their raw values, in and out, whatever their kind; exclusive options; what is shown.
import { isEnabled } from './answers.js';
import { main } from './texts.js';
import { readWard, writeWard } from './ward-picker.js';

const inputs = (field, kind = 'input') => [...field.querySelectorAll(kind)];
const checked = (field) => inputs(field).filter((input) => input.checked).map((input) => input.value);

const READ = {
  radios: (field) => checked(field)[0] || '',
  checkboxes: checked,
  tick: (field) => field.querySelector('input').checked,
  yesno: (field) => ({ true: true, false: false }[checked(field)[0]] ?? null),
  date: (field) => Object.fromEntries(inputs(field).map((input) => [input.dataset.part, input.value])),
  ward: readWard,
};

const WRITE = {
  radios: (field, raw) => choose(field, [raw]),
  checkboxes: (field, raw) => choose(field, raw || []),
  tick: (field, raw) => choose(field, [raw === true ? 'on' : '']),
  yesno: (field, raw) => choose(field, [String(raw)]),
  date: (field, raw) => inputs(field).forEach((input) => { input.value = (raw || {})[input.dataset.part] || ''; }),
  ward: writeWard,
};

function choose(field, values) {
  for (const input of inputs(field)) input.checked = values.includes(input.value);
}

export function fieldsIn(root) {
  return [...root.querySelectorAll('[data-field]')];
}

export function fieldOf(linkId) {
  return fieldsIn(main).find((field) => field.dataset.field === linkId);
}

export function readField(field) {
  const read = READ[field.dataset.control];
  return read ? read(field) : field.querySelector('input, textarea').value;
}

export function writeField(field, raw) {
  const write = WRITE[field.dataset.control];
  if (write) write(field, raw);
  else field.querySelector('input, textarea').value = raw ?? '';
}

// An exclusive option and the others put each other out.
export function keepExclusive(changed) {
  if (changed.type !== 'checkbox' || !changed.checked) return;
  for (const other of inputs(changed.closest('[data-field]'))) {
    const apart = 'exclusive' in changed.dataset || 'exclusive' in other.dataset;
    if (other !== changed && apart) other.checked = false;
  }
}

export function showEnabled(questions, values) {
  for (const field of fieldsIn(main)) {
    const item = questions.find((question) => question.linkId === field.dataset.field);
    field.hidden = !isEnabled(item, values, questions);
  }
}

// What a person chose, in their words; for the page that shows all answers.
export function wordsOfField(field, raw, text) {
  const labels = (values) => inputs(field)
    .filter((input) => values.includes(input.value))
    .map((input) => field.querySelector(`label[for="${CSS.escape(input.id)}"]`).textContent);
  const unit = field.dataset.unit ? ` ${field.dataset.unit}` : '';
  const words = {
    radios: () => labels([raw])[0],
    checkboxes: () => labels(raw).join('\n'),
    yesno: () => labels([String(raw)])[0],
    ward: () => raw.display,
    date: () => dateWords(raw, text),
  }[field.dataset.control];
  return words ? words() : `${raw}${unit}`;
}

function dateWords({ day, month, year }, text) {
  if (!month) return text('year_only', { year });
  return day ? `${day}/${month}/${year}` : text('month_only', { month, year });
}
