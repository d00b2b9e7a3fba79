// What was written and not yet taken by the service: in this page only, sent again until it is taken or given up.
import { NoAnswer } from '../../../../sdk/js/facility-client.js';
import { isGoneDevice, isNotKnownYet, sentenceFor, watchGone } from '../calls.js';
import { hourWords, now } from '../clock.js';
import { noteCall } from '../device/day-list.js';
import { station } from '../state.js';
import { ask } from '../questions.js';
import { section } from '../../pages.js';
import { repeating } from '../../retry.js';
import { element, text } from '../../texts.js';

const outbox = [];
let isSending = false;
let underWay = 0;
const again = repeating(() => sendWaiting());
const banner = document.getElementById('waiting');

// Gives `sent`, `waiting`, or `refused` with the sentence. The writer's name stays with what they wrote; `kind` is what
// of it may stand in the day's list.
export async function sendEntry(entry) {
  const { bundle, practitioner, kind, who } = entry;
  underWay += 1;
  const note = (outcome) => noteCall(text('did_write', { what: kind }), outcome, who);
  try {
    const answer = await station.client.transaction(bundle, { practitioner });
    watchGone(answer);
    if (answer.status < 300) {
      await note('done');
      return { result: 'sent' };
    }
    const isLater = answer.status >= 500 || answer.status === 429 || isGoneDevice(answer) || isNotKnownYet(answer);
    await note('refused');
    return { result: isLater ? 'waiting' : 'refused', why: sentenceFor(answer) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    await note('lost');
    return { result: 'waiting', why: text('station_offline') };
  } finally {
    underWay -= 1;
  }
}

// Also what the service refused when nobody could mend it any more: it waits to be sent by hand, or to be given up.
export function keepWaiting(entry, why, isRefused = false) {
  outbox.push({ ...entry, why, isRefused, at: now() });
  if (!isRefused) again.wait();
  showWaiting();
}

// One at a time: the network that comes back and the button that is pressed do not send twice. A device that is not let in
// sends nothing.
export async function sendWaiting(entries = outbox.filter(({ isRefused }) => !isRefused)) {
  if (isSending || !station.client) return;
  isSending = true;
  try {
    await sendAll(entries);
  } finally {
    isSending = false;
  }
}

async function sendAll(entries) {
  for (const entry of [...entries]) {
    const { result, why } = await sendEntry(entry);
    if (result === 'sent') drop(entry);
    else Object.assign(entry, { why, isRefused: result === 'refused' });
    if (result === 'waiting') break;
  }
  if (outbox.some(({ isRefused }) => !isRefused)) again.wait();
  else again.stop();
  showWaiting();
}

function drop(entry) {
  const place = outbox.indexOf(entry);
  if (place >= 0) outbox.splice(place, 1);
}

export function showWaiting() {
  banner.hidden = !outbox.length;
  banner.querySelector('a').textContent = text('waiting_count', { count: outbox.length });
  const list = element('ul', { className: 'entries' });
  for (const entry of outbox) {
    const mark = text('waiting_mark', { time: hourWords(entry.at), number: entry.number });
    const giveUp = element('button', { type: 'button', className: 'button second', textContent: text('give_up') });
    giveUp.addEventListener('click', async () => {
      if (!(await ask(text('give_up_title'), [`${entry.what}. ${mark}.`, text('give_up_sure')], [text('give_up_yes'), text('give_up_no')]))) return;
      drop(entry);
      if (!outbox.length) again.stop();
      showWaiting();
    });
    list.append(element('li', {}, element('h2', { textContent: entry.what }), element('p', { textContent: mark }), element('p', { textContent: entry.why }), giveUp));
  }
  const resend = element('button', { type: 'button', className: 'button', textContent: text('retry') });
  resend.addEventListener('click', () => sendWaiting(outbox));
  document.getElementById('waiting-lead').hidden = !outbox.length;
  section('waiting-list').querySelector('.content').replaceChildren(...(outbox.length ? [list, resend] : [element('p', { textContent: text('waiting_none') })]));
}

export const hasWaiting = () => outbox.length > 0;

// Whether anything is lost with the page: what waits, and what is under way.
export const hasUnsent = () => hasWaiting() || underWay > 0;
