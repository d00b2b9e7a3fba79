// The visits that hospitals' files tell of, the newest first; one of them opens with its results and papers.
import { calendarFile } from './appointment-file.js';
import { disputeIn, disputeOf } from '../disputes.js';
import { ask, button, day, facts, list, moment, paragraph } from '../page-content.js';
import { save } from '../record-list.js';
import { describeValue, measureName, tableOf } from '../values.js';
import { inOneLanguage, inOwnWords } from '../../summary-view.js';
import { element, language, text } from '../../texts.js';

const WHOLE_DAY = 'YYYY-MM-DD'.length;

export async function showVisits(id) {
  const path = `/records/${id}/episodes`;
  const { data } = await ask('GET', path);
  if (!data.episodes.length) return paragraph(text('no_visits'));
  const entries = list(data.episodes.map((visit) => visitLine(id, visit)));
  const older = button(text('visits_older'), async () => {
    const { data: next } = await ask('GET', `${path}?before=${encodeURIComponent(data.next)}`);
    data.next = next.next;
    entries.append(...next.episodes.map((visit) => visitLine(id, visit)));
    older.hidden = !data.next;
  });
  older.hidden = !data.next;
  return [entries, older];
}

// What is known to the day alone has no hour; the parts of a date come as they stand, never cut from an instant.
const when = (at) => (at.length > WHOLE_DAY ? moment(at) : day(`${at}T12:00:00+07:00`));

function visitLine(id, visit) {
  const results = element('div', {});
  const shown = button(text('visit_results'), async (made) => {
    results.replaceChildren(...(await resultsOf(id, visit)));
    made.hidden = true;
  });
  const title = `${when(visit.begin)} · ${visit.facility}`;
  const said = ({ resource, disputed }, words) => element('li', {}, words, disputeOf(id, { name: resource, what: words, reason: disputed, episode: visit.id }));
  return element(
    'li',
    {},
    element('h2', { textContent: title }),
    facts([
      [text('visit_care'), [visit.care[language], visit.emergency ? text('emergency') : ''].filter(Boolean).join(' · ')],
      [text('visit_end'), visit.end ? when(visit.end) : ''],
      [text('visit_reason'), visit.reason],
      [text('visit_appointment'), visit.appointment ? when(visit.appointment) : ''],
    ]),
    visit.appointment ? button(text('visit_calendar'), () => saveAppointment(visit)) : '',
    ...titled('visit_diagnoses', visit.diagnoses.map((each) => said(each, each.text === each.code ? each.code : `${each.text} (${each.code})`))),
    ...titled('visit_medicines', visit.medicines.map((each) => said(each, medicineOf(each)))),
    shown,
    results,
    paragraph(text('visit_wrong'), 'hint'),
    disputeOf(id, { name: visit.resource, what: title, reason: visit.disputed, episode: visit.id }),
  );
}

function saveAppointment(visit) {
  const file = calendarFile(visit, text('visit_again', { facility: visit.facility }), Date.now());
  save(new Blob([file], { type: 'text/calendar' }), 'hen-kham-lai.ics');
}

const medicineOf = ({ text: name, dose, advice, until }) => [name, dose, advice, until && text('visit_until', { day: when(until) })].filter(Boolean).join('; ');

function titled(title, lines) {
  if (!lines.length) return [];
  return [element('h3', { textContent: text(title) }), element('ul', {}, ...lines)];
}

async function resultsOf(id, visit) {
  const resources = [];
  let next = '';
  do {
    const { data } = await ask('GET', `/records/${id}/episodes/${visit.id}${next && `?before=${next}`}`);
    resources.push(...data.resources);
    next = data.next;
  } while (next);
  const of = (kind) => resources.filter(({ resourceType, status }) => resourceType === kind && status !== 'entered-in-error');
  const wrong = (one, what) => disputeOf(id, { name: `${one.resourceType}/${one.id}`, what, reason: disputeIn(one), episode: visit.id });
  const line = (one, words) => element('li', {}, words, wrong(one, one.code.text));
  const values = of('Observation').map((one) => [measureName(one), [describeValue(one), wrong(one, `${measureName(one)} ${describeValue(one)}`)]]);
  const table = values.length ? [tableOf(text('visit_values'), ['results_name', 'results_value'], values)] : [];
  const reports = of('DiagnosticReport').filter(({ conclusion, status }) => conclusion || status === 'registered');
  const words = reports.map((one) => line(one, `${one.code.text}: ${inOwnWords(one.conclusion || text('visit_pending'))}`));
  const done = of('Procedure').map((one) => line(one, one.code.text + (one.status === 'stopped' ? ` (${text('visit_stopped')})` : '')));
  const papers = of('Composition').flatMap((one) => [...(one.section || []).filter((part) => part.text).map(paperOf), wrong(one, inOneLanguage(one.title))]);
  return [...table, ...titled('visit_reports', words), ...titled('visit_procedures', done), ...papers];
}

const OUTCOME = 'Kết quả điều trị'; // a code, in both languages

// Only the words of a paper: what it looks like is the page's.
function paperOf({ title, text: { div } }) {
  const paragraphs = [...new DOMParser().parseFromString(div, 'text/html').querySelectorAll('p')];
  const inLanguage = title.startsWith(OUTCOME) ? inOneLanguage : String;
  return element('section', {}, element('h3', { textContent: inOneLanguage(title) }), ...paragraphs.map(({ textContent }) => paragraph(inLanguage(textContent))));
}
