// Finding a person by number and birth date, and choosing among several; opening a record and putting it away.
import { IDENTIFIER_SYSTEM } from '../../../sdk/js/facility-client.js';
import { noted, showRefusal } from './calls.js';
import { byId, station } from './state.js';
import { isNoDate, readDate } from '../values/dates.js';
import { section, showErrors } from '../pages.js';
import { plainDigits } from '../digits.js';
import { element, text } from '../texts.js';

const MOST_PAGES = 5;
const INSURANCE = /^(?:[A-Z]{2}[1-5])?(?:\d{10}|\d{12})$/;
const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';

// { system, value } of a number as staff type it, or null.
export function identifierOf(raw) {
  const number = plainDigits(raw).replace(/[\s.\-_/]+/g, '').toUpperCase();
  if (/^\d{12}$/.test(number)) return { system: `${IDENTIFIER_SYSTEM}national_id`, value: number };
  return INSURANCE.test(number) ? { system: `${IDENTIFIER_SYSTEM}insurance_number`, value: number } : null;
}

// The number and date in the boxes whose ids begin with `find` or `card`; null after telling what is wrong.
export function readCard(prefix) {
  const identifier = identifierOf(byId(`${prefix}-number`).value);
  const parts = { day: byId(`${prefix}-born`).value, month: byId(`${prefix}-born-month`).value, year: byId(`${prefix}-born-year`).value };
  const born = isNoDate(parts) ? { fault: 'born_missing' } : readDate(parts);
  const faults = [];
  if (!identifier) faults.push({ id: `${prefix}-number`, message: text('number_shape') });
  if (born.fault) faults.push({ id: `${prefix}-born`, message: text(born.fault, { least: born.least, label: '' }) });
  if (!faults.length) return { ...identifier, birthDate: born.value };
  showErrors(faults);
  return null;
}

export async function find() {
  const card = readCard('find');
  if (!card) return null;
  const name = byId('find-name').value.trim();
  const patient = { resourceType: 'Patient', identifier: [{ system: card.system, value: card.value }], birthDate: card.birthDate, ...(name && { name: [{ text: name }] }) };
  const entries = await matches(patient);
  if (!entries) return null;
  station.candidates = entries.map((entry) => personOf(entry, card));
  if (!entries.length) showErrors([{ id: 'find-number', message: text('nobody') }]);
  return station.candidates;
}

async function matches(patient) {
  const entries = [];
  let query = {};
  for (let page = 0; query && page < MOST_PAGES; page += 1) {
    const answer = await noted(text('did_find'), (client) => client.match(patient, query));
    if (answer?.status !== 200) {
      showRefusal(answer);
      return null;
    }
    entries.push(...(answer.data.entry || []));
    const next = answer.data.link?.find(({ relation }) => relation === 'next');
    query = next ? Object.fromEntries(new URL(next.url).searchParams) : null;
  }
  return entries;
}

function personOf({ resource, search }, card) {
  const assurance = (resource.meta?.tag || []).find(({ system }) => system === 'urn:x-so-suc-khoe:assurance');
  return {
    id: resource.id,
    name: resource.name?.[0]?.text || '',
    birthDate: resource.birthDate || '',
    gender: resource.gender || '',
    isCardSeen: assurance?.code === 'card-seen',
    grade: search?.extension?.find(({ url }) => url === MATCH_GRADE)?.valueCode || 'possible',
    card,
    visit: null,
  };
}

// One line for a person: name, birth date and sex as far as they may be seen.
export function lineOf({ name, birthDate, gender }) {
  const sex = ['male', 'female'].includes(gender) ? text(`sex_${gender}`) : '';
  const born = birthDate && `${text('born_on')} ${birthDate.split('-').reverse().join('/')}`;
  return [name || text('hidden_name'), born, sex].filter(Boolean).join(' · ');
}

export function assuranceLine({ isCardSeen }) {
  return text(isCardSeen ? 'card_seen' : 'only_declared');
}

// `choose` gets the candidate that staff take.
export function showCandidates(choose) {
  const list = element('ul', { className: 'entries' });
  for (const person of station.candidates) {
    const button = element('button', { type: 'button', className: 'button second', textContent: text('choose') });
    button.addEventListener('click', () => choose(person));
    const [line, assurance, grade] = [lineOf(person), assuranceLine(person), text(`grade_${person.grade}`)];
    list.append(element('li', {}, element('h2', { textContent: line }), element('p', { textContent: assurance }), element('p', { textContent: grade }), button));
  }
  section('candidates').querySelector('.content').replaceChildren(list);
}

export function showPerson() {
  const { person } = station;
  const words = [lineOf(person), assuranceLine(person), text(`grade_${person.grade}`), ...(person.name ? [] : [text('no_consent')])];
  byId('person-about').replaceChildren(...words.map((textContent) => element('p', { textContent })));
}
