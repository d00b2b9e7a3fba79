// The journey from phone to receipt: which page may be shown, what continuing does, what is kept.
import { attempt, startAccount } from '../account/sign-in.js';
import { startCorrection } from './correction.js';
import { fieldOf, fieldsIn, idOf, keepExclusive, readParts, showEnabled, writeParts } from './fields.js';
import { faultsOf, prepare, rowsOf, topScope } from './rules.js';
import { askSession, emptyDraft, forgetAll, journey, keepDraft, onlyHere, openKept, ownReceipt, parkDraft, remember } from '../journey.js';
import { signOut, startLeaving, wasLeaving } from '../account/sign-out.js';
import { isPage, section, showErrors, showPage, shownPage } from '../pages.js';
import { clearAnswers, showAnswers, showReceipt, showSections } from './review.js';
import { addRow, partsIn, rowPath, setRows, startRows } from './repeated-rows.js';
import { startSending } from './submission.js';
import { startSession } from '../account/session-timeout.js';
import { startSteps } from './page-order.js';
import { main, text } from '../texts.js';
import { startWardPicker } from './ward-picker.js';

const known = prepare(JSON.parse(main.dataset.form));
const steps = startSteps(known);
const root = document.querySelector('.service').getAttribute('href') + location.search;
const leaving = document.getElementById('leaving');
let account;
let session;
let sending;
let signOutAndGo;
let saving = null;

const pageOf = (fault) => fieldOf(fault.linkId, fault.rows).closest('[data-page]').dataset.page;
const faults = () => faultsOf(known, journey.draft.values);

function firstWrong() {
  const wrong = faults().map(pageOf);
  return steps.all().find((page) => wrong.includes(page));
}

function allowed(name) {
  if (!journey.signedIn) return name === 'code' && journey.challenge ? 'code' : 'phone';
  if (ownReceipt()) return name === 'pin' && journey.pinOffered ? 'pin' : 'receipt';
  if (!journey.opened) return 'unopened';
  if (name === 'check') return firstWrong() || 'check';
  return steps.all().includes(name) ? name : resume();
}

function resume() {
  const { page } = journey.draft;
  return page === 'check' ? firstWrong() || 'check' : steps.all().find((step) => step === page) || steps.all()[0];
}

function arrive() {
  const wished = decodeURIComponent(location.hash.slice(1));
  const name = allowed(isPage(wished) ? wished : '');
  if (name !== wished) history.replaceState(null, '', `#${name}`);
  showPage(name);
  if (name !== 'check') sending.stop();
  if (steps.all().includes(name) || name === 'check') enterForm(name);
  if (name === 'code') account.code();
  if (name === 'receipt') enterReceipt();
  linkAround(name);
}

function enterForm(name) {
  journey.draft.page = name;
  if (name === 'check') {
    journey.checking = true;
    showAnswers(known, steps.within(''));
    showSections(known, steps.within);
  } else {
    section(name).querySelector('.place').textContent = steps.place(name);
  }
  const wrong = fieldsIn(section(name)).map(idOf).filter((id) => journey.serverFaults.has(id));
  if (wrong.length) showErrors(wrong.map((id) => ({ id, message: journey.serverFaults.get(id) })));
  keepDraft().then(showSwitch);
  session.active();
}

function enterReceipt() {
  fillIn();
  showReceipt();
}

// Back, sign-out and language know the place.
function linkAround(name) {
  const before = { code: '#phone', pin: '#receipt', unopened: steps.own, check: journey.correcting ? steps.own : `#${steps.within('').at(-1)}` };
  const earlier = journey.checking ? 'check' : steps.before(name);
  const way = before[name] || (earlier ? `#${earlier}` : root);
  document.getElementById('back').href = way;
  document.getElementById('back').hidden = name === 'receipt';
  document.getElementById('leave').hidden = !journey.signedIn || name === 'receipt';
  document.getElementById('tools').hidden = false;
  const other = document.querySelector('.switch');
  other.href = other.pathname + location.search + location.hash;
  showSwitch();
}

// Another page is loaded for it, where answers that nothing keeps could not be filled in.
function showSwitch() {
  document.querySelector('.switch').hidden = onlyHere();
}

function faultSentence({ linkId, rows, fault, ...values }) {
  const field = fieldOf(linkId, rows);
  return { id: idOf(field), message: text(fault, { label: field.dataset.label, ...values }) };
}

async function continueFrom(page) {
  takeValues(page);
  dropBlankRows(page);
  for (const field of fieldsIn(section(page))) journey.serverFaults.delete(idOf(field));
  const wrong = faults().filter((fault) => pageOf(fault) === page);
  if (wrong.length) {
    showErrors(wrong.map(faultSentence));
    return;
  }
  location.hash = `#${journey.checking ? 'check' : steps.after(page) || 'check'}`;
}

function takeValues(page) {
  Object.assign(journey.draft.values, readParts(section(page)));
}

function dropBlankRows(page) {
  const { values } = journey.draft;
  for (const part of partsIn(section(page), '[data-rows]')) {
    const { rows } = part.dataset;
    values[rows] = rowsOf(known, known.items[rows], topScope(values)).map((row) => row.values);
  }
  writeParts(section(page), values);
}

function changed(event) {
  const field = event.target.closest('[data-field]');
  if (!field) return;
  keepExclusive(event.target);
  noteChange(field);
}

function noteChange(part) {
  takeValues(part.closest('[data-page]').dataset.page);
  showEnabled(known, journey.draft.values);
  clearTimeout(saving);
  saving = setTimeout(keepDraft, 300);
}

function changeRows(event) {
  const part = event.target.closest('[data-rows]');
  if (!event.target.matches('[data-add], [data-remove]')) return;
  const row = event.target.closest('[data-row]');
  let focused;
  if (event.target.matches('[data-add]')) focused = addRow(part).querySelector('input, select, textarea');
  else {
    const place = rowPath(event.target).at(-1);
    row.remove();
    focused = setRows(part, [...part.querySelectorAll(':scope > [data-row]')])[Math.max(place - 1, 0)].querySelector('input, select, textarea');
  }
  noteChange(part);
  focused.focus();
}

function fillIn() {
  for (const page of steps.every) writeParts(section(page), journey.draft.values);
  showEnabled(known, journey.draft.values);
  clearAnswers();
}

// Several may notice that the session is over; the first one leaves nothing for the others to do.
function sessionEnded() {
  if (!journey.signedIn) return;
  const message = endedSentence();
  parkDraft();
  fillIn();
  history.pushState(null, '', '#phone');
  arrive();
  showErrors([{ message }]);
}

function endedSentence() {
  const receipt = ownReceipt();
  if (!receipt) return text('expired');
  const number = receipt.number && !journey.shared ? ` ${text('receipt_was', { number: receipt.number })}` : '';
  return text('expired_received') + number;
}

// The page is emptied first, whatever the network does.
async function leave() {
  leaving.close();
  const forgotten = forgetAll();
  fillIn();
  history.replaceState(null, '', '#phone');
  arrive();
  await forgotten;
  await signOutAndGo();
}

// The draft that this account left, on this device or in this page; or the version to be corrected.
async function openDraft() {
  const { scope } = journey;
  emptyDraft();
  const opened = journey.correcting ? await startCorrection(known) : await openKept();
  if (journey.scope === scope) journey.opened = opened;
  else emptyDraft();
  fillIn();
}

async function openAgain() {
  await openDraft();
  arrive();
  if (shownPage() === 'unopened') showErrors([{ message: text('wrong') }]);
}

async function proven() {
  await openDraft();
  history.replaceState(null, '', `#${resume()}`);
  arrive();
}

function pinChosen() {
  journey.pinOffered = false;
  document.getElementById('pin-done').hidden = false;
  location.hash = '#receipt';
}

async function startAnother() {
  Object.assign(journey, { receipt: null, correcting: null });
  remember();
  await openDraft();
  location.hash = `#${resume()}`;
}

// `#new` begins anew, `#correct=<id>` opens what is kept; any other place goes on where this tab was.
function readEntry() {
  const wished = /^#correct=([0-9a-f-]{36})$/.exec(location.hash);
  if (!wished && !['', '#', '#new'].includes(location.hash)) return;
  Object.assign(journey, { receipt: null, correcting: wished ? wished[1] : null });
  remember();
}

async function start() {
  document.getElementById('too-old').hidden = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
  startRows(main);
  readEntry();
  account = startAccount(proven, pinChosen, sessionEnded);
  session = startSession(sessionEnded);
  sending = startSending(known, sessionEnded);
  signOutAndGo = startLeaving(root);
  fieldsIn(main).filter((field) => field.dataset.control === 'ward').forEach(startWardPicker);
  if (!wasLeaving() || (await signOut())) await askSession();
  if (journey.signedIn) await openDraft();
  else fillIn();
  main.addEventListener('input', changed);
  main.addEventListener('click', changeRows);
  for (const page of steps.every) {
    section(page).querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      continueFrom(page);
    });
  }
  const unopened = section('unopened').querySelector('form');
  unopened.addEventListener('submit', attempt(unopened, null, openAgain));
  document.getElementById('sections').addEventListener('click', () => { journey.checking = false; });
  document.getElementById('leave').addEventListener('click', () => leaving.showModal());
  document.getElementById('stay').addEventListener('click', () => leaving.close());
  document.getElementById('leave-now').addEventListener('click', leave);
  document.getElementById('finish').addEventListener('click', leave);
  document.getElementById('another').addEventListener('click', startAnother);
  document.querySelector('.switch').addEventListener('click', async (event) => {
    event.preventDefault();
    await keepDraft();
    showSwitch();
    if (!onlyHere()) location.assign(event.target.href);
  });
  document.addEventListener('visibilitychange', () => document.hidden && shownPage() && keepDraft());
  window.addEventListener('hashchange', arrive);
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  arrive();
}

start();
