// The journey from phone to receipt: which page may be shown, what continuing does, what is kept.
import { attempt, startAccount } from '../account/sign-in.js';
import { answersOfCard, sayWhatWasRead, startCardScan } from './card-scan.js';
import { askStationForCard } from './station-card.js';
import { startCorrection } from './correction.js';
import { clearField, fieldOf, fieldsIn, idOf, keepExclusive, readParts, showClear, showEnabled, writeField, writeParts, writeRows } from './fields.js';
import { pressuresIn, spokenNumber } from '../values/measures.js';
import { faultsOf, prepare, rowsOf, topScope } from './rules.js';
import { askSession, assisted, emptyDraft, forgetAll, journey, keepDraft, onlyHere, openKept, ownReceipt, parkDraft, remember } from '../journey.js';
import { fromNumber } from '../values/national-id.js';
import { signOut, startLeaving, wasLeaving } from '../account/sign-out.js';
import { isPage, markWrong, say, section, showErrors, showPage, shownPage, unmark } from '../pages.js';
import { clearAnswers, showAnswers, showReceipt, showSections } from './review.js';
import { addRow, partsIn, rowPath, setRows, startRows } from './repeated-rows.js';
import { startSending } from './submission.js';
import { startSuggestions } from '../lists/medicine-suggestions.js';
import { startSession } from '../account/session-timeout.js';
import { startPasskeyEntry } from '../account/passkey/passkey-entry.js';
import { showPasskeyOffer, startPasskeyOffer } from '../account/passkey/passkey-offer.js';
import { startSteps } from './page-order.js';
import { main, text } from '../texts.js';
import { offerWards, startWardPicker } from '../lists/ward-picker.js';

const known = prepare(JSON.parse(main.dataset.form));
const steps = startSteps(known);
const root = document.querySelector('.service').getAttribute('href') + location.search;
const leaving = document.getElementById('leaving');
const leaveButton = document.getElementById('leave');
const ERASE_WORDS = leaveButton.textContent;
const LEAVE_WORDS = document.getElementById('finish').textContent; // nothing is erased of what was sent
const RELATION = 'identity.relation';
// The box of a date that a fault is about; else its first one.
const PART_OF = { year_missing: 'year', too_early: 'year', too_late: 'year', too_young: 'year', in_future: 'year', before_birth: 'year', month_missing: 'month' };
let account;
let session;
let sending;
let signOutAndGo;
let saving = null;
let pressed = false;
const unchecked = new Set();

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
  if (name === 'pin') for (const part of ['pin-why', 'pin-skip']) document.getElementById(part).hidden = false;
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
    if (section(name).querySelector('#from-number')) takeFromNumber(name);
    if (section(name).querySelector('#from-card')) document.getElementById('from-card').hidden = !journey.draft.fromCard;
  }
  showLeftFaults(name);
  keepDraft().then(showKept);
  session.active();
}

// What the server refused stays told until it is mended: on its own page there, on the last page all of it.
function showLeftFaults(name) {
  const left = [...journey.serverFaults].map(([id, { page, message }]) => ({ id, page, message }));
  const here = name === 'check' ? left : left.filter(({ page }) => page === name).map(({ id, message }) => ({ id, message }));
  if (here.length) showErrors(here);
}

// Sex and year of birth stand in the number; they are proposed where nothing was said yet, and anew where that number was mended.
function takeFromNumber(name) {
  const { draft, draft: { values } } = journey;
  const said = fromNumber(values['identity.national-id']);
  const standing = () => [values['identity.sex'] || '', values['identity.birth-date']?.year || ''].join();
  if (said && [',', draft.fromNumber].includes(standing())) {
    values['identity.sex'] = fieldOf('identity.sex').querySelector(`input[value$="|${said.sex}"]`).value;
    values['identity.birth-date'] = { day: '', month: '', ...values['identity.birth-date'], year: said.year };
    draft.fromNumber = standing();
    writeParts(section(name), values);
    showEnabledNow();
  }
  document.getElementById('from-number').hidden = standing() !== draft.fromNumber;
}

// What a card says replaces what was typed. Where it says all that the page asks, the next page comes, and says what was read.
async function takeCard(card) {
  const { draft } = journey;
  const page = shownPage();
  const { values, wards } = await answersOfCard(card);
  if (journey.draft !== draft || !steps.all().includes(page)) return;
  takeValues(page);
  Object.assign(draft, { fromCard: true, values: { ...draft.values, ...values } });
  fillIn();
  if (wards.length) offerWards(fieldOf('identity.ward'), wards);
  for (const name of Object.keys(values)) unmark(fieldOf(name));
  noteChange(section(page).querySelector('[data-field]'));
  sayWhatWasRead(card);
  if (!faults().some((fault) => pageOf(fault) === page)) await continueFrom(page);
}

function showEnabledNow() {
  showEnabled(known, journey.draft.values);
  for (const field of fieldsIn(main)) if (journey.correcting && field.dataset.field.startsWith('consent.')) field.hidden = true;
  document.querySelector('.consents').hidden = Boolean(journey.correcting);
}

function enterReceipt() {
  fillIn();
  showReceipt();
  showPasskeyOffer();
}

// Back, sign-out and language know the place.
function linkAround(name) {
  const before = { code: '#phone', pin: '#receipt', unopened: steps.own, check: journey.correcting ? steps.own : `#${steps.within('').at(-1)}` };
  const earlier = journey.checking ? 'check' : steps.before(name);
  const way = before[name] || (earlier ? `#${earlier}` : root);
  document.getElementById('back').href = way;
  document.getElementById('back').hidden = name === 'receipt';
  leaveButton.hidden = !journey.signedIn || name === 'receipt';
  leaveButton.textContent = ownReceipt() ? LEAVE_WORDS : ERASE_WORDS;
  document.getElementById('tools').hidden = false;
  const other = document.querySelector('.switch');
  other.href = other.pathname + location.search + location.hash;
  showSwitch();
}

// Another page is loaded for it, where answers that nothing keeps could not be filled in.
function showSwitch() {
  document.querySelector('.switch').hidden = onlyHere();
}

// That what was entered is kept, beside the place in the form.
function showKept() {
  showSwitch();
  const isKept = journey.signedIn && journey.opened && !ownReceipt() && !onlyHere();
  for (const note of main.querySelectorAll('.saved')) note.textContent = isKept ? text('saved') : '';
}

function faultSentence({ linkId, rows, fault, ...values }) {
  const field = fieldOf(linkId, rows);
  const { control, label, patternMessage: message } = field.dataset;
  const part = control === 'date' ? field.querySelector(`[data-part="${PART_OF[fault]}"]`) : null;
  return { id: idOf(field), at: part?.id, mendedAt: fault === 'too_young' ? pageOf({ linkId: RELATION }) : undefined, message: text(fault, { label, message, ...values }) };
}

async function continueFrom(page) {
  for (const field of fieldsIn(section(page))) showUnderstood(field);
  takeValues(page);
  dropBlankRows(page);
  for (const field of fieldsIn(section(page))) journey.serverFaults.delete(idOf(field));
  const order = fieldsIn(section(page));
  const place = ({ linkId, rows }) => order.indexOf(fieldOf(linkId, rows));
  const wrong = faults().filter((fault) => pageOf(fault) === page).sort((one, other) => place(one) - place(other));
  if (wrong.length) {
    showErrors(wrong.map(faultSentence));
    return false;
  }
  if (page === 'check') return true;
  location.hash = `#${journey.checking ? 'check' : steps.after(page) || 'check'}`;
  return true;
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
  writeRows(section(page), values);
}

function changed(event) {
  const field = event.target.closest('[data-field]');
  if (!field) return;
  keepExclusive(event.target);
  showClear(field);
  noteChange(field);
  if (field.querySelector('[aria-invalid]')) checkField(field);
}

// A field that is left is looked at once; what is wrong with it is said there and then.
function left({ target, relatedTarget }) {
  const field = target.closest('[data-field]');
  if (!field || field.contains(relatedTarget)) return;
  showUnderstood(field);
  noteChange(field);
  if (!fieldHolds(field)) return;
  if (pressed) unchecked.add(field);
  else checkField(field);
}

// What is told while a finger is down would push the button away from under it.
function released() {
  pressed = false;
  setTimeout(() => {
    for (const field of unchecked) if (field.closest('[data-page]').dataset.page === shownPage() && document.getElementById('errors').hidden) checkField(field);
    unchecked.clear();
  });
}

const fieldHolds = (field) => [...field.querySelectorAll('input:not([type="radio"], [type="checkbox"]), textarea')].some((box) => box.value.trim());

function checkField(field) {
  const wrong = faults().find(({ linkId, rows }) => fieldOf(linkId, rows) === field);
  if (wrong) markWrong(faultSentence(wrong));
  else unmark(field);
}

// A measure as people say it is shown back as it will be kept; a whole blood pressure fills both its boxes.
function showUnderstood(field) {
  const item = known.items[field.dataset.field];
  if (field.dataset.control !== 'number' || !item) return;
  const box = field.querySelector('input');
  const pair = item.linkId === 'measurements.systolic' ? pressuresIn(box.value) : null;
  if (pair) fieldOf('measurements.diastolic').querySelector('input').value = String(pair[1]);
  const meant = spokenNumber(item, box.value);
  if (/^\d+(\.\d+)?$/.test(meant)) box.value = meant.replace('.', ',');
}

// The keyboard's own button leads to what is still empty on the page before it leads on.
function enterLeads(event) {
  if (event.key !== 'Enter' || event.defaultPrevented || !event.target.matches('[data-field] input:not([type="radio"], [type="checkbox"])')) return;
  const page = event.target.closest('[data-page]');
  takeValues(page.dataset.page);
  const wrong = faults().map(({ linkId, rows }) => fieldOf(linkId, rows));
  const isBelow = (field) => event.target.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
  const next = fieldsIn(page).find((field) => wrong.includes(field) && !field.querySelector('[aria-invalid]') && !fieldHolds(field) && isBelow(field));
  if (!next || page.dataset.page === 'check') return;
  event.preventDefault();
  next.scrollIntoView({ block: 'center' });
  next.querySelector('input, select, textarea').focus({ preventScroll: true });
}

// One touch for "none of these": the answer, and on to the next page.
function chooseNone({ target }) {
  if (!('none' in target.dataset)) return;
  const field = target.closest('[data-field]');
  const raw = target.dataset.none;
  writeField(field, field.dataset.control === 'checkboxes' ? [raw] : raw);
  noteChange(field);
  continueFrom(field.closest('[data-page]').dataset.page);
}

function clearChoice({ target }) {
  if (!('clear' in target.dataset)) return;
  const field = target.closest('[data-field]');
  clearField(field);
  noteChange(field);
  field.querySelector('input').focus();
}

function noteChange(part) {
  takeValues(part.closest('[data-page]').dataset.page);
  const parts = [...part.closest('[data-page]').querySelectorAll('[data-field], [data-rows]')];
  const hidden = new Set(parts.filter((each) => each.hidden));
  showEnabledNow();
  const shown = parts.find((each) => hidden.has(each) && !each.hidden);
  shown?.scrollIntoView({ block: 'center' });
  clearTimeout(saving);
  saving = setTimeout(() => keepDraft().then(showKept), 300);
}

function changeRows(event) {
  const part = event.target.closest('[data-rows]');
  if (!event.target.matches('[data-add], [data-remove]')) return;
  const row = event.target.closest('[data-row]');
  let focused;
  if (event.target.matches('[data-add]')) {
    const added = addRow(part);
    added.scrollIntoView({ block: 'center' });
    focused = added.querySelector('input, select, textarea');
  }
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
  showEnabledNow();
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
  if (!receipt) return text(assisted ? 'expired_assisted' : 'expired');
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
  if (journey.forSelf && opened && !journey.correcting) journey.draft.values[RELATION] ||= fieldOf(RELATION).querySelector('input[value$="|self"]').value;
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
  if (journey.draftOver) say(text('draft_over'));
  if (assisted && !journey.correcting) askStationForCard(takeCard);
}

function pinChosen() {
  Object.assign(journey, { pinOffered: false, pinSet: true });
  location.hash = '#receipt';
}

async function startAnother() {
  Object.assign(journey, { receipt: null, correcting: null, forSelf: false, chosenPin: null });
  remember();
  await openDraft();
  if (journey.ward && !journey.draft.values['identity.ward']) Object.assign(journey.draft.values, journey.ward);
  fillIn();
  location.hash = `#${resume()}`;
}

// From the receipt back into what was just sent, at one question of it.
async function correctAt({ target }) {
  const { correct } = target.dataset;
  if (!correct) return;
  Object.assign(journey, { correcting: ownReceipt().id, receipt: null });
  remember();
  await openDraft();
  journey.checking = true;
  location.hash = `#${fieldOf(correct).closest('[data-page]').dataset.page}`;
}

function askToLeave() {
  const unset = Boolean(ownReceipt()) && journey.pinOffered;
  if (ownReceipt() && !unset) return leave();
  const words = unset ? LEAVE_WORDS : ERASE_WORDS;
  document.getElementById('leaving-title').textContent = `${words}?`;
  document.getElementById('leave-now').textContent = words;
  document.getElementById('leaving-draft').hidden = unset;
  document.getElementById('leaving-unset').hidden = !unset;
  return leaving.showModal();
}

// `#new` begins anew, `#correct=<id>` opens what is kept; any other place goes on where this tab was.
function readEntry() {
  const wished = /^#correct=([0-9a-f-]{36})$/.exec(location.hash);
  if (!wished && !['', '#', '#new', '#self'].includes(location.hash)) return;
  journey.forSelf = location.hash === '#self';
  Object.assign(journey, { receipt: null, correcting: wished ? wished[1] : null });
  remember();
}

async function start() {
  document.getElementById('too-old').hidden = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
  startRows(main);
  readEntry();
  account = startAccount(proven, pinChosen, sessionEnded);
  session = startSession(sessionEnded);
  sending = startSending(known, sessionEnded, () => continueFrom('check'));
  signOutAndGo = startLeaving(assisted ? location.pathname + location.search : root);
  startPasskeyOffer();
  startPasskeyEntry(['passkey-sign-in'], proven);
  fieldsIn(main).filter((field) => field.dataset.control === 'ward').forEach(startWardPicker);
  if (!wasLeaving() || (await signOut())) await askSession();
  if (journey.signedIn) await openDraft();
  else fillIn();
  main.addEventListener('input', changed);
  main.addEventListener('change', changed);
  main.addEventListener('focusout', left);
  main.addEventListener('pointerdown', () => { pressed = true; });
  for (const over of ['pointerup', 'pointercancel']) window.addEventListener(over, released);
  main.addEventListener('click', changeRows);
  main.addEventListener('click', clearChoice);
  main.addEventListener('click', chooseNone);
  main.addEventListener('keydown', enterLeads);
  startSuggestions(main);
  startCardScan(takeCard);
  section('receipt').addEventListener('click', correctAt);
  for (const part of document.querySelectorAll('[data-assisted]')) part.hidden = (part.dataset.assisted === 'yes') !== assisted;
  for (const page of steps.every.filter((name) => name !== 'check')) {
    section(page).querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      continueFrom(page);
    });
  }
  const unopened = section('unopened').querySelector('form');
  unopened.addEventListener('submit', attempt(unopened, null, openAgain));
  document.getElementById('sections').addEventListener('click', () => { journey.checking = false; });
  document.getElementById('to-station')?.addEventListener('click', () => window.close());
  leaveButton.addEventListener('click', askToLeave);
  document.getElementById('stay').addEventListener('click', () => leaving.close());
  document.getElementById('leave-now').addEventListener('click', leave);
  document.getElementById('finish').addEventListener('click', askToLeave);
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
