// The form's questions in the page's language, for answers that are not on a form: fetched once, when they are needed.
import { fetched } from '../api.js';
import { language, main } from '../texts.js';

const TRANSLATED = 'http://hl7.org/fhir/StructureDefinition/translation';
let loading = null;

// { linkId: { label, type, options: Map of `system|code` to words } }
export function questionnaire() {
  loading ||= fetched(main.dataset.questionnaire).then(({ content }) => questionsIn(JSON.parse(content).item, {}));
  loading.catch(() => { loading = null; });
  return loading;
}

function questionsIn(items, known) {
  for (const item of items) {
    const options = (item.answerOption || []).filter((option) => option.valueCoding).map(({ valueCoding: each }) => [keyOfCoding(each), wordsIn(each, 'display')]);
    known[item.linkId] = { label: wordsIn(item, 'text'), options: new Map(options) };
    questionsIn(item.item || [], known);
  }
  return known;
}

const keyOfCoding = ({ system, code }) => `${system || ''}|${code}`;

function wordsIn(part, name) {
  for (const { url, extension } of part[`_${name}`]?.extension || []) {
    const said = Object.fromEntries((extension || []).map((each) => [each.url, each.valueCode || each.valueString]));
    if (url === TRANSLATED && said.lang === language) return said.content;
  }
  return part[name] || '';
}

export function wordsOfAnswer(question, answer, { yes, no }) {
  if (answer.valueCoding) return question?.options.get(keyOfCoding(answer.valueCoding)) || answer.valueCoding.display || answer.valueCoding.code;
  if (answer.valueQuantity) return `${numberIn(answer.valueQuantity.value)} ${answer.valueQuantity.unit || ''}`.trim();
  const [, value] = Object.entries(answer).find(([name]) => name.startsWith('value'));
  if (typeof value === 'boolean') return value ? yes : no;
  if (typeof value === 'number') return numberIn(value);
  return answer.valueDate ? value.split('-').reverse().join('/') : value;
}

const numberIn = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 6 }).format(value);
