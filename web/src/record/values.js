// Measured values in words: the number as the page's language writes it, its unit, and tables of them.
import { inOneLanguage } from '../summary-view.js';
import { element, language, text } from '../texts.js';

const written = (number) => new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(number);

export function describeValue({ valueQuantity: quantity, valueString, valueCodeableConcept: concept, component = [] }) {
  if (quantity) return [quantity.comparator, written(quantity.value), quantity.unit].filter((part) => part !== undefined).join(' ');
  if (valueString || concept?.text) return valueString || inOneLanguage(concept.text);
  const parts = component.filter((each) => each.valueQuantity);
  return parts.length ? `${parts.map((each) => written(each.valueQuantity.value)).join('/')} ${parts[0].valueQuantity.unit || ''}`.trim() : '';
}

// Of what sample or service a value is, where its name does not say it.
export const serviceOf = ({ category = [] }) => category.map(({ coding, text: named }) => (coding ? '' : named)).find(Boolean);

export const measureName = (observation) => [inOneLanguage(observation.code.text), serviceOf(observation)].filter(Boolean).join(', ');

// `rows` are arrays of cells, each words or an element; the first cell of each heads its row.
export function tableOf(caption, heads, rows, kind = '') {
  const head = element('tr', {}, ...heads.map((key) => element('th', { scope: 'col', textContent: text(key) })));
  const lines = rows.map(([first, ...cells]) => element('tr', {}, element('th', { scope: 'row' }, first), ...cells.map((cell) => element('td', {}, ...[cell].flat()))));
  return element('table', { className: `values ${kind}` }, element('caption', { textContent: caption }), element('thead', {}, head), element('tbody', {}, ...lines));
}
