// What was written and not yet taken by the service: in this page only, sent again until it is taken or given up.
import { NoAnswer } from '../../../../sdk/js/facility-client.js';
import { isGoneDevice, isNotKnownYet, sentenceFor, watchGone } from '../calls.js';
import { hourWords, now } from '../clock.js';
import { noteCall } from '../device/day-list.js';
import { station } from '../state.js';
import { ask } from '../questions.js';
import { section, showErrors } from '../../pages.js';
import { repeating } from '../../retry.js';
import { element, text } from '../../texts.js';

const outbox = [];
const givenUp = new Set(); // ids of what may be written although staff gave it up
let sending = null;
let current = null;
let underWay = 0;
const again = repeating(() => sendWaiting());
const banner = document.getElementById('waiting');

// Gives `sent`, `waiting`, or `refused` with the sentence. What is written of somebody while something of theirs waits goes
// after it: a withdrawal never overtakes what it takes back.
export async function sendEntry(entry) {
  if (!outbox.some(({ isRefused, personId }) => !isRefused && personId === entry.personId)) {
    const answer = await trySending(entry);
    if (answer.result === 'waiting') keepWaiting(entry, answer.why);
    return answer;
  }
  keepWaiting(entry, text('station_offline'));
  await sendWaiting();
  if (entry.isSent) return { result: 'sent' };
  if (!entry.isRefused) return { result: 'waiting' };
  drop(entry);
  showWaiting();
  return { result: 'refused', why: entry.why };
}

// The writer's name stays with what they wrote; `kind` is what of it may stand in the day's list.
// `isForAll` where the next entry would fare no better.
async function trySending(entry) {
  const { bundle, practitioner, kind, who } = entry;
  underWay += 1;
  const note = (outcome) => noteCall(text('did_write', { what: kind }), outcome, who);
  try {
    const answer = await station.client.transaction(bundle, { practitioner });
    watchGone(answer);
    if (answer.status < 300) {
      station.changes += 1;
      entry.isSent = true;
      await note('done');
      return { result: 'sent' };
    }
    const isForAll = isGoneDevice(answer) || isNotKnownYet(answer);
    const isLater = answer.status >= 500 || answer.status === 429 || isForAll;
    await note('refused');
    return { result: isLater ? 'waiting' : 'refused', why: sentenceFor(answer), isForAll };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    await note('lost');
    return { result: 'waiting', why: text('station_offline'), isForAll: true };
  } finally {
    underWay -= 1;
  }
}

// Also what the service refused when nobody could mend it any more: it waits to be sent by hand, or to be given up.
export function keepWaiting(entry, why, isRefused = false) {
  outbox.push(Object.assign(entry, { why, isRefused, at: now() }));
  if (!isRefused) again.wait();
  showWaiting();
}

// In the order in which they were written, each once: the network that comes back and the button that is pressed do not send
// twice. A device that is not let in sends nothing.
export function sendWaiting(isByHand = false) {
  if (station.client) sending ||= sendAll(isByHand).finally(() => { sending = null; });
  return sending;
}

// What is given up, or written, meanwhile counts. One that has to wait holds back what was written of the same person.
async function sendAll(isByHand) {
  const tried = new Set();
  const held = new Set();
  const next = () => outbox.find((entry) => !tried.has(entry) && !held.has(entry.personId) && (isByHand || !entry.isRefused));
  for (current = next(); current; current = next()) {
    tried.add(current);
    const { result, why, isForAll } = await trySending(current);
    if (result === 'sent') drop(current);
    else Object.assign(current, { why, isRefused: result === 'refused' });
    if (result === 'waiting') held.add(current.personId);
    const behind = result === 'waiting' ? outbox.filter(({ isRefused, personId }) => !isRefused && (isForAll || held.has(personId))) : [];
    for (const entry of behind) entry.why = why; // none of them says what kept it an hour ago
    if (isForAll) break;
  }
  current = null;
  if (outbox.some(({ isRefused }) => !isRefused)) again.wait();
  else again.stop();
  showWaiting();
}

function drop(entry) {
  const place = outbox.indexOf(entry);
  if (place >= 0) outbox.splice(place, 1);
}

const idsOf = ({ bundle }) => bundle.entry.map(({ resource }) => resource.id);

const isVisit = ({ resourceType, status }) => resourceType === 'Encounter' && status === 'finished';

// What was refused and is taken back is never sent: of an entry that holds more, the rest waits on.
export function takeOut(ids) {
  for (const entry of outbox.filter(({ isRefused }) => isRefused)) {
    entry.bundle = { ...entry.bundle, entry: entry.bundle.entry.filter(({ resource }) => !ids.includes(resource.id)) };
    if (entry.bundle.entry.every(({ resource }) => isVisit(resource))) drop(entry);
  }
  showWaiting();
}

// What is known of an entry of the record: `waiting` to be sent, `given_up` by staff when it may have arrived, else ''.
export function fateOf(id) {
  if (outbox.some((entry) => idsOf(entry).includes(id))) return 'waiting';
  return givenUp.has(id) ? 'given_up' : '';
}

// What the service refused is not written; anything else may have arrived, its answer lost. What is on its way, or was sent
// while staff were asked, is no longer theirs to give up.
async function giveUp(entry) {
  const sentences = [`${entry.what}. ${markOf(entry)}.`, text(entry.isRefused ? 'give_up_sure' : 'give_up_unsure')];
  if (!(await ask(text('give_up_title'), sentences, [text('give_up_yes'), text('give_up_no')]))) return;
  if (entry === current || !outbox.includes(entry)) {
    showErrors([{ message: text('give_up_late', { what: entry.what }) }]);
    return;
  }
  drop(entry);
  if (!entry.isRefused) for (const id of idsOf(entry)) givenUp.add(id);
  if (!outbox.length) again.stop();
  showWaiting();
}

const markOf = ({ at, number }) => text('waiting_mark', { time: hourWords(at), number });

export function showWaiting() {
  banner.hidden = !outbox.length;
  banner.querySelector('a').textContent = text('waiting_count', { count: outbox.length });
  const list = element('ul', { className: 'entries' });
  for (const entry of outbox) {
    const button = element('button', { type: 'button', className: 'button second', textContent: text('give_up') });
    button.addEventListener('click', () => giveUp(entry));
    const lines = [markOf(entry), entry.whole, entry.why].filter(Boolean).map((textContent) => element('p', { textContent }));
    list.append(element('li', {}, element('h2', { textContent: entry.what }), ...lines, button));
  }
  const resend = element('button', { type: 'button', className: 'button', textContent: text('retry') });
  resend.addEventListener('click', () => sendWaiting(true));
  document.getElementById('waiting-lead').hidden = !outbox.length;
  section('waiting-list').querySelector('.content').replaceChildren(...(outbox.length ? [list, resend] : [element('p', { textContent: text('waiting_none') })]));
}

export const hasWaiting = () => outbox.length > 0;

// Whether anything is lost with the page: what waits, and what is under way.
export const hasUnsent = () => hasWaiting() || underWay > 0;
