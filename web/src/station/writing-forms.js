// The forms by which staff write: what stands in them, what is wrong with it, and the resources made of it.
import { dateParts, fillDate } from './date-boxes.js';
import { diagnosisOf, matchingDiagnoses, readDiagnoses } from './diagnosis-search.js';
import { measureResources, readMeasures } from './measuring.js';
import { appointmentResource, diagnosisResource, medicineResource, noteResource, vaccineResource } from './resources.js';
import { byId } from './state.js';
import { aboutNow, nowInProvince, write } from './writing.js';
import { isNoDate, readDate } from '../values/dates.js';
import { digitsOnly } from '../digits.js';
import { showErrors } from '../pages.js';
import { element, main, text } from '../texts.js';

const FAR = '2100-12-31';
const MOST_DAYS = 366;
const DAY_LENGTH = 24 * 60 * 60 * 1000;
let diagnoses = null;

const typed = (id) => byId(id).value.trim();

export const todayInProvince = () => nowInProvince().slice(0, 10);

// Sends the resources unless something is wrong with a field; an emptied form says that it is done.
async function finish(form, what, faults, make) {
  if (faults.length) {
    showErrors(faults.map(([id, key, values]) => ({ id, message: text(key, values) })));
    return;
  }
  if (await write(what, make(aboutNow()))) byId(form).reset();
}

export async function writeMeasures() {
  const unit = typed('measure-glucose-unit');
  const given = { unit };
  for (const field of ['pressure', 'weight', 'height', 'glucose']) given[field] = typed(`measure-${field}`);
  const { faults, values } = readMeasures(given);
  const told = faults.map(([field, key]) => [`measure-${field}`, key]);
  await finish('measure-form', text('kind_measure'), told, (about) => measureResources(values, unit, about));
}

export async function writeVaccine() {
  const choice = byId('vaccine-which').selectedOptions[0];
  const [system, code] = choice.value.split('|');
  const label = code ? choice.textContent.trim() : typed('vaccine-other');
  const day = readDate(dateParts('vaccine-day'));
  const dose = Number(digitsOnly(typed('vaccine-dose'))) || undefined;
  const faults = [];
  if (!label) faults.push(['vaccine-which', 'vaccine_missing']);
  if (day.fault) faults.push(['vaccine-day', day.fault, { least: day.least }]);
  const coding = code ? { system, code } : null;
  const make = (about) => [vaccineResource(about, crypto.randomUUID(), { coding, label, day: day.value, dose, lot: typed('vaccine-lot') })];
  await finish('vaccine-form', text('kind_vaccine', { label }), faults, make);
  fillDate('vaccine-day', todayInProvince());
}

export async function writeDiagnosis() {
  const diagnosis = diagnosisOf(await loadDiagnoses(), typed('diagnosis-search'));
  const parts = dateParts('diagnosis-since');
  const since = isNoDate(parts) ? {} : readDate(parts);
  const faults = [];
  if (!diagnosis) faults.push(['diagnosis-search', 'diagnosis_missing']);
  if (since.fault) faults.push(['diagnosis-since', since.fault, { least: since.least }]);
  const make = (about) => [diagnosisResource(about, crypto.randomUUID(), { ...diagnosis, since: since.value })];
  await finish('diagnosis-form', text('kind_diagnosis', diagnosis || {}), faults, make);
}

export async function writeMedicine() {
  const [name, use] = [typed('medicine-name'), typed('medicine-use')];
  const days = Number(digitsOnly(typed('medicine-days')));
  const faults = [];
  if (!name) faults.push(['medicine-name', 'medicine_missing']);
  if (days > MOST_DAYS) faults.push(['medicine-days', 'days_shape', { most: MOST_DAYS }]);
  const until = days ? nowInProvince(Date.now() + (days - 1) * DAY_LENGTH).slice(0, 10) : undefined;
  const make = (about) => [medicineResource(about, crypto.randomUUID(), { name, use, until })];
  await finish('medicine-form', text('kind_medicine', { name }), faults, make);
}

export async function writeNote() {
  const words = typed('note-text');
  const faults = words ? [] : [['note-text', 'note_missing']];
  await finish('note-form', text('kind_note'), faults, (about) => [noteResource(about, crypto.randomUUID(), words)]);
}

export async function writeAppointment() {
  const [day, reason] = [readDate(dateParts('appointment-day'), new Date(), FAR), typed('appointment-reason')];
  const faults = [];
  const isWhole = !day.fault && day.value.length === FAR.length;
  if (day.fault) faults.push(['appointment-day', day.fault, { least: day.least }]);
  else if (!isWhole || day.value < todayInProvince()) faults.push(['appointment-day', 'day_passed']);
  if (!reason) faults.push(['appointment-reason', 'why_missing']);
  const make = (about) => [appointmentResource(about, crypto.randomUUID(), { day: day.value, reason })];
  await finish('appointment-form', text('kind_appointment', { day: isWhole ? day.value.split('-').reverse().join('/') : '' }), faults, make);
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
    proposed.replaceChildren(...matchingDiagnoses(list, input.value).map(({ code, label }) => {
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
