// The page that shows all answers before sending, each with a way back to its question; and the receipt.
import { isEmpty, isEnabled } from './answers.js';
import { fieldsIn, wordsOfField } from './fields.js';
import { journey } from './journey.js';
import { section } from './pages.js';
import { element, text } from './texts.js';

export function showAnswers(steps, questions) {
  const list = element('dl', { className: 'answers' });
  const { values } = journey.draft;
  for (const step of steps) {
    for (const field of fieldsIn(section(step))) {
      const item = questions.find((question) => question.linkId === field.dataset.field);
      if (isEnabled(item, values, questions)) list.append(line(step, field, words(item, field, values[item.linkId])));
    }
  }
  document.getElementById('answers').replaceChildren(list);
}

function words(item, field, raw) {
  if (item.tick) return text(raw ? 'agreed' : 'not_agreed');
  return isEmpty(item, raw) ? text('nothing') : wordsOfField(field, raw, text);
}

function line(step, field, value) {
  const { label } = field.dataset;
  const hidden = element('span', { className: 'visually-hidden', textContent: ` ${text('change_of', { label })}` });
  const change = element('a', { href: `#${step}` }, text('change'), hidden);
  return element(
    'div',
    { className: field.dataset.control },
    element('dt', { textContent: label }),
    element('dd', { className: 'value', textContent: value }),
    element('dd', { className: 'act' }, change),
  );
}

export function showReceipt() {
  document.getElementById('receipt-number').textContent = journey.receipt.number;
  document.getElementById('pin-offer').hidden = !journey.pinOffered;
  const warnings = document.getElementById('warnings');
  warnings.hidden = !journey.receipt.warnings.length;
  warnings.querySelector('ul').replaceChildren(...journey.receipt.warnings.map((message) => element('li', { textContent: message })));
}
