// Sends the declaration: one id for each draft, so that a double tap or a lost answer ends in exactly one version.
import { attempt, sentenceOf } from '../account/sign-in.js';
import { Offline, call } from '../api.js';
import { fieldOf, idOf } from './fields.js';
import { buildResponse, hasRows } from './rules.js';
import { forgetDraft, isOver, journey, keepDraft, learn, onlyHere, ownReceipt, remember } from '../journey.js';
import { say, section, showErrors, shownPage } from '../pages.js';
import { repeating } from '../retry.js';
import { showReceipt } from './review.js';
import { language, main, text } from '../texts.js';

async function sent() {
  const { draft } = journey;
  draft.sent ||= { authored: new Date().toISOString(), language };
  await keepDraft();
  return draft;
}

// A first version that differs from what is there now was changed after a lost answer: then it becomes the next version,
// or what was received `earlier` stays, where a new session may not read it.
async function sendTo(path, body, base) {
  if (base) return call('PUT', path, { body, headers: { 'If-Match': base } });
  const first = await call('PUT', path, { body, headers: { 'If-None-Match': '*' } });
  if (first.status !== 412) return first;
  const current = await call('GET', path);
  const tag = current.headers.get('ETag');
  if (tag) return call('PUT', path, { body, headers: { 'If-Match': tag } });
  return current.status === 404 ? first : { ...current, earlier: current.status === 403 };
}

// Gives how to stop what is sent by itself once there is a network.
// `checked` says whether the last page is right, and tells what is wrong with it.
export function startSending(known, ended, checked) {
  const form = section('check').querySelector('form');
  const send = attempt(form, null, async (event) => {
    if (!(await checked())) return undefined;
    say(text('sending'));
    try {
      const draft = await sent();
      const { scope } = journey;
      const body = buildResponse(known, draft.values, draft.sent);
      const standing = await call('GET', '/session');
      if (isOver(standing)) return ended();
      const answer = standing.status === 200 ? await sendTo(`/records/${draft.id}`, body, draft.base) : standing;
      again.stop();
      if (journey.scope === scope) await received(answer, body);
    } catch (error) {
      if (!(error instanceof Offline)) throw error;
      if (!journey.signedIn) return undefined;
      again.wait();
      if (event) showErrors([{ message: text(onlyHere() ? 'offline_shared' : 'offline_send') }]);
      else say('');
    }
    return undefined;
  });
  const again = repeating(() => (journey.signedIn && shownPage() === 'check' ? send() : again.stop()));
  const asking = repeating(offerPin);
  let offered = false;
  form.addEventListener('submit', send);
  const receiptPage = section('receipt');
  const allow = attempt({ querySelector: () => receiptPage.querySelector('#allow-sharing') || receiptPage }, null, allowSharing);
  receiptPage.addEventListener('click', (event) => event.target.id === 'allow-sharing' && allow(event));
  return again;

  async function allowSharing() {
    const body = { purpose: 'sharing', given: true, text_version: main.dataset.version, language };
    const answer = await call('PUT', `/records/${ownReceipt().id}/consents`, { body });
    if (answer.status === 401) return ended();
    if (answer.status >= 400) return showErrors([{ message: sentenceOf(answer) }]);
    journey.receipt.shared = true;
    remember();
    showReceipt();
    return say(text('sharing_given'));
  }

  async function received(answer, body) {
    if (answer.status === 200 || answer.status === 201) {
      const { values, id, base } = journey.draft;
      const said = (linkId) => Boolean((values[linkId] || '').trim());
      const found = said('identity.national-id') || said('identity.insurance-number');
      const shared = base ? null : values['consent.sharing'] === true;
      if (!journey.shared) journey.ward = Object.fromEntries(['identity.ward', 'identity.address'].map((linkId) => [linkId, values[linkId]]));
      await keepReceipt({ number: answer.data.receipt, warnings: answer.data.warnings || [], id, found, shared });
      await offerPin();
    } else if (answer.earlier) {
      await keepReceipt({ number: null, warnings: [], id: journey.draft.id });
      location.hash = '#receipt';
    } else if (answer.status === 401) {
      ended();
    } else {
      refused(answer, known, body);
    }
  }

  // The first PIN can be set in this session only, on the page before the receipt: the server is asked until it says
  // whether it can.
  async function offerPin() {
    const answer = await call('GET', '/session').catch(() => ({ status: 0 }));
    const known = isOver(answer) || answer.status === 200;
    if (!ownReceipt()) return asking.stop();
    if (known) asking.stop();
    else asking.wait();
    if (isOver(answer)) return ended();
    if (known) learn(answer.data);
    const isFirst = journey.pinOffered && !offered;
    offered ||= isFirst;
    if (!isFirst && shownPage() === 'receipt') showReceipt();
    else if (isFirst || shownPage() === 'check') location.hash = isFirst ? '#pin' : '#receipt';
    return undefined;
  }
}

async function keepReceipt(receipt) {
  journey.receipt = { ...receipt, scope: journey.scope };
  await forgetDraft();
}

function refused(answer, known, body) {
  journey.serverFaults.clear();
  const faults = (answer.data.errors || []).map(({ linkId, pointer, message }) => {
    if (!known.items[linkId]) return { message };
    const field = fieldOf(linkId, rowsAt(known, body, pointer || ''));
    const fault = { id: idOf(field), page: field.closest('[data-page]').dataset.page, message: text('refused_at', { label: field.dataset.label, message }) };
    journey.serverFaults.set(fault.id, fault);
    return fault;
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
