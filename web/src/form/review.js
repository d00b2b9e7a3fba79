// The page that shows all answers before sending, each with a way back to its question; and the receipt.
import { isEmpty } from '../values/answers.js';
import { wordsOfField } from './fields.js';
import { isEnabled, rowsOf, topScope } from './rules.js';
import { fromNumber } from '../values/national-id.js';
import { journey, ownReceipt } from '../journey.js';
import { section } from '../pages.js';
import { partsIn, rowsIn } from './repeated-rows.js';
import { element, text } from '../texts.js';

// What is worth a line although it was left empty: without it no hospital finds the record, or no doctor is warned.
const SHOWN_EMPTY = ['identity.national-id', 'history.conditions', 'history.allergies', 'medicines.any'];

// So is what another answer led to: "yes" says little to a doctor without the medicine or the allergy.
const isAskedFor = (item) => Boolean(item.enableWhen);

export function showAnswers(known, steps) {
  const list = element('dl', { className: 'answers' });
  for (const step of steps.filter((page) => page !== 'check')) list.append(...linesOf(known, step));
  document.getElementById('answers').replaceChildren(...doubtOf(journey.draft.values), list);
}

// A number that tells of somebody else, as of another one of the family, is told before it is sent; it may be right.
function doubtOf({ 'identity.national-id': number, 'identity.sex': sex, 'identity.birth-date': born }) {
  const said = fromNumber(number);
  const isOtherSex = said && /\|(fe)?male$/.test(sex) && !sex.endsWith(`|${said.sex}`);
  if (!isOtherSex && said?.year === born?.year) return [];
  return said ? [element('p', { className: 'notice', textContent: text(`number_${said.sex}`, said) })] : [];
}

export function clearAnswers() {
  for (const list of document.querySelectorAll('#answers, #sections .filled, #receipt-number, #warnings ul, [data-scanned]')) list.replaceChildren();
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
    .filter((answer) => answer.said || (!answeredOnly && answer.asked))
    .map(({ label, control, said }) => lineFor(step, label, control, said || text('nothing')));
}

// [{ label, control, said }] of the parts of a page or row that count; `said` is empty where nothing was answered.
function answersOf(known, root, scope) {
  return partsIn(root).filter((part) => isEnabled(known, known.items[part.dataset.field || part.dataset.rows], scope)).flatMap((part) => {
    const { control, field, rows } = part.dataset;
    const label = part.dataset.short || part.dataset.label;
    if (journey.correcting && field?.startsWith('consent.')) return []; // changed on a page of their own
    if (rows) return linesOfRows(known, part, scope);
    const [item, raw] = [known.items[field], scope.values[field]];
    if (item.tick) return { label, control, said: text(raw ? 'agreed' : 'not_agreed'), asked: true };
    return { label, control, said: isEmpty(item, raw) ? '' : wordsOfField(part, raw, text), asked: item.required || SHOWN_EMPTY.includes(field) || isAskedFor(item) };
  });
}

const labelled = (label) => (label.endsWith('?') ? `${label} ` : `${label}: `);

function linesOfRows(known, part, scope) {
  const { label, rows } = part.dataset;
  const filled = rowsOf(known, known.items[rows], scope);
  if (!filled.length) return { label, said: '', asked: isAskedFor(known.items[rows]) };
  return filled.map((row, place) => {
    // What a row is about stands also where it is missing: how a medicine is taken says nothing without its name.
    const answers = answersOf(known, rowsIn(part)[row.place] || rowsIn(part)[0], row).filter((answer, order) => answer.said || order === 0);
    const said = answers.map((answer) => `${answers.length > 1 && answer.label !== label ? labelled(answer.label) : ''}${answer.said || text('nothing')}`);
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
  showSeen(receipt);
  document.getElementById('receipt-known').hidden = !receipt.number;
  document.getElementById('receipt-earlier').hidden = Boolean(receipt.number);
  document.getElementById('receipt-number').textContent = receipt.number || '';
  document.getElementById('pin-offer').hidden = !journey.pinOffered;
  document.getElementById('pin-done').hidden = !journey.chosenPin;
  const warnings = document.getElementById('warnings');
  const told = receipt.warnings.filter(({ linkId }) => !linkId.startsWith('consent.') && (receipt.found || linkId !== 'identity.national-id'));
  warnings.hidden = !told.length;
  warnings.querySelector('ul').replaceChildren(...told.map(({ linkId, message }) => element('li', {}, element('p', { textContent: message }), mendButton(linkId, 'warning_of'))));
}

// What hospitals will and will not see, from the answers, with one touch to mend each.
function showSeen({ found, shared, number }) {
  const part = document.getElementById('seen');
  part.hidden = !number;
  const lines = [];
  if (!found) lines.push(element('p', { className: 'notice', textContent: text('not_found') }), mendButton('identity.national-id', 'add_number'));
  else if (shared !== false) lines.push(element('p', { textContent: text(shared ? 'seen_all' : 'seen_found') }));
  if (shared === false) lines.push(element('p', { className: 'notice', textContent: text('not_shared') }), element('button', { type: 'button', id: 'allow-sharing', className: 'button second', textContent: text('allow_sharing') }));
  part.querySelector('.content').replaceChildren(...lines);
}

function mendButton(linkId, label) {
  const button = element('button', { type: 'button', className: 'button second', textContent: text(label) });
  button.dataset.correct = linkId;
  return button;
}
