// Sends the declaration: one id for each draft, so that a double tap or a lost answer ends in exactly one version.
import { attempt, sentenceOf } from './account.js';
import { buildResponse, questionsOf } from './answers.js';
import { Offline, call } from './api.js';
import { askSession, forgetDraft, journey, keepDraft, remember } from './journey.js';
import { say, section, showErrors } from './pages.js';
import { language, text } from './texts.js';

let waiting = false;

async function put() {
  const { draft } = journey;
  draft.sent ||= { authored: new Date().toISOString(), language };
  await keepDraft();
  return draft;
}

// A first version that differs from what is there now was changed after a lost answer: then it becomes the next version.
async function sendTo(path, body) {
  const first = await call('PUT', path, { body, headers: { 'If-None-Match': '*' } });
  if (first.status !== 412) return first;
  const current = await call('GET', path);
  const tag = current.headers.get('ETag');
  return tag ? call('PUT', path, { body, headers: { 'If-Match': tag } }) : first;
}

export function startSending(form, { ended, pageOf }) {
  const send = attempt(section('check').querySelector('form'), null, async () => {
    say(text('sending'));
    try {
      const draft = await put();
      const answer = await sendTo(`/records/${draft.id}`, buildResponse(form, draft.values, draft.sent));
      waiting = false;
      await received(answer, { ended, pageOf, known: questionsOf(form.item).map((item) => item.linkId) });
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      waiting = true;
      showErrors([{ message: text(journey.shared ? 'offline_shared' : 'offline_send') }]);
    }
  });
  section('check').querySelector('form').addEventListener('submit', send);
  window.addEventListener('online', () => waiting && send());
}

async function received(answer, { ended, pageOf, known }) {
  if (answer.status === 200 || answer.status === 201) {
    journey.receipt = { number: answer.data.receipt, warnings: (answer.data.warnings || []).map((warning) => warning.message) };
    remember();
    await forgetDraft();
    await askSession();
    location.hash = '#receipt';
  } else if (answer.status === 401) {
    ended();
  } else {
    refused(answer, pageOf, known);
  }
}

function refused(answer, pageOf, known) {
  const errors = answer.data.errors || [];
  journey.serverFaults = new Map(errors.filter((error) => known.includes(error.linkId)).map((error) => [error.linkId, error.message]));
  const faults = errors.map((error) => ({
    id: known.includes(error.linkId) ? error.linkId : null,
    page: known.includes(error.linkId) ? pageOf(error.linkId) : null,
    message: error.message,
  }));
  showErrors(faults.length ? faults : [{ message: sentenceOf(answer) }]);
}
