// What was found and done over time, out of what `$everything` gives: visits, series to be drawn, and all results. Pure.
import { conceptWords, doseWords, facilityOf, isTakenBackEntry, momentOf, momentWords, observationWords, reportWords, reservationsOf, timeOfMoment } from './record-words.js';

const LOINC_CODES = 'http://loinc.org';
const SERVICE_CODES = 'urn:x-so-suc-khoe:ma-dich-vu';
const PRESSURE_PANELS = ['85354-9', '55284-4'];
const SYSTOLIC = '8480-6';
const DIASTOLIC = '8462-4';
const WEIGHTS = ['29463-7', '3141-9'];
// Glucose in blood, serum or plasma, by mass or by substance, fasting or not.
const GLUCOSES = ['15074-8', '2339-0', '2345-7', '14749-6', '1558-6', '14771-0', '41653-7', '14743-9', '2340-8', '14770-2', '76629-5'];
const BLOOD_GLUCOSE_SERVICE = '23.0075.1494'; // the health ministry's list of services: "Định lượng Glucose [Máu]"
const MG_A_MMOL = 18.016;
const WEIGHT_FACTORS = { kg: 1, g: 0.001 };
const GLUCOSE_FACTORS = { 'mmol/L': 1, 'mg/dL': 1 / MG_A_MMOL };
const WHOLE_DATE = 'YYYY-MM-DD'.length;

const codesIn = (concept, system) => (concept?.coding || []).filter((coding) => coding.system === system).map(({ code }) => code);
const hasLoinc = ({ code }, wanted) => codesIn(code, LOINC_CODES).some((each) => wanted.includes(each));
const newestFirst = (entries) => entries.sort((one, other) => other.time - one.time);

// The visits, the newest first: { at, until, facility, title, reservations, parts: { diagnoses, medicines, … }, time }, and
// what belongs to no visit as `loose`. `words(key)` and `has(key)` are those of the page.
export function visitsOf(resources, words, has) {
  const sound = resources.filter((resource) => !isTakenBackEntry(resource));
  const visits = new Map();
  for (const resource of sound) if (resource.resourceType === 'Encounter') visits.set(`Encounter/${resource.id}`, visitOfEncounter(resource, words, has));
  const loose = [];
  for (const resource of sound) {
    const part = PARTS[resource.resourceType];
    const visit = visits.get((resource.encounter || resource.context)?.reference);
    if (!part || (part.isOfVisit && !visit)) continue;
    const line = [part.words(resource, words), visit && ownMoment(part, resource, visit), ...reservationsOf(resource, words, has)].filter(Boolean).join(' · ');
    if (visit) visit.parts[part.name] = [...(visit.parts[part.name] || []), line];
    else loose.push({ at: momentWords(momentOf(resource)), time: timeOfMoment(momentOf(resource)), line, kind: part.name, facility: facilityOf(resource) });
  }
  return { visits: newestFirst([...visits.values()]), loose: newestFirst(loose) };
}

const PARTS = {
  Condition: { name: 'diagnoses', words: ({ code }) => withCode(code), moment: ({ onsetDateTime, onsetPeriod }) => onsetDateTime || onsetPeriod?.start },
  MedicationRequest: { name: 'medicines', words: (one) => medicineWords(one, one.dosageInstruction) },
  MedicationStatement: { name: 'medicines', words: (one) => medicineWords(one, one.dosage), moment: ({ effectiveDateTime, effectivePeriod }) => effectiveDateTime || effectivePeriod?.start },
  Immunization: { name: 'vaccines', words: vaccineWords, moment: ({ occurrenceDateTime }) => occurrenceDateTime },
  // Values that belong to no visit stand among the results over time alone.
  Observation: { name: 'measures', isOfVisit: true, words: (one, words) => `${conceptWords(one.code)}: ${observationWords(one, words)}`, moment: momentOf },
  Procedure: { name: 'procedures', words: ({ code }) => conceptWords(code), moment: ({ performedDateTime, performedPeriod }) => performedDateTime || performedPeriod?.start },
};

// When it was, where that is another time than the visit at which it was written down: a vaccination of 2019, an illness since May.
function ownMoment({ moment }, resource, { days }) {
  const said = momentWords(moment?.(resource)).split(' ')[0];
  return said && !days.includes(said) ? said : '';
}

function vaccineWords({ vaccineCode, protocolApplied, lotNumber, occurrenceString }, words) {
  return [conceptWords(vaccineCode), doseWords(protocolApplied, words), lotNumber, occurrenceString].filter(Boolean).join('; ');
}

function withCode(concept) {
  const said = conceptWords(concept);
  const code = concept?.coding?.[0]?.code;
  return code && !said.includes(code) ? `${said} (${code})` : said;
}

function medicineWords({ medicationCodeableConcept, medicationReference, effectivePeriod }, dosage = []) {
  const name = conceptWords(medicationCodeableConcept) || medicationReference?.display || '';
  const how = dosage.flatMap(({ text, patientInstruction }) => [text, patientInstruction]);
  return [name, ...how, effectivePeriod?.end && `→ ${momentWords(effectivePeriod.end)}`].filter(Boolean).join('; ');
}

function visitOfEncounter(encounter, words, has) {
  const { period = {}, type = [], reasonCode = [], serviceProvider, status } = encounter;
  const at = period.start || period.end || '';
  return {
    at: momentWords(at),
    until: period.end && period.end !== period.start ? momentWords(period.end) : '',
    days: daysBetween(at, period.end || at),
    time: timeOfMoment(at),
    facility: serviceProvider?.display || facilityOf(encounter),
    isPlanned: status === 'planned',
    title: [...type.map(conceptWords), encounter.class?.code === 'EMER' ? words('visit_emergency') : ''].filter(Boolean).join(' · '),
    reason: reasonCode.map(conceptWords).filter(Boolean).join('; '),
    reservations: reservationsOf(encounter, words, has),
    parts: {},
  };
}

const MOST_DAYS_OF_STAY = 366;
const ONE_DAY = 24 * 60 * 60 * 1000;

// The days of a visit or stay as they are written.
function daysBetween(first, last) {
  const [from, until] = [timeOfMoment(first), timeOfMoment(last)];
  const days = [first, last].map((at) => momentWords(at).split(' ')[0]);
  for (let time = from + ONE_DAY; time < until && days.length < MOST_DAYS_OF_STAY; time += ONE_DAY) days.push(momentWords(new Date(time).toISOString()).split(' ')[0]);
  return days;
}

const RESULTS = { Observation: observationWords, DiagnosticReport: reportWords };

// Every result, the newest first, with the reports whose words are all that there is of them, as of an ultrasound:
// { name, value, at, time, facility, reservations }.
export function resultsOfRecord(resources, words, has) {
  const sound = resources.filter((one) => RESULTS[one.resourceType] && !isTakenBackEntry(one));
  const told = sound.map((one) => [one, RESULTS[one.resourceType](one, words)]).filter(([, value]) => value);
  return newestFirst(told.map(([one, value]) => ({
    name: conceptWords(one.code),
    value,
    at: momentWords(momentOf(one)),
    time: timeOfMoment(momentOf(one)),
    facility: facilityOf(one),
    reservations: reservationsOf(one, words, has),
    kind: kindOf(one, resources),
  })));
}

function kindOf(observation, resources) {
  if (observation.resourceType !== 'Observation') return 'other';
  if (hasLoinc(observation, PRESSURE_PANELS)) return 'pressure';
  if (hasLoinc(observation, WEIGHTS)) return 'weight';
  return hasLoinc(observation, GLUCOSES) || isOfGlucoseService(observation, resources) ? 'glucose' : 'other';
}

// Hospitals' files name each value by a code of their own; the service that it belongs to has the ministry's code.
function isOfGlucoseService({ id }, resources) {
  const holds = ({ result = [] }) => result.some(({ reference }) => reference === `Observation/${id}`);
  const reports = resources.filter((one) => one.resourceType === 'DiagnosticReport' && codesIn(one.code, SERVICE_CODES).includes(BLOOD_GLUCOSE_SERVICE));
  return reports.some(holds);
}

// What can be drawn of a kind, the oldest first: [{ time, at, values: [number, …] }] in mmHg, kg or mmol/L. Left out is
// whatever is not one whole number of a known unit on a known day about this person, and not yet sure.
export function pointsOf(resources, kind) {
  const drawn = resources.filter((one) => one.resourceType === 'Observation' && isSure(one) && kindOf(one, resources) === kind);
  const points = drawn.map((one) => ({ at: momentWords(momentOf(one)), time: timeOfMoment(momentOf(one)), values: READ[kind](one) }));
  return points.filter(({ values, time }) => time && values.every(Number.isFinite)).sort((one, other) => one.time - other.time);
}

function isSure(observation) {
  const { status, focus = [] } = observation;
  return ['final', 'amended', 'corrected'].includes(status) && !focus.length && momentOf(observation).length >= WHOLE_DATE;
}

const READ = {
  pressure: ({ component = [] }) => [SYSTOLIC, DIASTOLIC].map((code) => numberOf(component.find((part) => hasLoinc(part, [code])), { 'mm[Hg]': 1, mmHg: 1 })),
  weight: (one) => [numberOf(one, WEIGHT_FACTORS)],
  glucose: (one) => [numberOf(one, GLUCOSE_FACTORS)],
};

function numberOf(holder, factors) {
  const { value, unit, code, comparator } = holder?.valueQuantity || {};
  const factor = factors[code] || factors[unit];
  return factor && !comparator ? Math.round(Number(value) * factor * 10) / 10 : NaN;
}
