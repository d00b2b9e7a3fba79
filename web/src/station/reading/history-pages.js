// The pages of what was before: the last visits, and results over time as drawings and tables.
import { sentenceFor } from '../calls.js';
import { drawChart } from './chart.js';
import { todayInProvince } from '../clock.js';
import { readEverything } from './everything.js';
import { pointsOf, resultsOfRecord, visitsOf } from './history.js';
import { station } from '../state.js';
import { section } from '../../pages.js';
import { element, hasText, language, text } from '../../texts.js';

const MOST_HISTORY_PAGES = 40;
const OF_VISITS = 'Encounter,Condition,Immunization,MedicationRequest,MedicationStatement,Observation,Procedure';
const OF_RESULTS = 'DiagnosticReport,Observation';
const DRAWN_KINDS = { pressure: 'mmHg', glucose: 'mmol/L', weight: 'kg' };
const PART_ORDER = ['measures', 'diagnoses', 'medicines', 'vaccines', 'procedures'];
const MOST_SHOWN = 10;

export const showVisitsOver = (since = aYearAgo()) => showHistory('visits', OF_VISITS, since, visitElements);

export const showResultsOver = (since = aYearAgo()) => showHistory('results', OF_RESULTS, since, resultElements);

// What was written since then; all of it without a day. Staff ask for more than a year by a button.
async function showHistory(name, kinds, since, elementsOf) {
  const { person } = station;
  const content = section(name).querySelector('.content');
  content.replaceChildren(element('p', { textContent: text('working') }));
  const query = { _type: kinds, ...(since && { _since: since }) };
  const { resources, answer, isWhole } = await readEverything(text(`did_${name}`), person, query, MOST_HISTORY_PAGES);
  if (station.person !== person) return;
  if (answer?.status !== 200) {
    content.replaceChildren(element('p', { className: 'notice', textContent: answer ? sentenceFor(answer) : text('station_offline') }));
    return;
  }
  const more = since ? [moreButton(name, () => showHistory(name, kinds, '', elementsOf))] : [];
  const told = isWhole ? [] : [element('p', { className: 'notice', textContent: text('history_cut') })];
  content.replaceChildren(element('p', { className: 'hint', textContent: text(since ? 'history_year' : 'history_all') }), ...told, ...elementsOf(resources), ...more);
}

function aYearAgo() {
  const [year, ...rest] = todayInProvince().split('-');
  return [Number(year) - 1, ...rest].join('-').replace(/-02-29$/, '-02-28');
}

function moreButton(name, action) {
  const button = element('button', { type: 'button', className: 'button second', textContent: text('history_more') });
  button.addEventListener('click', () => {
    section(name).querySelector('h1').focus();
    action();
  });
  return button;
}

function visitElements(resources) {
  const { visits, loose } = visitsOf(resources, text, hasText);
  if (!visits.length && !loose.length) return [element('p', { textContent: text('history_none') })];
  const measured = element('p', {}, element('a', { href: '#results', textContent: text('visits_measured') }));
  const list = element('ul', { className: 'entries' }, ...visits.map(visitElement));
  const rest = element('ul', {}, ...loose.map(({ at, line, kind, facility }) => element('li', { textContent: `${at} ${text(`part_${kind}`)}: ${line}` }, element('small', { textContent: facility }))));
  return [measured, list, ...(loose.length ? [element('h2', { textContent: text('visits_loose') }), rest] : [])];
}

function visitElement({ at, until, facility, title, reason, isPlanned, reservations, parts }) {
  const when = isPlanned ? text('visit_planned', { day: at }) : [at, until].filter(Boolean).join(' – ');
  const about = [title, reason, ...reservations].filter(Boolean).join(' · ');
  const lines = PART_ORDER.filter((name) => parts[name]).flatMap((name) => [element('h3', { textContent: text(`part_${name}`) }), ...linesOf(parts[name])]);
  return element('li', {}, element('h2', { textContent: [when, facility].filter(Boolean).join(' · ') }), ...(about ? [element('p', { textContent: about })] : []), ...lines);
}

// A stay may have hundreds of values: all but the first are folded away.
function linesOf(lines) {
  const listOf = (some) => element('ul', {}, ...some.map((textContent) => element('li', { textContent })));
  if (lines.length <= MOST_SHOWN) return [listOf(lines)];
  const summary = element('summary', { textContent: text('visit_more', { count: lines.length - MOST_SHOWN }) });
  return [listOf(lines.slice(0, MOST_SHOWN)), element('details', {}, summary, listOf(lines.slice(MOST_SHOWN)))];
}

function resultElements(resources) {
  const results = resultsOfRecord(resources, text, hasText);
  if (!results.length) return [element('p', { textContent: text('history_none') })];
  const kinds = [...Object.keys(DRAWN_KINDS), 'other'];
  return kinds.flatMap((kind) => {
    const rows = results.filter((each) => each.kind === kind);
    return rows.length ? [element('h2', { textContent: text(`series_${kind}`) }), ...chartOf(resources, kind), tableOf(kind, rows)] : [];
  });
}

// Two points make a line; fewer stand in the table alone.
function chartOf(resources, kind) {
  if (!DRAWN_KINDS[kind]) return [];
  const points = pointsOf(resources, kind);
  if (points.length < 2) return [];
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const said = ({ values }) => values.map((value) => number.format(value)).join('/');
  const [first, last] = [points[0], points.at(-1)];
  const about = text('chart_about', { name: text(`series_${kind}`), unit: DRAWN_KINDS[kind], count: points.length, first: said(first), since: first.at, last: said(last), until: last.at });
  const days = [first, last].map(({ at }) => at.split(' ')[0]);
  const caption = element('figcaption', { className: 'hint', textContent: `${text(`chart_${kind}`)} (${DRAWN_KINDS[kind]})` });
  return [element('figure', {}, drawChart(points, days, about), caption)];
}

function tableOf(kind, rows) {
  const isOther = kind === 'other';
  const heads = [text('column_day'), ...(isOther ? [text('column_name')] : []), text('column_value')];
  const head = element('tr', {}, ...heads.map((textContent) => element('th', { scope: 'col', textContent })));
  const body = rows.map(({ at, name, value, facility, reservations }) => {
    const said = element('td', { textContent: [value, ...reservations].join(' · ') }, element('small', { textContent: facility }));
    return element('tr', {}, element('th', { scope: 'row', textContent: at }), ...(isOther ? [element('td', { textContent: name })] : []), said);
  });
  const caption = element('caption', { textContent: text('table_about', { name: text(`series_${kind}`) }) });
  return element('table', { className: 'results' }, caption, element('thead', {}, head), element('tbody', {}, ...body));
}
