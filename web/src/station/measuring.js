// Blood pressure, weight, height and glucose as staff type them: read, judged, and made into resources. Pure.
import { glucoseResource, heightResource, pressureResource, weightResource } from './resources.js';
import { pressuresIn, spokenNumber } from '../values/measures.js';

const WEIGHT_RANGE = { unit: 'kg', minValue: 0.5, maxValue: 400, linkId: '' };
const HEIGHT_RANGE = { unit: 'cm', minValue: 30, maxValue: 250, linkId: '' };
const GLUCOSE_RANGES = { 'mmol/L': [0.5, 60], 'mg/dL': [10, 1100] };
const isWithin = (value, least, most) => Number.isFinite(value) && value >= least && value <= most;

// `typed`: { pressure, weight, height, glucose, unit } as text. Gives { faults: [[field, key]], values }.
export function readMeasures(typed) {
  const values = {};
  const faults = [];
  const take = (field, value, isSound) => {
    if (isSound) values[field] = value;
    else faults.push([field, `${field}_shape`]);
  };
  if (typed.pressure) {
    const pair = pressuresIn(typed.pressure);
    take('pressure', pair, pair && isWithin(pair[0], 40, 320) && isWithin(pair[1], 20, 200) && pair[0] > pair[1]);
  }
  for (const [field, range] of [['weight', WEIGHT_RANGE], ['height', HEIGHT_RANGE]]) {
    if (typed[field]) {
      const value = Number(spokenNumber(range, typed[field]) || NaN);
      take(field, value, isWithin(value, range.minValue, range.maxValue));
    }
  }
  if (typed.glucose) {
    const value = Number(spokenNumber({ linkId: '' }, typed.glucose) || NaN);
    take('glucose', value, isWithin(value, ...GLUCOSE_RANGES[typed.unit]));
  }
  if (!Object.keys(values).length && !faults.length) faults.push(['pressure', 'measure_missing']);
  return { faults, values };
}

export function measureResources(values, unit, about, newId = () => crypto.randomUUID()) {
  const made = [];
  if (values.pressure) made.push(pressureResource(about, newId(), values.pressure));
  if (values.weight) made.push(weightResource(about, newId(), values.weight));
  if (values.height) made.push(heightResource(about, newId(), values.height));
  if (values.glucose) made.push(glucoseResource(about, newId(), values.glucose, unit));
  return made;
}
