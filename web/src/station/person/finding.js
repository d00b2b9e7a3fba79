// Finding a person by number and birth date, and choosing among several; opening a record and putting it away.
import { noted, showRefusal } from '../calls.js';
import { today } from '../clock.js';
import { dateParts, fillDateParts } from '../date-boxes.js';
import { identifierOf, isOfAnother, numberTail } from './identifiers.js';
import { byId, station } from '../state.js';
import { isNoDate, readDate } from '../../values/dates.js';
import { readCard } from '../../scan/citizen-card.js';
import { say, section, showErrors } from '../../pages.js';
import { element, text } from '../../texts.js';

const MOST_PAGES = 5;
const SCANNER_PAUSE_MS = 200;
const SCANNED = /\||shlink:\//; // of a card, or of a sharing code
const WHOLE_BIRTH_DATE = 'YYYY-MM-DD'.length;
const MATCH_GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade';

// The number and date in the boxes whose ids begin with `find` or `card`; null after telling what is wrong.
export function readBoxes(prefix) {
  const identifier = identifierOf(byId(`${prefix}-number`).value);
  const parts = dateParts(`${prefix}-born`);
  const born = isNoDate(parts) ? { fault: 'born_missing' } : readDate(parts, today());
  const faults = [];
  if (!identifier) faults.push({ id: `${prefix}-number`, message: text('number_shape') });
  if (born.fault) faults.push({ id: `${prefix}-born`, message: text(born.fault, { least: born.least, label: '' }) });
  if (!faults.length) return { ...identifier, birthDate: born.value };
  showErrors(faults);
  return null;
}

// A card that was scanned, by the camera or by a scanner that types: its parts go into their boxes. Gives the card, or null.
export function takeCard(prefix, scanned) {
  const card = readCard(scanned, today());
  if (!card) return null;
  byId(`${prefix}-number`).value = card.number || '';
  fillDateParts(`${prefix}-born`, card.birthDate || {});
  if (prefix === 'find') byId('find-name').value = card.name || '';
  const isWhole = !['number', 'name', 'birthDate'].some((part) => card.unread.includes(part));
  say(text(isWhole ? 'card_read' : 'card_read_partly', { name: card.name }));
  if (prefix === 'find') {
    station.scan = card;
    keepNameWithNumber();
  }
  return card;
}

// The number that the name in the box belongs to, and the one that the birth date does; '' for none that is known.
const belongs = { name: '', date: '' };

export function keepNameWithNumber() {
  const number = identifierOf(byId('find-number').value)?.value || '';
  Object.assign(belongs, { name: number, date: number });
}

// The name and the birth date of one person do not go along to the next number. The date stays where the number was only
// put right, or where the person's other number is tried.
export function watchWhoIsFound() {
  const forget = (...parts) => parts.forEach((part) => { belongs[part] = ''; });
  byId('find-name').addEventListener('input', () => forget('name'));
  byId('find-born').closest('fieldset').addEventListener('input', () => forget('date'));
  byId('find-form').addEventListener('reset', () => forget('name', 'date'));
  byId('find-number').addEventListener('change', ({ target }) => {
    const { value } = identifierOf(target.value) || {};
    if (!value) return;
    if (belongs.name && value !== belongs.name) byId('find-name').value = '';
    if (belongs.date && isOfAnother(value, belongs.date)) {
      fillDateParts('find-born', {});
      forget('date');
    }
  });
}

// `take` gets what a scanner types into the box, once it has typed all of it; many press Enter at the end.
export function watchScanner(prefix, take) {
  const box = byId(`${prefix}-number`);
  let typing;
  const takeAll = () => {
    clearTimeout(typing);
    if (SCANNED.test(box.value)) take(box.value);
  };
  box.addEventListener('input', () => {
    clearTimeout(typing);
    if (SCANNED.test(box.value)) typing = setTimeout(takeAll, SCANNER_PAUSE_MS);
    else say('');
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !SCANNED.test(box.value)) return;
    event.preventDefault();
    takeAll();
  });
}

// Several records, or one that has another name than the one in the box, are chosen from; `told` says why.
export async function find() {
  const card = readBoxes('find');
  if (!card) return null;
  if (station.scan?.number === card.value) card.scan = station.scan;
  const name = byId('find-name').value.trim();
  keepNameWithNumber();
  const patient = { resourceType: 'Patient', identifier: [{ system: card.system, value: card.value }], birthDate: card.birthDate };
  const { turn } = station;
  const byName = name ? await matches({ ...patient, name: [{ text: name }] }, turn) : [];
  const entries = byName?.length ? byName : byName && (await matches(patient, turn));
  if (!entries || station.turn !== turn) return null;
  station.candidates = entries.map((entry) => personOf(entry, card));
  station.otherName = name && !byName.length ? name : '';
  if (!entries.length) showErrors([{ id: 'find-number', message: text(card.birthDate.length < WHOLE_BIRTH_DATE ? 'nobody_by_part' : 'nobody') }]);
  return station.candidates;
}

// Null where they were refused, or are for nobody any more.
async function matches(patient, turn) {
  const entries = [];
  let query = {};
  for (let page = 0; query && page < MOST_PAGES && station.turn === turn; page += 1) {
    const answer = await noted(text('did_find'), (client) => client.match(patient, query));
    if (answer?.status !== 200) {
      if (station.turn === turn) showRefusal(answer);
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
    place: resource.address?.[0]?.text || '',
    isCardSeen: assurance?.code === 'card-seen',
    grade: search?.extension?.find(({ url }) => url === MATCH_GRADE)?.valueCode || 'possible',
    card,
    access: {},
    visits: {},
    written: [],
  };
}

// One line for a person: name, birth date and sex as far as they may be seen, and the number that led to them. Where no
// name is to be seen, the birth date is the one that was typed.
export function lineOf({ name, birthDate, gender, card }, nameless = text('hidden_name')) {
  const sex = ['male', 'female'].includes(gender) ? text(`sex_${gender}`) : '';
  const date = birthDate || card.birthDate;
  const born = date && text(birthDate ? 'born_on' : 'born_typed', { date: date.split('-').reverse().join('/') });
  return [name || nameless, born, sex, text('number_ends', { number: numberTail(card) })].filter(Boolean).join(' · ');
}

export function assuranceLine({ isCardSeen }) {
  return text(isCardSeen ? 'card_seen' : 'only_declared');
}

// `choose` gets the candidate that staff take.
export function showCandidates(choose) {
  const list = element('ul', { className: 'entries' });
  const lines = station.candidates.map((person) => [lineOf(person), person.place].filter(Boolean).join(' · '));
  station.candidates.forEach((person, place) => {
    const button = element('button', { type: 'button', className: 'button second', textContent: text('choose') });
    button.addEventListener('click', () => choose(person));
    const isTwin = lines.indexOf(lines[place]) !== lines.lastIndexOf(lines[place]);
    const told = [assuranceLine(person), text(`grade_${person.grade}`), ...(isTwin ? [text('twin')] : [])];
    const heading = element('h2', { textContent: isTwin ? `${place + 1}. ${lines[place]}` : lines[place] });
    list.append(element('li', {}, heading, ...told.map((textContent) => element('p', { textContent })), button));
  });
  const told = station.otherName ? [element('p', { className: 'notice', textContent: text('other_name', { name: station.otherName }) })] : [];
  section('candidates').querySelector('.content').replaceChildren(...told, list);
}

export function showPerson() {
  const { person } = station;
  const grade = text(person.name || person.grade !== 'probable' ? `grade_${person.grade}` : 'grade_nameless');
  const words = [lineOf(person), assuranceLine(person), grade, ...(person.name ? [] : [text('no_consent')])];
  byId('person-about').replaceChildren(...words.map((textContent) => element('p', { textContent })));
}
