// What was written and not yet taken by the service: in this page only, sent again until it is taken or given up.
import { NoAnswer } from '../../../sdk/js/facility-client.js';
import { isGoneDevice, isNotKnownYet, sentenceFor, watchGone } from './calls.js';
import { noteCall } from './day-list.js';
import { station } from './state.js';
import { section } from '../pages.js';
import { repeating } from '../retry.js';
import { element, text } from '../texts.js';

const outbox = [];
let isSending = false;
const again = repeating(() => sendWaiting());
const banner = document.getElementById('waiting');

// Gives `sent`, `waiting`, or `refused` with the sentence. The writer's name stays with what they wrote.
export async function sendEntry(entry) {
  const { bundle, practitioner, what } = entry;
  try {
    const answer = await station.client.transaction(bundle, { practitioner });
    watchGone(answer);
    if (answer.status < 300) {
      await noteCall(text('did_write', { what }), 'done');
      return { result: 'sent' };
    }
    const isLater = answer.status >= 500 || answer.status === 429 || isGoneDevice(answer) || isNotKnownYet(answer);
    await noteCall(text('did_write', { what }), 'refused');
    return { result: isLater ? 'waiting' : 'refused', why: sentenceFor(answer) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    await noteCall(text('did_write', { what }), 'lost');
    return { result: 'waiting', why: text('station_offline') };
  }
}

export function keepWaiting(entry, why) {
  outbox.push({ ...entry, why });
  again.wait();
  showWaiting();
}

// One at a time: the network that comes back and the button that is pressed do not send twice.
async function sendWaiting() {
  if (isSending) return;
  isSending = true;
  try {
    await sendAll();
  } finally {
    isSending = false;
  }
}

async function sendAll() {
  for (const entry of [...outbox]) {
    const { result, why } = await sendEntry(entry);
    if (result === 'sent') drop(entry);
    else entry.why = why;
    if (result === 'waiting') break;
  }
  if (outbox.length) again.wait();
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
    const giveUp = element('button', { type: 'button', className: 'button second', textContent: text('give_up') });
    giveUp.addEventListener('click', () => {
      if (!confirm(text('give_up_sure'))) return;
      drop(entry);
      if (!outbox.length) again.stop();
      showWaiting();
    });
    list.append(element('li', {}, element('h2', { textContent: entry.what }), element('p', { textContent: entry.why }), giveUp));
  }
  const resend = element('button', { type: 'button', className: 'button', textContent: text('retry') });
  resend.addEventListener('click', sendWaiting);
  section('waiting-list').querySelector('.content').replaceChildren(...(outbox.length ? [list, resend] : []));
}

export function guardLeaving() {
  window.addEventListener('beforeunload', (event) => {
    if (outbox.length) event.preventDefault();
  });
}
