// The page that shows all answers before sending, each with a way back to its question; and the receipt.
import { isEmpty } from './answers.js';
import { wordsOfField } from './fields.js';
import { isEnabled, rowsOf, topScope } from './rules.js';
import { journey, ownReceipt } from '../journey.js';
import { section } from '../pages.js';
import { partsIn, rowsIn } from './repeated-rows.js';
import { element, text } from '../texts.js';

export function showAnswers(known, steps) {
  const list = element('dl', { className: 'answers' });
  for (const step of steps) list.append(...linesOf(known, step));
  document.getElementById('answers').replaceChildren(list);
}

export function clearAnswers() {
  for (const list of document.querySelectorAll('#answers, #sections .filled, #receipt-number, #warnings ul')) list.replaceChildren();
}

// Of an optional section, only what is answered; then how to fill it in.
export function showSections(known, stepsIn) {
  for (const part of document.querySelectorAll('[data-part-of]')) {
    const steps = stepsIn(part.dataset.partOf);
    const list = element('dl', { className: 'answers' });
    for (const step of steps) list.append(...linesOf(known, step, { answeredOnly: true }));
    part.querySelector('.filled').replaceChildren(...(list.children.length ? [list] : []));
    part.querySelector('a').href = `#${steps[0]}`;
    part.hidden = !steps.length;
  }
}

function linesOf(known, step, { answeredOnly = false } = {}) {
  const scope = topScope(journey.draft.values);
  return answersOf(known, section(step), scope)
    .filter((answer) => answer.said || !answeredOnly)
    .map(({ label, control, said }) => lineFor(step, label, control, said || text('nothing')));
}

// [{ label, control, said }] of the parts of a page or row that count; `said` is empty where nothing was answered.
function answersOf(known, root, scope) {
  return partsIn(root).filter((part) => isEnabled(known, known.items[part.dataset.field || part.dataset.rows], scope)).flatMap((part) => {
    const { label, control, field, rows } = part.dataset;
    if (rows) return linesOfRows(known, part, scope);
    const [item, raw] = [known.items[field], scope.values[field]];
    if (item.tick) return { label, control, said: text(raw ? 'agreed' : 'not_agreed') };
    return { label, control, said: isEmpty(item, raw) ? '' : wordsOfField(part, raw, text) };
  });
}

function linesOfRows(known, part, scope) {
  const { label, rows } = part.dataset;
  const filled = rowsOf(known, known.items[rows], scope);
  if (!filled.length) return { label, said: '' };
  return filled.map((row, place) => {
    const answers = answersOf(known, rowsIn(part)[row.place] || rowsIn(part)[0], row).filter((answer) => answer.said);
    const said = answers.map((answer) => (answers.length > 1 && answer.label !== label ? `${answer.label}: ${answer.said}` : answer.said));
    return { label: filled.length > 1 ? `${label} ${place + 1}` : label, said: said.join('\n') };
  });
}

function lineFor(step, label, control, value) {
  const hidden = element('span', { className: 'visually-hidden', textContent: ` ${text('change_of', { label })}` });
  const change = element('a', { href: `#${step}` }, text('change'), hidden);
  return element(
    'div',
    { className: control || '' },
    element('dt', { textContent: label }),
    element('dd', { className: 'value', textContent: value }),
    element('dd', { className: 'act' }, change),
  );
}

export function showReceipt() {
  const receipt = ownReceipt();
  document.getElementById('receipt-known').hidden = !receipt.number;
  document.getElementById('receipt-earlier').hidden = Boolean(receipt.number);
  document.getElementById('receipt-number').textContent = receipt.number || '';
  document.getElementById('pin-offer').hidden = !journey.pinOffered;
  const warnings = document.getElementById('warnings');
  warnings.hidden = !receipt.warnings.length;
  warnings.querySelector('ul').replaceChildren(...receipt.warnings.map((message) => element('li', { textContent: message })));
}
