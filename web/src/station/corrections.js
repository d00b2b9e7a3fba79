// What this facility wrote into the open record, and the way to take one of it back.
import { readEverything } from './everything.js';
import { isTakenBackEntry, momentOf, momentWords } from './record-words.js';
import { transactionOf, withdrawnResource } from './resources.js';
import { station } from './state.js';
import { deliver } from './writing.js';
import { section, showErrors } from '../pages.js';
import { element, text } from '../texts.js';

const FACILITY_TAG = 'urn:x-so-suc-khoe:facility';
const MOST_EARLIER_PAGES = 10;

// What was written now stands first; earlier entries only where the record may be read.
export async function showEntries() {
  const { person } = station;
  const content = section('entries').querySelector('.content');
  content.replaceChildren(element('p', { textContent: text('working') }));
  const { resources, answer } = await readEverything(text('did_entries'), person, {}, MOST_EARLIER_PAGES);
  if (station.person !== person) return;
  if (answer?.status !== 200 && answer?.status !== 403) showErrors([{ message: text('station_offline') }]);
  const earlier = resources.filter(isOurs).map((resource) => ({ what: wordsFor(resource), resource })).reverse();
  const known = new Set(person.written.map(({ resource }) => resource.id));
  const entries = [...person.written, ...earlier.filter(({ resource }) => !known.has(resource.id))];
  const list = element('ul', { className: 'entries' }, ...entries.filter(({ resource }) => !isTakenBackEntry(resource)).map(entryLine));
  content.replaceChildren(list.childElementCount ? list : element('p', { textContent: text('no_entries') }));
}

function entryLine(entry) {
  const { resource } = entry;
  const what = resource.resourceType === 'Observation' ? wordsFor(resource) : entry.what;
  const button = element('button', { type: 'button', className: 'button second', textContent: text('take_back') });
  button.addEventListener('click', async () => {
    if (!confirm(text('take_back_sure', { what }))) return;
    button.disabled = true;
    if (!(await takeBack({ what, resource }))) button.disabled = false;
  });
  return element('li', {}, element('p', { textContent: what }), element('small', { textContent: momentWords(momentOf(resource)) }), button);
}

async function takeBack(entry) {
  const { person } = station;
  const withdrawn = withdrawnResource(entry.resource);
  const what = text('taken_back', { what: entry.what });
  if (!(await deliver({ what, kind: text('take_back_kind'), bundle: transactionOf([withdrawn]) }))) return false;
  person.written = person.written.filter(({ resource }) => resource.id !== withdrawn.id);
  person.written.push({ what, resource: withdrawn });
  return true;
}

const isOurs = ({ meta }) => (meta?.tag || []).some(({ system, code }) => system === FACILITY_TAG && code === station.who.facility);

function wordsFor(resource) {
  const concept = resource.code || resource.vaccineCode || resource.medicationCodeableConcept || resource.reasonCode?.[0];
  const parts = resource.component || [resource];
  const values = parts.map(({ valueQuantity: number, valueString }) => (number ? `${number.value} ${number.unit || ''}`.trim() : valueString)).filter(Boolean);
  return [concept?.text || concept?.coding?.[0]?.code || text(`type_${resource.resourceType === 'Encounter' ? 'visit' : 'other'}`), values.join('/')].filter(Boolean).join(': ');
}
