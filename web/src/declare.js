// The journey from phone to receipt: which page may be shown, what continuing does, what is kept.
import { startAccount } from './account.js';
import { faultsOf, questionsOf } from './answers.js';
import { call } from './api.js';
import { fieldOf, fieldsIn, keepExclusive, readField, showEnabled, writeField } from './fields.js';
import { askSession, forgetAll, journey, keepDraft, openDraft, remember } from './journey.js';
import { isPage, section, showErrors, showPage, shownPage } from './pages.js';
import { showAnswers, showReceipt } from './review.js';
import { startSending } from './sending.js';
import { startSession } from './session.js';
import { main, text } from './texts.js';
import { startWardPicker } from './ward-picker.js';

const form = JSON.parse(main.dataset.form);
const questions = questionsOf(form.item);
const steps = [...main.querySelectorAll('[data-page]')].filter((page) => fieldsIn(page).length).map((page) => page.dataset.page);
const pageOf = (linkId) => fieldOf(linkId).closest('[data-page]').dataset.page;
const root = document.querySelector('.service').getAttribute('href') + location.search;
const leaving = document.getElementById('leaving');
let account;
let session;
let saving = null;

const questionsOn = (page) => fieldsIn(section(page)).map((field) => questions.find((item) => item.linkId === field.dataset.field));
const faultsOn = (page) => faultsOf(questionsOn(page), journey.draft.values, questions);
const firstWrong = () => steps.find((page) => faultsOn(page).length);

function allowed(name) {
  if (journey.receipt && ['receipt', 'pin'].includes(name)) return name;
  if (journey.receipt) return 'receipt';
  if (!journey.signedIn) return name === 'code' && journey.challenge ? 'code' : 'phone';
  if (name === 'check') return firstWrong() || 'check';
  return steps.includes(name) ? name : resume();
}

function resume() {
  const { page } = journey.draft;
  return page === 'check' ? firstWrong() || 'check' : steps.find((step) => step === page) || steps[0];
}

function arrive() {
  const wished = decodeURIComponent(location.hash.slice(1));
  const name = allowed(isPage(wished) ? wished : '');
  if (name !== wished) history.replaceState(null, '', `#${name}`);
  showPage(name);
  if (steps.includes(name) || name === 'check') enterForm(name);
  if (name === 'code') account.code();
  if (name === 'receipt') showReceipt();
  linkAround(name);
}

function enterForm(name) {
  journey.draft.page = name;
  if (name === 'check') {
    journey.checking = true;
    showAnswers(steps, questions);
  }
  const faults = questionsOn(name).filter((item) => journey.serverFaults.has(item.linkId));
  if (faults.length) showErrors(faults.map((item) => ({ id: item.linkId, message: journey.serverFaults.get(item.linkId) })));
  keepDraft();
  session.active();
}

// Back, sign-out and language know the place.
function linkAround(name) {
  const before = { code: '#phone', pin: '#receipt', check: `#${steps.at(-1)}` };
  const step = steps.indexOf(name);
  const way = before[name] || (journey.checking && step >= 0 ? '#check' : step > 0 ? `#${steps[step - 1]}` : root);
  document.getElementById('back').href = way;
  document.getElementById('back').hidden = name === 'receipt';
  document.getElementById('leave').hidden = !journey.signedIn || name === 'receipt';
  document.getElementById('tools').hidden = false;
  const other = document.querySelector('.switch');
  other.href = other.pathname + location.search + location.hash;
}

function faultSentence({ linkId, fault, ...values }) {
  const { label } = fieldOf(linkId).dataset;
  return { id: linkId, message: text(fault, { label, ...values }) };
}

async function continueFrom(page) {
  takeValues(page);
  for (const item of questionsOn(page)) journey.serverFaults.delete(item.linkId);
  const faults = faultsOn(page);
  if (faults.length) {
    showErrors(faults.map(faultSentence));
    return;
  }
  const next = journey.checking ? 'check' : steps[steps.indexOf(page) + 1] || 'check';
  location.hash = `#${next}`;
}

function takeValues(page) {
  for (const field of fieldsIn(section(page))) journey.draft.values[field.dataset.field] = readField(field);
}

function changed(event) {
  const field = event.target.closest('[data-field]');
  if (!field) return;
  keepExclusive(event.target);
  takeValues(field.closest('[data-page]').dataset.page);
  showEnabled(questions, journey.draft.values);
  clearTimeout(saving);
  saving = setTimeout(keepDraft, 300);
}

function fillIn() {
  for (const field of fieldsIn(main)) writeField(field, journey.draft.values[field.dataset.field]);
  showEnabled(questions, journey.draft.values);
}

function sessionEnded() {
  journey.signedIn = false;
  history.pushState(null, '', '#phone');
  arrive();
  showErrors([{ message: text('expired') }]);
}

async function leave() {
  await forgetAll();
  await call('DELETE', '/session').catch(() => null);
  location.replace(root);
}

function proven() {
  fillIn();
  history.replaceState(null, '', `#${resume()}`);
  arrive();
}

function startAnother() {
  journey.receipt = null;
  remember();
  fillIn();
  location.hash = `#${steps[0]}`;
}

async function start() {
  document.getElementById('too-old').hidden = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
  await Promise.all([openDraft(), askSession()]);
  account = startAccount(proven);
  session = startSession(sessionEnded);
  startSending(form, { ended: sessionEnded, pageOf });
  fieldsIn(main).filter((field) => field.dataset.control === 'ward').forEach(startWardPicker);
  fillIn();
  main.addEventListener('input', changed);
  for (const page of steps) {
    section(page).querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      continueFrom(page);
    });
  }
  document.getElementById('leave').addEventListener('click', () => leaving.showModal());
  document.getElementById('stay').addEventListener('click', () => leaving.close());
  document.getElementById('leave-now').addEventListener('click', leave);
  document.getElementById('finish').addEventListener('click', leave);
  document.getElementById('another').addEventListener('click', startAnother);
  document.querySelector('.switch').addEventListener('click', async (event) => {
    event.preventDefault();
    await keepDraft();
    location.assign(event.target.href);
  });
  document.addEventListener('visibilitychange', () => document.hidden && shownPage() && keepDraft());
  window.addEventListener('hashchange', arrive);
  arrive();
}

start();
