// What the pages of a person's own records have in common: asking, showing what came, and what is wrong.
import { attempt, sentenceOf } from '../account/sign-in.js';
import { Offline, call } from '../api.js';
import { journey } from '../journey.js';
import { say, section, showErrors } from '../pages.js';
import { element, main, text } from '../texts.js';

export const own = { records: null, notice: '', ended: null };
let turn = 0;

export class Refused extends Error {
  constructor(message, type) {
    super(message);
    this.type = type;
  }
}

// The answer's data; a session that is over and any refusal end the page that asked.
export async function ask(method, path, options) {
  const answer = await call(method, path, options);
  if (answer.status === 401) {
    own.ended();
    throw new Refused('');
  }
  if (answer.status >= 400) throw new Refused(sentenceOf(answer), answer.data?.type);
  return answer;
}

export const content = (name) => section(name).querySelector('.content');

// Everything shown from the server is taken out of the document again.
export function leftPage() {
  turn += 1;
  for (const place of main.querySelectorAll('.content')) place.replaceChildren();
}

// Shows a page's content once it came, unless the person has gone on meanwhile.
export async function render(name, ids, make) {
  const mine = turn;
  say(text('working'));
  try {
    const made = await make(...ids);
    if (mine !== turn) return;
    say('');
    if (made) content(name).replaceChildren(...[made].flat().filter(Boolean));
  } catch (error) {
    if (mine === turn) refuse(error);
  }
}

export function refuse(error) {
  const known = error instanceof Refused || error instanceof Offline;
  const message = error instanceof Refused ? error.message : text(known ? 'offline_own' : 'wrong');
  if (message) showErrors([{ message }]);
  if (!known) throw error;
}

// An unlocked phone in other hands takes nothing away for good: after five minutes the PIN is asked for anew. Its page says that
// nothing was done yet, and leads back here.
export function askPinAgain(error) {
  if (error.type !== '/problems/pin-needed-again') return refuse(error);
  journey.level = 1;
  location.hash = `#enter-pin/${location.hash.slice(1)}`;
  return undefined;
}

// A button that does one thing at a time and says what went wrong.
export function button(label, action, kind = 'button second') {
  const made = element('button', { type: 'button', className: kind, textContent: label });
  const wrapped = { querySelector: () => made };
  made.addEventListener('click', attempt(wrapped, null, () => Promise.resolve(action(made)).catch(refuse)));
  return made;
}

export async function recordsOf() {
  own.records = (await ask('GET', '/records')).data.records;
  return own.records;
}

export async function recordOf(id) {
  return (own.records || (await recordsOf())).find((record) => record.id === id) || { id };
}

export const nameOfRecord = ({ display_name: name, relation }) => name || text(`relation_${relation || 'other'}`);

const IN_DIGITS = { day: '2-digit', month: '2-digit', year: 'numeric', timeZone: 'Asia/Ho_Chi_Minh' };
const DAY = new Intl.DateTimeFormat('en-GB', IN_DIGITS);
const MOMENT = new Intl.DateTimeFormat('en-GB', { ...IN_DIGITS, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
export const day = (at) => DAY.format(new Date(at));
export const dayName = (date) => day(`${date}T05:00:00Z`);
export const moment = (at) => MOMENT.format(new Date(at)).replace(', ', ' ');

export function list(lines, className = 'entries') {
  return element('ul', { className }, ...lines);
}

export function paragraph(sentence, className = '') {
  return element('p', { className, textContent: sentence });
}

// Two columns of words: [[label, words], ...] without those that say nothing.
export function facts(pairs) {
  const said = pairs.filter(([, words]) => words);
  return element('dl', { className: 'facts' }, ...said.flatMap(([label, words]) => [element('dt', { textContent: label }), element('dd', { textContent: words })]));
}
