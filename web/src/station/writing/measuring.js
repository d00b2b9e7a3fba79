// Blood pressure, weight, height and glucose as staff type them: read, judged, said again, and made into resources. Pure.
import { glucoseResource, heightResource, pressureResource, signResource, weightResource } from './resources.js';
import { plainDigits } from '../../digits.js';
import { spokenNumber } from '../../values/measures.js';

const WEIGHT_RANGE = { unit: 'kg', minValue: 0.5, maxValue: 400, linkId: '' };
const HEIGHT_RANGE = { unit: 'cm', minValue: 30, maxValue: 250, linkId: '' };
const SIGN_RANGES = { pulse: [20, 300], temperature: [30, 45], saturation: [30, 100] };
const GLUCOSE_RANGES = { 'mmol/L': [0.5, 60], 'mg/dL': [10, 1100] };
const PRESSURE_RANGES = [[40, 320], [20, 200]];
// 130/80, 130-80, 130 80, 130 trên 80, HA 130/80, and in centimetres 13/8 or 13,5/8,5.
const PRESSURE = /^(?:ha|huyet ap|bp)?[\s:.]*(\d{1,3}(?:[.,]\d)?)\s*(?:[/\\-]|tren|over|\s)\s*(\d{1,3}(?:[.,]\d)?)\s*(?:mm ?hg|cm ?hg)?$/;
const CENTIMETRES_BELOW = 30;
const UNIT_AFTER = /\s*(?:°\s*c|độ|%|l\/p|lần(?:\s*[/]\s*phút)?|nhịp|bpm|\/min)\s*$/i;
const WHOLE_NUMBER = /^\d{1,4}$/;
const WORDS_AROUND = /^(?:mũi|lần|dose)\s*|\s*(?:ngày|days?)$/gi;
const isWithin = (value, least, most) => Number.isFinite(value) && value >= least && value <= most;

// [upper, lower] in mmHg, or null.
export function pressureOf(typed) {
  const found = PRESSURE.exec(plainDigits(typed).toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').trim());
  if (!found) return null;
  const pair = found.slice(1).map((part) => Number(part.replace(',', '.')));
  const meant = pair.every((part) => part < CENTIMETRES_BELOW) ? pair.map((part) => Math.round(part * 10)) : pair;
  return meant.every(Number.isInteger) ? meant : null;
}

// A dose or a number of days: undefined where nothing was typed, NaN for what is not one whole number, as `5-7` or `1/3`.
export function wholeNumberOf(typed) {
  const said = plainDigits(typed).trim().replace(WORDS_AROUND, '');
  if (!said) return typed.trim() ? NaN : undefined;
  return WHOLE_NUMBER.test(said) ? Number(said) : NaN;
}

function pressureFault(pair) {
  if (!pair) return 'pressure_shape';
  if (!pair.every((part, place) => isWithin(part, ...PRESSURE_RANGES[place]))) return 'pressure_range';
  return pair[0] > pair[1] ? '' : 'pressure_order';
}

// `typed`: { pressure, pulse, temperature, saturation, weight, height, glucose, unit } as text. Gives { faults: [[field, key]], values }.
export function readMeasures(typed) {
  const values = {};
  const faults = [];
  const take = (field, value, fault) => {
    if (fault) faults.push([field, fault]);
    else values[field] = value;
  };
  if (typed.pressure) {
    const pair = pressureOf(typed.pressure);
    take('pressure', pair, pressureFault(pair));
  }
  for (const [field, range] of Object.entries(SIGN_RANGES)) {
    if (typed[field]) {
      const value = Number(spokenNumber({ linkId: '' }, typed[field].replace(UNIT_AFTER, '')) || NaN);
      take(field, value, isWithin(value, ...range) ? '' : `${field}_shape`);
    }
  }
  for (const [field, range] of [['weight', WEIGHT_RANGE], ['height', HEIGHT_RANGE]]) {
    if (typed[field]) {
      const value = Number(spokenNumber(range, typed[field]) || NaN);
      take(field, value, isWithin(value, range.minValue, range.maxValue) ? '' : `${field}_shape`);
    }
  }
  if (typed.glucose) {
    const value = Number(spokenNumber({ linkId: '' }, typed.glucose) || NaN);
    take('glucose', value, isWithin(value, ...GLUCOSE_RANGES[typed.unit]) ? '' : 'glucose_shape');
  }
  if (!Object.keys(values).length && !faults.length) faults.push(['pressure', 'measure_missing']);
  return { faults, values };
}

// What was understood, as staff hear it again: "huyết áp 130/80, nặng 52,5 kg". `number(value)` writes a number.
export function measureWords(values, unit, words, number) {
  const said = { pressure: ([upper, lower]) => `${upper}/${lower}`, pulse: number, temperature: number, saturation: number, weight: number, height: number, glucose: number };
  return Object.keys(said).filter((field) => values[field]).map((field) => words(`read_${field}`, { value: said[field](values[field]), unit })).join(', ');
}

export function measureResources(values, unit, about, newId = () => crypto.randomUUID()) {
  const made = [];
  if (values.pressure) made.push(pressureResource(about, newId(), values.pressure));
  for (const sign of Object.keys(SIGN_RANGES)) if (values[sign]) made.push(signResource(about, newId(), sign, values[sign]));
  if (values.weight) made.push(weightResource(about, newId(), values.weight));
  if (values.height) made.push(heightResource(about, newId(), values.height));
  if (values.glucose) made.push(glucoseResource(about, newId(), values.glucose, unit));
  return made;
}
