// What this facility wrote into the open record, and the way to take one of it back.
import { readEverything } from '../reading/everything.js';
import { todayInProvince } from '../clock.js';
import { dayWords, numberWords } from '../number-words.js';
import { ask } from '../questions.js';
import { conceptWords, doseWords, isTakenBackEntry, momentOf, momentWords, reservationsOf } from '../reading/record-words.js';
import { fateOf, takeOut } from './outbox.js';
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
  const days = daysOf(offered).flatMap(([day, some]) => [
    element('h2', { textContent: day }),
    element('ul', { className: 'entries' }, ...some.map((resource) => entryLine(resource, entries))),
  ]);
  content.replaceChildren(...(days.length ? days : [element('p', { textContent: text('no_entries') })]));
}

// [[day on which they were written, those entries]], as they come: what is to be taken back was written just now, also
// where it is of a day in the book.
function daysOf(resources) {
  const days = new Map();
  for (const resource of resources) {
    const day = writtenOn(resource);
    days.set(day, [...(days.get(day) || []), resource]);
  }
  const today = dayWords(todayInProvince());
  return [...days].map(([day, some]) => [day === today ? text('entries_today', { day }) : text('entries_on', { day }), some]);
}

const dayOf = (moment) => momentWords(moment).split(' ')[0];

function writtenOn({ id, meta }) {
  return station.person.written.some((each) => each.id === id) ? dayWords(todayInProvince()) : dayOf(meta?.lastUpdated);
}

// Its own day where that is another one, else the hour.
function momentIn(resource) {
  const said = momentWords(momentOf(resource));
  return said.startsWith(writtenOn(resource)) ? said.split(' ')[1] : said;
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
  const fate = fateOf(resource.id);
  const about = [momentIn(resource), writerOf(resource) || writerOf(entryVisit(resource, entries) || {}), fate && text(`entry_${fate}`)].filter(Boolean).join(' · ');
  return element('li', {}, element('p', { textContent: what }), element('small', { textContent: about }), button);
}

// With the last entry of a visit the visit goes too, which the page made by itself.
async function takeBack(resource, what, entries) {
  const { person } = station;
  const withdrawn = [resource, ...emptiedVisit(resource, entries)].map(withdrawnResource);
  takeOut(withdrawn.map(({ id }) => id));
  const told = await deliver({ what: text('taken_back', { what }), kind: text('take_back_kind'), bundle: transactionOf(withdrawn) }, withdrawn);
  if (!told) return false;
  const gone = withdrawn.map(({ id }) => id);
  for (const [day, { visit }] of Object.entries(person.visits)) if (gone.includes(visit)) delete person.visits[day];
  if (station.person !== person) return true;
  if (shownPage() === 'entries') await showAgain(told);
  else say(told);
  return true;
}

// The list without it; the button that was pressed is gone, so the title has the focus.
async function showAgain(told) {
  const { person } = station;
  await showEntries();
  if (station.person !== person) return;
  section('entries').querySelector('h1').focus();
  say(told);
}

const visitIdOf = ({ encounter, context }) => (encounter || context)?.reference?.replace('Encounter/', '');

// The visit of an entry, which the page made now or the record holds.
function entryVisit(resource, entries) {
  const id = visitIdOf(resource);
  const made = Object.values(station.person.visits).find(({ visit }) => visit === id);
  return made ? visitResource(made) : entries.find((each) => each.resourceType === 'Encounter' && each.id === id);
}

// [the visit] of which nothing is left but itself, as far as this page can see.
function emptiedVisit(resource, entries) {
  const id = visitIdOf(resource);
  if (!id || entries.some((each) => each !== resource && visitIdOf(each) === id)) return [];
  const visit = entryVisit(resource, entries);
  return visit ? [visit] : [];
}

const isOurs = ({ meta }) => (meta?.tag || []).some(({ system, code }) => system === FACILITY_TAG && code === station.who.facility);

// The member of the staff who wrote it, as it says; a medicine leaves that to its visit, which is asked next.
function writerOf({ performer = [], recorder, participant = [] }) {
  const [first] = performer;
  return (first?.actor || first || recorder || participant[0]?.individual)?.display || '';
}

// What kind of entry it is, by its name, its values, and what changes its meaning: "Tiêm: Sởi (không làm)".
function wordsFor(resource) {
  const concept = resource.code || resource.vaccineCode || resource.medicationCodeableConcept || resource.reasonCode?.[0];
  const kind = `entry_${resource.resourceType}${resource.status === 'planned' ? '_planned' : ''}`;
  const parts = resource.component || [resource];
  const values = parts.map(({ valueQuantity: value, valueString }) => (value ? numberWords(value.value) : valueString)).filter(Boolean);
  const unit = parts[0].valueQuantity?.unit || '';
  const more = [doseWords(resource.protocolApplied, text), resource.lotNumber, ...(resource.dosage || []).map((each) => each.text)].filter(Boolean).join('; ');
  const said = [hasText(kind) ? text(kind) : '', conceptWords(concept), `${values.join('/')} ${unit}`.trim(), more].filter(Boolean).join(': ') || text('type_other');
  const reservations = reservationsOf(resource, text, hasText);
  return reservations.length ? `${said} (${reservations.join('; ')})` : said;
}
