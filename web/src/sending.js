// Sends the declaration: one id for each draft, so that a double tap or a lost answer ends in exactly one version.
import { attempt, sentenceOf } from './account.js';
import { Offline, call } from './api.js';
import { fieldOf, idOf } from './fields.js';
import { buildResponse, hasRows } from './form.js';
import { askSession, forgetDraft, journey, keepDraft } from './journey.js';
import { say, section, showErrors } from './pages.js';
import { language, text } from './texts.js';

let waiting = false;

async function sent() {
  const { draft } = journey;
  draft.sent ||= { authored: new Date().toISOString(), language };
  await keepDraft();
  return draft;
}

// A first version that differs from what is there now was changed after a lost answer: then it becomes the next version.
async function sendTo(path, body, base) {
  if (base) return call('PUT', path, { body, headers: { 'If-Match': base } });
  const first = await call('PUT', path, { body, headers: { 'If-None-Match': '*' } });
  if (first.status !== 412) return first;
  const current = await call('GET', path);
  const tag = current.headers.get('ETag');
  return tag ? call('PUT', path, { body, headers: { 'If-Match': tag } }) : first;
}

export function startSending(known, ended) {
  const send = attempt(section('check').querySelector('form'), null, async () => {
    say(text('sending'));
    try {
      const draft = await sent();
      const body = buildResponse(known, draft.values, draft.sent);
      const answer = await sendTo(`/records/${draft.id}`, body, draft.base);
      waiting = false;
      await received(answer, known, body, ended);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      waiting = true;
      showErrors([{ message: text(journey.shared ? 'offline_shared' : 'offline_send') }]);
    }
  });
  section('check').querySelector('form').addEventListener('submit', send);
  window.addEventListener('online', () => waiting && send());
}

async function received(answer, known, body, ended) {
  if (answer.status === 200 || answer.status === 201) {
    const warnings = (answer.data.warnings || []).map((warning) => warning.message);
    journey.receipt = { number: answer.data.receipt, warnings, scope: journey.scope };
    await forgetDraft();
    await askSession();
    location.hash = '#receipt';
  } else if (answer.status === 401) {
    ended();
  } else {
    refused(answer, known, body);
  }
}

function refused(answer, known, body) {
  journey.serverFaults.clear();
  const faults = (answer.data.errors || []).map(({ linkId, pointer, message }) => {
    if (!known.items[linkId]) return { message };
    const field = fieldOf(linkId, rowsAt(known, body, pointer || ''));
    journey.serverFaults.set(idOf(field), message);
    return { id: idOf(field), page: field.closest('[data-page]').dataset.page, message };
  });
  showErrors(faults.length ? faults : [{ message: sentenceOf(answer) }]);
}

// The rows that a pointer into the response leads through: which of a group's repeats, which of a question's answers.
function rowsAt(known, body, pointer) {
  const rows = [];
  let [at, linkId] = [body, null];
  const steps = pointer.split('/').slice(1);
  steps.forEach((step, place) => {
    const list = at;
    at = at?.[step];
    if (steps[place - 1] === 'item') {
      linkId = at?.linkId;
      if (isRepeated(known, linkId, 'group')) rows.push(list.slice(0, step).filter((each) => each.linkId === linkId).length);
    } else if (steps[place - 1] === 'answer' && isRepeated(known, linkId, 'question')) rows.push(Number(step));
  });
  return rows;
}

function isRepeated(known, linkId, kind) {
  const item = known.items[linkId];
  return item !== undefined && hasRows(item) && (item.type === 'group') === (kind === 'group');
}
