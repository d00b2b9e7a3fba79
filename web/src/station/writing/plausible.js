// What can be, but seldom is, for this person: staff are asked once before it is written. What cannot be is a fault. Pure.
const HIGHEST_AGE = 1000;
// Up to which age (years, not included) a weight in kg and a height in cm surprise nobody.
const USUAL_WEIGHTS = [[1, 1.5, 15], [5, 6, 30], [10, 10, 60], [15, 15, 110], [HIGHEST_AGE, 30, 150]];
const USUAL_HEIGHTS = [[1, 35, 90], [5, 60, 125], [10, 90, 160], [15, 110, 190], [HIGHEST_AGE, 130, 200]];
const USUAL_PRESSURES = { most: [220, 130], least: [70, 40], apart: 15 };
const USUAL_SIGNS = { temperature: [34, 41.5], saturation: [85, 100] };
const USUAL_PULSES = [[1, 70, 200], [10, 55, 180], [HIGHEST_AGE, 40, 160]];
const MASS_INDEX = { least: 10, most: 60, fromAge: 2 };
// What a meter shows in the other unit makes one ask which of them was meant: none shows more than 33.3 mmol/L, few less
// than 20 mg/dL. 28 is a very high glucose in the one, and a life in danger by a low one in the other.
const SHOWN_IN_OTHER = { 'mmol/L': { unit: 'mg/dL', least: 20, most: Infinity }, 'mg/dL': { unit: 'mmol/L', least: 0, most: 33.3 } };
// Below it few stay awake; above it a meter shows no number. The other ends are those at which the other unit was meant.
const USUAL_GLUCOSES = { 'mmol/L': [1.9, Infinity], 'mg/dL': [0, 600] };
const NEWBORN_VACCINE = /sơ sinh|newborn|birth/i;
const NEWBORN_AGE = 1;
const USUAL_DAYS_AHEAD = 400;
const STRENGTH = '\\d[\\d.,]*\\s*(?:mg|mcg|µg|g|ml|ui|iu|đv|%)(?![a-zà-ỹ])';
const TWO_MEDICINES = new RegExp(`${STRENGTH}[^,;\\n]*(?:[,;\\n]|\\s(?:và|and)\\s)[^,;\\n]*[a-zà-ỹ]{3}[^,;\\n]*${STRENGTH}`, 'i');
const ONE_DAY_MS = 24 * 60 * 60 * 1000;

// The ages in whole years that somebody may have on a day: one, or two where the birthday is not known.
export function agesOn(born, day) {
  const years = Number(day.slice(0, 4)) - Number(born.slice(0, 4));
  const [birthday, today] = [born.slice(5), day.slice(5)];
  const before = birthday > today.slice(0, birthday.length);
  const isSure = birthday && (birthday.length === today.length || birthday !== today.slice(0, birthday.length));
  const oldest = before ? years - 1 : years;
  return isSure ? [oldest] : [oldest - 1, oldest];
}

// Whether a day lies before a birth date, as far as both are known.
export function isBefore(day, born) {
  const known = Math.min(day.length, born.length);
  return day.slice(0, known) < born.slice(0, known);
}

const isUsual = (table, ages, value) => ages.some((age) => {
  const [, least, most] = table.find(([end]) => age < end);
  return value >= least && value <= most;
});

const isOutside = (value, [least, most]) => value < least || value > most;

// [[key of a sentence, its values]]; `values` as readMeasures gives them, `born` and `day` FHIR dates.
export function measureQuestions(values, unit, born, day) {
  const ages = agesOn(born, day);
  const found = [];
  const wonder = (key, more = {}) => found.push([key, { age: Math.max(...ages, 0), ...more }]);
  const { pressure, weight, height, glucose } = values;
  if (pressure && isUnusualPressure(pressure)) wonder('ask_pressure', { value: pressure.join('/') });
  if (values.pulse && !isUsual(USUAL_PULSES, ages, values.pulse)) wonder('ask_pulse', { number: values.pulse });
  for (const [sign, usual] of Object.entries(USUAL_SIGNS)) if (values[sign] && isOutside(values[sign], usual)) wonder(`ask_${sign}`, { number: values[sign] });
  if (weight && !isUsual(USUAL_WEIGHTS, ages, weight)) wonder('ask_weight', { number: weight });
  if (height && !isUsual(USUAL_HEIGHTS, ages, height)) wonder('ask_height', { number: height });
  if (weight && height && !found.some(([key]) => key !== 'ask_pressure') && isOddTogether(weight, height, ages)) wonder('ask_together');
  const other = SHOWN_IN_OTHER[unit];
  if (glucose && glucose >= other.least && glucose <= other.most) wonder('ask_glucose', { number: glucose, unit, other: other.unit });
  else if (glucose && isOutside(glucose, USUAL_GLUCOSES[unit])) wonder('ask_glucose_seldom', { number: glucose, unit });
  return found;
}

function isUnusualPressure([upper, lower]) {
  const { most, least, apart } = USUAL_PRESSURES;
  return upper > most[0] || lower > most[1] || upper < least[0] || lower < least[1] || upper - lower < apart;
}

function isOddTogether(weight, height, ages) {
  const index = weight / (height / 100) ** 2;
  return Math.max(...ages) >= MASS_INDEX.fromAge && (index < MASS_INDEX.least || index > MASS_INDEX.most);
}

export function vaccineQuestions({ label, dose }, born, day) {
  if (!NEWBORN_VACCINE.test(label)) return [];
  const age = Math.max(...agesOn(born, day), 0);
  return age >= NEWBORN_AGE || dose > 1 ? [['ask_newborn', { label, age, dose: dose || 1 }]] : [];
}

// Two strengths with a comma, a semicolon or "và" between are two medicines; "Perindopril 5 mg/Amlodipin 5 mg" is one pill.
export function medicineQuestions(name) {
  return TWO_MEDICINES.test(name) ? [['ask_two_medicines', { name }]] : [];
}

export function appointmentQuestions(on, day) {
  return Date.parse(on) - Date.parse(day) > USUAL_DAYS_AHEAD * ONE_DAY_MS ? [['ask_far', { day: on.split('-').reverse().join('/') }]] : [];
}
