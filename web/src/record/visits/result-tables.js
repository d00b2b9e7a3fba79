// Results over time: a table for each thing that was measured, the newest day first, whoever measured it.
import { disputeIn, disputeOf } from '../disputes.js';
import { ask, button, day, paragraph } from '../page-content.js';
import { describeValue, measureName, serviceOf, tableOf } from '../values.js';
import { element, text } from '../../texts.js';

const FACILITY = 'urn:x-so-suc-khoe:facility';
const NOON = 'T12:00:00+07:00';
const DAY_LENGTH = 'YYYY-MM-DD'.length;

// What makes two values of one kind: the service, the name and the unit.
const kindOf = (value) => [serviceOf(value) || '', value.code.text, value.valueQuantity?.unit || ''].join('|').toLocaleLowerCase();
const isMeasured = (value) => value.resourceType === 'Observation' && (value.valueQuantity || value.component || isOfLaboratory(value)) && describeValue(value);
const isOfLaboratory = ({ category = [] }) => category.some(({ coding = [] }) => coding.some(({ code }) => code === 'laboratory'));
const whenOf = ({ effectiveDateTime: at, effectivePeriod, issued }) => at || effectivePeriod?.start || issued || '';

export async function showResults(id) {
  const { data } = await ask('GET', `/records/${id}/summary`);
  const known = new Map();
  for (const { resource } of data.entry) if (isMeasured(resource)) known.set(resource.id, { value: resource, who: whoOf(resource) });
  const tables = element('div', {});
  let before = '';
  const older = button(text('visits_older'), more);
  await more();
  return [tables, older];

  async function more() {
    const { data: page } = await ask('GET', `/records/${id}/episodes?results=true${before && `&before=${encodeURIComponent(before)}`}`);
    for (const visit of page.episodes) {
      for (const value of visit.results) if (isMeasured(value)) known.set(value.id, { value, who: visit.facility, episode: visit.id });
    }
    before = page.next || '';
    older.hidden = !before;
    tables.replaceChildren(...tablesOf(id, [...known.values()]));
  }
}

const whoOf = ({ meta }) => (meta?.tag || []).find(({ system }) => system === FACILITY)?.display || '';

function tablesOf(id, found) {
  if (!found.length) return [paragraph(text('no_results'))];
  const kinds = new Map();
  for (const one of found) kinds.set(kindOf(one.value), [...(kinds.get(kindOf(one.value)) || []), one]);
  const tables = [...kinds.values()].map((values) => values.sort((one, other) => (whenOf(one.value) < whenOf(other.value) ? 1 : -1)));
  tables.sort((one, other) => other.length - one.length || measureName(one[0].value).localeCompare(measureName(other[0].value), 'vi'));
  return tables.map((values) => tableOf(measureName(values[0].value), ['results_day', 'results_value'], values.map((one) => rowOf(id, one)), 'days'));
}

// A day may be parted after its slashes where the column is narrow.
const parted = (words) => words.split('/').flatMap((part, place) => (place ? ['/', element('wbr'), part] : [part]));

function rowOf(id, { value, who, episode }) {
  const at = whenOf(value);
  const name = measureName(value);
  const on = at && (at.length < DAY_LENGTH ? at : day(at.length > DAY_LENGTH ? at : at + NOON));
  const wrong = who ? [disputeOf(id, { name: `Observation/${value.id}`, what: `${name} ${on}`, reason: disputeIn(value), episode })] : [];
  const where = element('small', { textContent: who || text('by_yourself') });
  return [element('span', {}, ...parted(on)), [describeValue(value), where, ...wrong]];
}
