// FHIR resources that a facility reads, in words: values, moments, and statuses that change what an entry says. Pure.
const PROVINCE_ZONE = 'Asia/Ho_Chi_Minh';
const DISPUTE_TAG = 'urn:x-so-suc-khoe:dispute';
const WRITTEN_BY = 'urn:x-so-suc-khoe:facility';
const ERRONEOUS = 'entered-in-error';
// The statuses that add nothing to an entry; every other one is told.
const USUAL = ['final', 'amended', 'corrected', 'completed', 'finished', 'active', 'confirmed', 'planned'];

// A FHIR date or instant as people write it, no finer than it is known: 2026, 05/2026, 09/05/2026, 09/05/2026 14:30.
export function momentWords(at) {
  if (!at) return '';
  if (!at.includes('T')) return at.split('-').reverse().join('/');
  const parts = { timeZone: PROVINCE_ZONE, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const found = Object.fromEntries(new Intl.DateTimeFormat('en-GB', parts).formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return `${found.day}/${found.month}/${found.year} ${found.hour}:${found.minute}`;
}

// Milliseconds for sorting and drawing; a date counts from its beginning in the province. 0 where nothing is known.
export function timeOfMoment(at) {
  if (!at) return 0;
  if (at.includes('T')) return Date.parse(at) || 0;
  const [year, month = '01', day = '01'] = at.split('-');
  return Date.parse(`${year}-${month}-${day}T00:00:00+07:00`) || 0;
}

// When something was: the first of its members that says so.
export function momentOf(resource) {
  const period = resource.effectivePeriod || resource.performedPeriod || resource.occurrencePeriod || resource.period;
  const { effectiveDateTime, effectiveInstant, performedDateTime, occurrenceDateTime, occurrenceString, authoredOn, onsetDateTime, recordedDate, dateAsserted, issued } = resource;
  return effectiveDateTime || effectiveInstant || period?.start || period?.end || performedDateTime || occurrenceDateTime || authoredOn || recordedDate || onsetDateTime || dateAsserted || issued || (occurrenceString ? '' : resource.meta?.lastUpdated) || '';
}

export const conceptWords = (concept) => concept?.text || concept?.coding?.map(({ display, code }) => display || code).find(Boolean) || '';

// All digits that were sent, with the decimal sign of the page's language.
const decimalWords = (value, words) => (typeof value === 'number' ? String(value).replace('.', words('decimal_sign')) : value);

const quantityWords = ({ comparator, value, unit, code }, words) => [comparator, decimalWords(value, words), unit || code].filter((part) => part !== undefined && part !== '').join(' ');

const rangeWords = ({ low, high }, words) => [low && quantityWords(low, words), high && quantityWords(high, words)].map((side) => side || '…').join(' – ');

const VALUES = {
  valueQuantity: quantityWords,
  valueCodeableConcept: (value) => conceptWords(value),
  valueString: (value) => value,
  valueBoolean: (value, words) => words(value ? 'value_yes' : 'value_no'),
  valueInteger: (value) => String(value),
  valueRange: rangeWords,
  valueRatio: ({ numerator, denominator }, words) => [numerator, denominator].map((part) => (part ? quantityWords(part, words) : '…')).join(' / '),
  valueSampledData: (_value, words) => words('value_sampled'),
  valueTime: (value) => value,
  valueDateTime: (value) => momentWords(value),
  valuePeriod: ({ start, end }) => [start, end].map((side) => momentWords(side) || '…').join(' – '),
};

// The value of an Observation with its components; `words(key)` gives a sentence of the page.
export function observationWords(observation, words) {
  const own = valueWords(observation, words);
  const parts = (observation.component || []).map((part) => `${conceptWords(part.code)} ${valueWords(part, words) || words('value_absent')}`.trim());
  const judged = [...(observation.interpretation || []).map(conceptWords), ...(observation.referenceRange || []).map((range) => rangeOf(range, words))].filter(Boolean);
  const said = [own, ...parts].filter(Boolean).join(', ') || conceptWords(observation.dataAbsentReason) || words('value_absent');
  return judged.length ? `${said} (${judged.join('; ')})` : said;
}

function valueWords(holder, words) {
  const [name, read] = Object.entries(VALUES).find(([member]) => holder[member] !== undefined) || [];
  return name ? read(holder[name], words) : conceptWords(holder.dataAbsentReason);
}

// The words of a report; '' where its results say all of it.
export function reportWords({ conclusion, conclusionCode = [], presentedForm = [], result = [] }, words) {
  const said = [conclusion, ...conclusionCode.map(conceptWords), ...presentedForm.map(({ title }) => title)].filter(Boolean);
  if (said.length) return said.join('; ');
  if (presentedForm.length) return words('value_file');
  return result.length ? '' : words('value_absent');
}

// "mũi 2"; '' where no dose is said.
export function doseWords(applied = [], words) {
  const dose = applied.map((one) => one.doseNumberPositiveInt || one.doseNumberString).find(Boolean);
  return dose ? `${words('part_dose')} ${dose}` : '';
}

const rangeOf = (range, words) => (range.text || range.low || range.high) && `${words('value_usual')} ${range.text || rangeWords(range, words)}`;

export const isTakenBackEntry = ({ status, verificationStatus }) => status === ERRONEOUS || codesOf(verificationStatus).includes(ERRONEOUS);

const codesOf = (concept) => (concept?.coding || []).map(({ code }) => code);

// What changes the meaning of an entry, as keys of sentences where `has(key)`, else as the code itself: not done, refuted,
// resolved, preliminary, about somebody else, disputed by the person.
export function reservationsOf(resource, words, has) {
  const codes = [resource.status, ...codesOf(resource.verificationStatus), ...codesOf(resource.clinicalStatus)].filter((code) => code && !USUAL.includes(code));
  if (resource.doNotPerform) codes.unshift('not-done');
  if (resource.focus?.length) codes.push('about-another');
  if ((resource.meta?.tag || []).some(({ system }) => system === DISPUTE_TAG)) codes.push('disputed');
  return codes.map((code) => (has(`status_${code.replaceAll('-', '_')}`) ? words(`status_${code.replaceAll('-', '_')}`) : code));
}

// Who wrote it.
export const facilityOf = ({ meta }) => (meta?.tag || []).find(({ system }) => system === WRITTEN_BY)?.display || '';
