// FHIR resources of what a station writes, and the transaction that carries them. Pure: `about` says who, whom and when.
const LOINC_SYSTEM = 'http://loinc.org';
const UCUM_SYSTEM = 'http://unitsofmeasure.org';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem/';

// `about`: { personId, performer (display), at (an instant with its zone, or a day), writtenAt (the instant of writing), visit
// (uuid of the Encounter) }.
function observation(about, id, category, code, label, content) {
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ system: `${TERMINOLOGY}observation-category`, code: category }] }],
    code: loincConcept(code, ...label),
    subject: { reference: `Patient/${about.personId}` },
    encounter: { reference: `Encounter/${about.visit}` },
    effectiveDateTime: about.at,
    performer: [{ display: about.performer }],
    ...content,
  };
}

// A code with its words in Vietnamese, and in English by the standard translation extension.
function loincConcept(code, vi, en) {
  const translation = { url: 'http://hl7.org/fhir/StructureDefinition/translation', extension: [{ url: 'lang', valueCode: 'en' }, { url: 'content', valueString: en }] };
  return { coding: [{ system: LOINC_SYSTEM, code }], text: vi, _text: { extension: [translation] } };
}

const quantity = (value, unit, code) => ({ value, unit, system: UCUM_SYSTEM, code });

export function pressureResource(about, id, [systolic, diastolic]) {
  const component = (code, label, value) => ({ code: loincConcept(code, ...label), valueQuantity: quantity(value, 'mmHg', 'mm[Hg]') });
  const parts = [component('8480-6', ['Tâm thu', 'Systolic'], systolic), component('8462-4', ['Tâm trương', 'Diastolic'], diastolic)];
  return observation(about, id, 'vital-signs', '85354-9', ['Huyết áp', 'Blood pressure'], { component: parts });
}

export function weightResource(about, id, kilograms) {
  return observation(about, id, 'vital-signs', '29463-7', ['Cân nặng', 'Body weight'], { valueQuantity: quantity(kilograms, 'kg', 'kg') });
}

export function heightResource(about, id, centimetres) {
  return observation(about, id, 'vital-signs', '8302-2', ['Chiều cao', 'Body height'], { valueQuantity: quantity(centimetres, 'cm', 'cm') });
}

const SIGNS = {
  pulse: ['8867-4', ['Mạch', 'Pulse'], 'lần/phút', '/min'],
  temperature: ['8310-5', ['Nhiệt độ', 'Body temperature'], '°C', 'Cel'],
  saturation: ['2708-6', ['SpO2', 'Oxygen saturation'], '%', '%'],
};

// `sign`: pulse, temperature or saturation.
export function signResource(about, id, sign, value) {
  const [code, label, unit, ucum] = SIGNS[sign];
  return observation(about, id, 'vital-signs', code, label, { valueQuantity: quantity(value, unit, ucum) });
}

// LOINC has a code for each of the two ways to measure: mass and substance of glucose in blood.
export function glucoseResource(about, id, value, unit) {
  const code = unit === 'mg/dL' ? '2339-0' : '15074-8';
  return observation(about, id, 'laboratory', code, ['Đường huyết', 'Blood glucose'], { valueQuantity: quantity(value, unit, unit) });
}

const statusConcept = (system, code) => ({ coding: [{ system: `${TERMINOLOGY}${system}`, code }] });
const visitOf = ({ visit }) => ({ reference: `Encounter/${visit}` });
const subjectOf = ({ personId }) => ({ reference: `Patient/${personId}` });

// `diagnosis`: { code of ICD-10, label, since? (a FHIR date), isProvisional? }.
export function diagnosisResource(about, id, { code, label, since, isProvisional }) {
  return {
    resourceType: 'Condition',
    id,
    clinicalStatus: statusConcept('condition-clinical', 'active'),
    verificationStatus: statusConcept('condition-ver-status', isProvisional ? 'provisional' : 'confirmed'),
    category: [statusConcept('condition-category', 'encounter-diagnosis')],
    code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code }], text: label },
    subject: subjectOf(about),
    encounter: visitOf(about),
    ...(since && { onsetDateTime: since }),
    recordedDate: about.writtenAt,
    recorder: { display: about.performer },
  };
}

// `vaccine`: { coding or null, label, day, dose?, lot?, refusedWords? }; with these it was not given, for the person refused.
export function vaccineResource(about, id, { coding, label, day, dose, lot, refusedWords }) {
  const refused = refusedWords && { statusReason: { coding: [{ system: `${TERMINOLOGY}v3-ActReason`, code: 'PATOBJ' }], text: refusedWords } };
  return {
    resourceType: 'Immunization',
    id,
    status: refused ? 'not-done' : 'completed',
    ...refused,
    vaccineCode: { ...(coding && { coding: [coding] }), text: label },
    patient: subjectOf(about),
    encounter: visitOf(about),
    occurrenceDateTime: day,
    primarySource: true,
    ...(lot && { lotNumber: lot }),
    performer: [{ actor: { display: about.performer } }],
    ...(dose && { protocolApplied: [{ doseNumberPositiveInt: dose }] }),
  };
}

// `medicine`: { name, use?, until? (a FHIR date) }. Who gave it is the visit's participant: `informationSource` would say that
// staff had only heard of it.
export function medicineResource(about, id, { name, use, until }) {
  return {
    resourceType: 'MedicationStatement',
    id,
    status: 'active',
    medicationCodeableConcept: { text: name },
    subject: subjectOf(about),
    context: visitOf(about),
    effectivePeriod: { start: about.at.slice(0, 10), ...(until && { end: until }) },
    dateAsserted: about.writtenAt,
    ...(use && { dosage: [{ text: use }] }),
  };
}

export function noteResource(about, id, words) {
  return observation(about, id, 'exam', '48767-8', ['Ghi chú của nhân viên y tế', 'Note of the staff'], { valueString: words });
}

// `day` is a date of the province.
export function appointmentResource(about, id, { day, reason }) {
  return {
    resourceType: 'Encounter',
    id,
    status: 'planned',
    class: { system: `${TERMINOLOGY}v3-ActCode`, code: 'AMB' },
    subject: subjectOf(about),
    participant: [{ individual: { display: about.performer } }],
    period: { start: day },
    reasonCode: [{ text: reason }],
  };
}

// The same resource, taken back by its facility: it leaves the summary, and what the person declared stays.
export function withdrawnResource({ meta, clinicalStatus, ...resource }) {
  const error = 'entered-in-error';
  if (resource.resourceType === 'Condition') return { ...resource, verificationStatus: statusConcept('condition-ver-status', error) };
  return { ...resource, status: error };
}

// The person's visit, the same in every transaction of it, so that a repeat makes no version.
export function visitResource(about) {
  return {
    resourceType: 'Encounter',
    id: about.visit,
    status: 'finished',
    class: { system: `${TERMINOLOGY}v3-ActCode`, code: 'AMB' },
    subject: { reference: `Patient/${about.personId}` },
    participant: [{ individual: { display: about.performer } }],
    period: { start: about.visitAt, end: about.visitAt },
  };
}

export function transactionOf(resources) {
  const entry = resources.map((resource) => {
    const url = `${resource.resourceType}/${resource.id}`;
    return { fullUrl: `urn:uuid:${resource.id}`, resource, request: { method: 'PUT', url } };
  });
  return { resourceType: 'Bundle', type: 'transaction', entry };
}
