// What this facility wrote into the open record, and the way to take one of it back.
import { readEverything } from '../reading/everything.js';
import { numberWords } from '../number-words.js';
import { ask } from '../questions.js';
import { conceptWords, doseWords, isTakenBackEntry, momentOf, momentWords } from '../reading/record-words.js';
import { transactionOf, visitResource, withdrawnResource } from './resources.js';
import { station } from '../state.js';
import { deliver } from './writing.js';
import { say, section, showErrors, shownPage } from '../../pages.js';
import { element, hasText, text } from '../../texts.js';

const FACILITY_TAG = 'urn:x-so-suc-khoe:facility';
const MOST_EARLIER_PAGES = 10;

// The newest first, what was written now before all; earlier entries only where the record may be read. A visit goes with
// its last entry, and is not offered before.
export async function showEntries() {
  const { person } = station;
  const content = section('entries').querySelector('.content');
  content.replaceChildren(element('p', { textContent: text('working') }));
  const { resources, answer } = await readEverything(text('did_entries'), person, {}, MOST_EARLIER_PAGES);
  if (station.person !== person) return;
  if (answer?.status !== 200 && answer?.status !== 403) showErrors([{ message: text('station_offline') }]);
  const known = new Set(person.written.map(({ id }) => id));
  const earlier = resources.filter((resource) => isOurs(resource) && !known.has(resource.id)).reverse();
  const entries = [...[...person.written].reverse(), ...earlier].filter((resource) => !isTakenBackEntry(resource));
  const visits = new Set(entries.map(visitIdOf));
  const offered = entries.filter(({ id }) => !visits.has(id));
  const list = element('ul', { className: 'entries' }, ...offered.map((resource) => entryLine(resource, entries)));
  content.replaceChildren(list.childElementCount ? list : element('p', { textContent: text('no_entries') }));
}

function entryLine(resource, entries) {
  const what = wordsFor(resource);
  const button = element('button', { type: 'button', className: 'button second', textContent: text('take_back') });
  button.addEventListener('click', async () => {
    const { person } = station;
    if (!(await ask(text('take_back_title'), [text('take_back_sure', { what })], [text('take_back_yes'), text('take_back_no')]))) return;
    if (station.person !== person) return;
    button.disabled = true;
    if (!(await takeBack(resource, what, entries))) button.disabled = false;
  });
  return element('li', {}, element('p', { textContent: what }), element('small', { textContent: [momentWords(momentOf(resource)), writerOf(resource)].filter(Boolean).join(' · ') }), button);
}

// With the last entry of a visit the visit goes too, which the page made by itself.
async function takeBack(resource, what, entries) {
  const { person } = station;
  const withdrawn = [resource, ...emptiedVisit(resource, entries)].map(withdrawnResource);
  if (!(await deliver({ what: text('taken_back', { what }), kind: text('take_back_kind'), bundle: transactionOf(withdrawn) }, withdrawn, 'entries'))) return false;
  const gone = withdrawn.map(({ id }) => id);
  for (const [day, { visit }] of Object.entries(person.visits)) if (gone.includes(visit)) delete person.visits[day];
  if (station.person === person && shownPage() === 'entries') await showAgain();
  return true;
}

// The list without it; the button that was pressed is gone, so the title has the focus.
async function showAgain() {
  const { person, told } = station;
  station.told = '';
  await showEntries();
  if (station.person !== person) return;
  section('entries').querySelector('h1').focus();
  say(told);
}

const visitIdOf = ({ encounter, context }) => (encounter || context)?.reference?.replace('Encounter/', '');

// [the visit] of which nothing is left but itself, as far as this page can see.
function emptiedVisit(resource, entries) {
  const id = visitIdOf(resource);
  if (!id || entries.some((each) => each !== resource && visitIdOf(each) === id)) return [];
  const made = Object.values(station.person.visits).find(({ visit }) => visit === id);
  const visit = made ? visitResource(made) : entries.find((each) => each.resourceType === 'Encounter' && each.id === id);
  return visit ? [visit] : [];
}

const isOurs = ({ meta }) => (meta?.tag || []).some(({ system, code }) => system === FACILITY_TAG && code === station.who.facility);

// The member of the staff who wrote it, as it says; a medicine leaves that to its visit.
function writerOf({ performer = [], recorder, participant = [] }) {
  const [first] = performer;
  return (first?.actor || first || recorder || participant[0]?.individual)?.display || '';
}

// What kind of entry it is, by its name, and its values: "Tiêm: Lao (BCG)", "Huyết áp: 130/80 mmHg".
function wordsFor(resource) {
  const concept = resource.code || resource.vaccineCode || resource.medicationCodeableConcept || resource.reasonCode?.[0];
  const kind = `entry_${resource.resourceType}${resource.status === 'planned' ? '_planned' : ''}`;
  const parts = resource.component || [resource];
  const values = parts.map(({ valueQuantity: value, valueString }) => (value ? numberWords(value.value) : valueString)).filter(Boolean);
  const unit = parts[0].valueQuantity?.unit || '';
  const more = [doseWords(resource.protocolApplied, text), resource.lotNumber, ...(resource.dosage || []).map((each) => each.text)].filter(Boolean).join('; ');
  return [hasText(kind) ? text(kind) : '', conceptWords(concept), `${values.join('/')} ${unit}`.trim(), more].filter(Boolean).join(': ') || text('type_other');
}
