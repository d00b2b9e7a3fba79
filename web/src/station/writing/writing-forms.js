// The forms by which staff write: what stands in them, what is wrong with it, and the resources made of it.
import { now, nowInProvince, today, todayInProvince } from '../clock.js';
import { dateParts, fillDate } from '../date-boxes.js';
import { diagnosisOf, diagnosisQuestions, matchingDiagnoses, readDiagnoses } from './diagnosis-search.js';
import { measureResources, measureWords, readMeasures, wholeNumberOf } from './measuring.js';
import { appointmentQuestions, isBefore, measureQuestions, medicineQuestions, vaccineQuestions } from './plausible.js';
import { dayWords, numberWords } from '../number-words.js';
import { ask } from '../questions.js';
import { appointmentResource, diagnosisResource, medicineResource, noteResource, vaccineResource } from './resources.js';
import { nothingIsTyped, somethingIsTyped } from '../shift/leaving.js';
import { byId, station } from '../state.js';
import { aboutVisit, write } from './writing.js';
import { isNoDate, readDate } from '../../values/dates.js';
import { say, showErrors, shownPage } from '../../pages.js';
import { element, main, text } from '../../texts.js';

const FAR = '2100-12-31';
const MOST_DAYS = 366;
const MOST_DOSES = 20;
const LEAST_TYPED = 3;
const MOST_READ_BACK = 60;
const UNIT_KEPT = 'ssk-station-glucose-unit';
const DAY_LENGTH = 24 * 60 * 60 * 1000;
let diagnoses = null;

const typed = (id) => byId(id).value.trim();

// The birth date of the record, or, where it is not to be seen, the one that opened it.
const birthDate = () => station.person.birthDate || station.person.card.birthDate;

// Sends the resources unless something is wrong with a field, or staff would rather look at it again; an emptied form
// says that it is done. What is answered when somebody else is open changes nothing here, and what staff typed meanwhile,
// in this form or in another, stays as it is.
async function finish(form, { what, kind, whole, faults, questions = [], earlier = '', make }) {
  if (faults.length) {
    showErrors(faults.map(([id, key, values]) => ({ id, message: text(key, values) })));
    return;
  }
  const { person } = station;
  const [page, sent] = [shownPage(), typedInto(form)];
  if (questions.length && !(await ask(text('ask_title'), questions.map(questionWords), [text('ask_yes'), text('ask_no')]))) return;
  if (station.person !== person) return;
  const resources = make(aboutVisit(earlier));
  nothingIsTyped(form); // it is on its way: to leave now drops nothing
  const told = await write(what, resources, { kind, whole, earlier });
  if (station.person !== person) return;
  const isUntouched = typedInto(form) === sent;
  if (told && isUntouched) byId(form).reset();
  else somethingIsTyped(form);
  if (!told) return;
  if (shownPage() !== page || !isUntouched) {
    say(told);
    return;
  }
  station.told = told;
  location.hash = '#write';
}

const typedInto = (form) => JSON.stringify([...byId(form).elements].map(({ value, checked }) => [value, checked]));

// The day of something that is written from the book, '' for now; a fault goes into `faults`.
function earlierDay(id, faults) {
  const parts = dateParts(id);
  if (isNoDate(parts)) return '';
  const { value = '', fault, least } = readDate(parts, today());
  if (fault) faults.push([id, fault, { least }]);
  else if (value.length < FAR.length) faults.push([id, 'whole_day']);
  else if (isBefore(value, birthDate())) faults.push([id, 'before_birth']);
  return value === todayInProvince() ? '' : value;
}

function questionWords([key, { age, number, ...values }]) {
  const old = age < 1 ? text('age_baby') : text('age_years', { age });
  return text(key, { ...values, age: old, ...(number && { value: numberWords(number) }) });
}

export async function writeMeasures() {
  const unit = typed('measure-glucose-unit');
  const given = { unit };
  for (const field of ['pressure', 'pulse', 'temperature', 'saturation', 'weight', 'height', 'glucose']) given[field] = typed(`measure-${field}`);
  const { faults: wrong, values } = readMeasures(given);
  const faults = wrong.map(([field, key]) => [`measure-${field}`, key]);
  const earlier = earlierDay('measure-day', faults);
  await finish('measure-form', {
    what: [measureWords(values, unit, text, numberWords), earlier && dayWords(earlier)].filter(Boolean).join(', '),
    kind: text('kind_measure'),
    faults,
    earlier,
    questions: measureQuestions(values, unit, birthDate(), earlier || todayInProvince()),
    make: (about) => measureResources(values, unit, about),
  });
}

// The unit of the station's own meter stays chosen, also for the next person and the next day.
export function startUnits() {
  const box = byId('measure-glucose-unit');
  const choose = (unit) => {
    for (const option of box.options) option.defaultSelected = option.value === unit;
    box.value = unit;
  };
  try {
    choose(localStorage.getItem(UNIT_KEPT) || box.value);
  } catch {
    // A browser that keeps nothing begins with the first unit.
  }
  box.addEventListener('change', () => {
    choose(box.value);
    try {
      localStorage.setItem(UNIT_KEPT, box.value);
    } catch {
      // It stays chosen until the page is closed.
    }
  });
}

export async function writeVaccine() {
  const choice = byId('vaccine-which').selectedOptions[0];
  const [system, code] = choice.value.split('|');
  const other = typed('vaccine-other');
  const label = code ? choice.textContent.trim() : other;
  const day = isNoDate(dateParts('vaccine-day')) ? { fault: 'vaccine_day_missing' } : readDate(dateParts('vaccine-day'), today());
  const lot = typed('vaccine-lot');
  const dose = wholeNumberOf(typed('vaccine-dose'));
  const faults = [];
  if (!label) faults.push(['vaccine-which', 'vaccine_missing']);
  else if (code && other) faults.push(['vaccine-other', 'vaccine_twice', { label, other }]);
  if (day.fault) faults.push(['vaccine-day', day.fault, { least: day.least }]);
  else if (isBefore(day.value, birthDate())) faults.push(['vaccine-day', 'before_birth']);
  const isRefused = byId('vaccine-refused').checked;
  if (isRefused && (lot || typed('vaccine-dose'))) faults.push([lot ? 'vaccine-lot' : 'vaccine-dose', 'vaccine_not_given']);
  else if (dose !== undefined && !(dose >= 1 && dose <= MOST_DOSES)) faults.push(['vaccine-dose', 'dose_shape', { most: MOST_DOSES }]);
  const coding = code ? { system, code } : null;
  const form = 'vaccine-form';
  const { person } = station;
  await finish(form, {
    what: [text(vaccineKind(isRefused, dose), { label, dose }), lot && text('read_lot', { lot }), !faults.length && day.value !== todayInProvince() && dayWords(day.value)].filter(Boolean).join(', '),
    kind: text(vaccineKind(isRefused), { label }),
    faults,
    earlier: faults.length || day.value.length < FAR.length || day.value === todayInProvince() ? '' : day.value,
    questions: faults.length ? [] : vaccineQuestions({ label, dose }, birthDate(), day.value),
    make: (about) => [vaccineResource(about, crypto.randomUUID(), { coding, label, day: day.value, dose, lot, ...(isRefused && { refusedWords: text('vaccine_why') }) })],
  });
  if (station.person === person) fillVaccineDay();
}

const vaccineKind = (isRefused, dose) => (isRefused ? 'kind_vaccine_refused' : dose ? 'read_dose' : 'kind_vaccine');

// Today, unless a day stands there.
export function fillVaccineDay() {
  if (isNoDate(dateParts('vaccine-day'))) fillDate('vaccine-day', todayInProvince());
}

export async function writeDiagnosis() {
  const { person } = station;
  const list = await loadDiagnoses();
  if (station.person !== person) return;
  const diagnosis = diagnosisOf(list, typed('diagnosis-search'));
  const parts = dateParts('diagnosis-since');
  const since = isNoDate(parts) ? {} : readDate(parts, today());
  const faults = [];
  if (!diagnosis) faults.push(['diagnosis-search', 'diagnosis_missing']);
  else if (!diagnosis.label) faults.push(['diagnosis-search', 'diagnosis_name', diagnosis]);
  if (since.fault) faults.push(['diagnosis-since', since.fault, { least: since.least }]);
  else if (since.value && isBefore(since.value, birthDate())) faults.push(['diagnosis-since', 'before_birth']);
  const isProvisional = byId('diagnosis-provisional').checked;
  const what = text(isProvisional ? 'kind_suspected' : 'kind_diagnosis', diagnosis || {});
  const make = (about) => [diagnosisResource(about, crypto.randomUUID(), { ...diagnosis, since: since.value, isProvisional })];
  const questions = faults.length ? [] : diagnosisQuestions(list, diagnosis);
  await finish('diagnosis-form', { what: [what, since.value && dayWords(since.value)].filter(Boolean).join(', '), kind: text('entry_Condition'), faults, questions, make });
}

export async function writeMedicine() {
  const [name, use] = [typed('medicine-name'), typed('medicine-use')];
  const days = wholeNumberOf(typed('medicine-days'));
  const faults = [];
  if (!name) faults.push(['medicine-name', 'medicine_missing']);
  if (days !== undefined && !(days >= 1 && days <= MOST_DAYS)) faults.push(['medicine-days', 'days_shape', { most: MOST_DAYS }]);
  const earlier = earlierDay('medicine-day', faults);
  const begin = earlier ? Date.parse(`${earlier}T12:00:00+07:00`) : now();
  const until = days ? nowInProvince(begin + (days - 1) * DAY_LENGTH).slice(0, 10) : undefined;
  const make = (about) => [medicineResource(about, crypto.randomUUID(), { name, use, until })];
  const read = [name, use, until && text('read_until', { day: dayWords(until) }), earlier && dayWords(earlier)].filter(Boolean).join(', ');
  const questions = faults.length ? [] : medicineQuestions(name);
  await finish('medicine-form', { what: text('kind_medicine', { name: read }), kind: text('entry_MedicationStatement'), faults, questions, earlier, make });
}

export async function writeNote() {
  const words = typed('note-text');
  const faults = words ? [] : [['note-text', 'note_missing']];
  const earlier = earlierDay('note-day', faults);
  const begun = words.length > MOST_READ_BACK ? `${words.slice(0, MOST_READ_BACK)}…` : words;
  const what = [text('read_note', { words: begun }), earlier && dayWords(earlier)].filter(Boolean).join(', ');
  await finish('note-form', { what, kind: text('kind_note'), whole: begun === words ? '' : words, faults, earlier, make: (about) => [noteResource(about, crypto.randomUUID(), words)] });
}

export async function writeAppointment() {
  const [day, reason] = [readDate(dateParts('appointment-day'), today(), FAR), typed('appointment-reason')];
  const faults = [];
  const isWhole = !day.fault && day.value.length === FAR.length;
  if (isNoDate(dateParts('appointment-day'))) faults.push(['appointment-day', 'day_passed']);
  else if (day.fault) faults.push(['appointment-day', day.fault === 'year_missing' ? 'year_shape' : day.fault, { least: day.least }]);
  else if (!isWhole || day.value < todayInProvince()) faults.push(['appointment-day', 'day_passed']);
  if (!reason) faults.push(['appointment-reason', 'why_missing']);
  await finish('appointment-form', {
    what: `${text('kind_appointment', { day: isWhole ? dayWords(day.value) : '' })}: ${reason}`,
    kind: text('kind_appointment', { day: isWhole ? dayWords(day.value) : '' }),
    faults,
    questions: isWhole ? appointmentQuestions(day.value, todayInProvince()) : [],
    make: (about) => [appointmentResource(about, crypto.randomUUID(), { day: day.value, reason })],
  });
}

// Our own list, loaded when the form is first opened; without it any code can be typed.
export function loadDiagnoses() {
  diagnoses ||= fetch(main.dataset.diagnoses).then((response) => response.text()).then(readDiagnoses);
  return diagnoses.catch(() => {
    diagnoses = null;
    return [];
  });
}

// Proposes while staff type; taking one puts code and words into the box.
export function startDiagnosisSearch() {
  const input = byId('diagnosis-search');
  const proposed = input.parentNode.querySelector('.suggestions');
  byId('diagnosis-form').addEventListener('reset', () => proposed.replaceChildren());
  input.addEventListener('input', async () => {
    const list = await loadDiagnoses();
    const found = matchingDiagnoses(list, input.value);
    const isNone = !found.length && input.value.trim().length >= LEAST_TYPED && !diagnosisOf(list, input.value);
    proposed.replaceChildren(...(isNone ? [element('p', { className: 'hint', textContent: text('diagnosis_none') })] : []), ...found.map(({ code, label }) => {
      const button = element('button', { type: 'button', className: 'suggestion', textContent: `${code} ${label}` });
      button.addEventListener('click', () => {
        input.value = button.textContent;
        proposed.replaceChildren();
        input.focus();
      });
      return button;
    }));
  });
}
