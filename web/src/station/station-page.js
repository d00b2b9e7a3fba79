// The station's page: which page may be shown, what each form does, and what is put away when a person or a shift ends.
import { askWhoIAm, canKeepKeys, copyCode, enrol, enrolAnew, enrolByLink, openDevice, whoElements } from './device/enrolment.js';
import { readLink } from './device/enrolment-link.js';
import { confirmCard, enterCard, noCard, startLostPhone, takeSeenCard, takeTypedCard, watchMismatch } from './person/card-seen.js';
import { hourWords, showClock, timeWords, now, watchClock } from './clock.js';
import { showEntries } from './writing/corrections.js';
import { watchPrinting } from './person/paper-code.js';
import { find, lineOf, assuranceLine, showCandidates, showPerson, takeCard, watchWhoIsFound, watchScanner } from './person/finding.js';
import { readDay } from './device/day-list.js';
import { showResultsOver, showVisitsOver } from './reading/history-pages.js';
import { endResidentSession, helpToDeclare, isHelping, watchHelping } from './shift/helping.js';
import { guardLeaving, hasTyped, mayEndShift, mayGoOn, mayLeaveTyped, watchTyping } from './shift/leaving.js';
import { hasWaiting, sendWaiting, showWaiting } from './writing/outbox.js';
import { ask, closeQuestion } from './questions.js';
import { isShare, readSharedPerson } from './reading/shared-person.js';
import { readEmergency, readShared, readSummary, renewSummary, takeShare } from './reading/reading.js';
import { beginShift, watchIdle } from './shift/shift.js';
import { byId, isOnShift, mayDo, station } from './state.js';
import { startScan } from '../scan/scan-dialog.js';
import { startSuggestions } from '../lists/medicine-suggestions.js';
import { fillVaccineDay, loadDiagnoses, startDiagnosisSearch, startUnits, writeAppointment, writeDiagnosis, writeMeasures, writeMedicine, writeNote, writeVaccine } from './writing/writing-forms.js';
import { clearErrors, isPage, say, section, showErrors, showPage, shownPage } from '../pages.js';
import { element, main, text } from '../texts.js';

const WRITING = { measure: writeMeasures, vaccine: writeVaccine, diagnosis: writeDiagnosis, medicine: writeMedicine, note: writeNote, appointment: writeAppointment };
const OF_A_PERSON = ['person', 'verify', 'summary', 'visits', 'results', 'emergency', 'write', 'entries', ...Object.keys(WRITING)];
const neededFor = (name) => ({ summary: 'read', visits: 'read', results: 'read', verify: 'verify', emergency: 'emergency', write: 'write', entries: 'write' })[name] || (WRITING[name] && 'write');
const above = (name) => (WRITING[name] ? 'write' : OF_A_PERSON.includes(name) && name !== 'person' ? 'person' : 'find');

function allowedPage(wished) {
  if (wished === 'waiting-list' && (hasWaiting() || isOnShift())) return wished;
  if (!station.device.keyId) return 'enrol';
  if (!station.who) return 'standing';
  if (wished === 'device') return 'device';
  if (!isOnShift()) return 'shift';
  if (OF_A_PERSON.includes(wished) && (!station.person || (neededFor(wished) && !mayDo(neededFor(wished))))) return station.person ? 'person' : 'find';
  if (wished === 'candidates' && !station.candidates.length) return 'find';
  return isPage(wished) && !['enrol', 'standing', 'shift'].includes(wished) ? wished : 'find';
}

const ENTER = {
  standing: () => { byId('standing-why').textContent = station.standing; },
  shift: () => byId('shift-device').replaceChildren(...whoElements()),
  device: () => byId('device-about').replaceChildren(...whoElements()),
  candidates: () => showCandidates(openPerson),
  person: showPerson,
  verify: enterCard,
  entries: showEntries,
  visits: () => runAlone(byId('print-visits'), () => showVisitsOver()),
  results: () => runAlone(byId('print-results'), () => showResultsOver()),
  vaccine: fillVaccineDay,
  diagnosis: loadDiagnoses,
  today: showDay,
  'waiting-list': showWaiting,
};

function arriveAt() {
  const wished = location.hash.slice(1);
  const name = allowedPage(wished);
  if (name !== wished) history.replaceState(null, '', `#${name}`);
  if (shownPage() !== name) showPage(name);
  ENTER[name]?.();
  if (name === 'summary') renewSummary(runAlone);
  showAround(name);
  if (station.told) say(station.told);
  station.told = '';
}

function showAround(name) {
  byId('tools').hidden = false;
  main.dataset.shown = name;
  showClock();
  byId('back').hidden = ['enrol', 'standing', 'shift', 'find'].includes(name);
  byId('back').href = `#${above(name)}`;
  byId('end-shift').hidden = !isOnShift();
  byId('at-work').hidden = !isOnShift();
  if (isOnShift()) byId('at-work').querySelector('strong').textContent = `${station.shift.name} · ${station.shift.licence}`;
  const isOfPerson = OF_A_PERSON.includes(name);
  byId('patient').hidden = !isOfPerson;
  if (isOfPerson) byId('patient').querySelector('p').textContent = `${lineOf(station.person)}. ${assuranceLine(station.person)}.`;
  for (const line of main.querySelectorAll('[data-needs]')) line.hidden = !mayDo(line.dataset.needs);
}

async function openPerson(person) {
  const { candidates, otherName, turn } = station;
  if (!(await mayLeaveTyped()) || !(await mayGoOn()) || station.turn !== turn) return;
  clearPerson();
  Object.assign(station, { person, candidates, otherName });
  location.hash = '#person';
}

// Nothing of a person stays: neither on the screen nor in a form. What is under way for them locks nothing for the next one.
function clearPerson() {
  Object.assign(station, { person: null, candidates: [], scan: null, otherName: '', told: '', turn: {} });
  closeQuestion();
  for (const button of main.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
  for (const part of main.querySelectorAll('.content, .suggestions, .error')) part.replaceChildren();
  for (const form of main.querySelectorAll('form')) form.reset();
  byId('patient').querySelector('p').textContent = '';
  byId('printed').textContent = '';
  clearErrors();
  say('');
}

function endShift(message = '') {
  showEndsSoon(false);
  clearPerson();
  station.shift = null;
  history.replaceState(null, '', '#shift');
  arriveAt();
  if (message) showErrors([{ message }]);
}

function endIdleShift() {
  endShift(text(hasTyped() ? 'shift_ended_typed' : 'shift_ended'));
  if (!isHelping()) endResidentSession();
}

function showEndsSoon(isSoon) {
  const dialog = byId('still-there');
  if (isSoon && !dialog.open) dialog.showModal();
  if (!isSoon) dialog.close();
}

// Nothing was kept of anybody; what waits to be sent waits on.
function deviceGone() {
  station.who = null;
  endShift();
}

// One action at a time for each button, until the person is put away; the page says that it works.
async function runAlone(button, action) {
  if (button.getAttribute('aria-disabled') === 'true') return;
  const { turn } = station;
  button.setAttribute('aria-disabled', 'true');
  say(text('working'));
  try {
    await action();
  } finally {
    if (station.turn === turn) {
      button.removeAttribute('aria-disabled');
      if (byId('status').textContent === text('working')) say('');
    }
    showAround(shownPage());
  }
}

function onSubmit(id, action) {
  const form = byId(id);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearErrors();
    runAlone(form.querySelector('button:not([type="button"])'), action);
  });
}

function onClick(id, action) {
  byId(id).addEventListener('click', () => runAlone(byId(id), action));
}

// What the camera reads goes where staff are: the operators' link at the enrolment, a card while they find or confirm
// somebody, a sharing code at the summary.
function startCamera() {
  const take = (scanned) => {
    const page = shownPage();
    if (page === 'enrol') return takeLink(scanned) || 'link_none';
    if (page === 'summary') return takeShare(scanned) || 'share_wrong';
    if (page === 'find') return takeFound(scanned);
    return takeSeenCard(scanned) || noCard(scanned);
  };
  const openScan = startScan(byId('scan'), main.dataset.decoder, take);
  main.addEventListener('click', ({ target }) => {
    if (!('scan' in target.dataset)) return;
    byId('scan-title').textContent = target.textContent;
    openScan();
  });
}

async function startShift() {
  const [name, licence] = [byId('staff-name').value.trim(), byId('staff-licence').value.trim()];
  const faults = [];
  if (!name) faults.push({ id: 'staff-name', message: text('name_missing') });
  if (!licence) faults.push({ id: 'staff-licence', message: text('licence_missing') });
  if (faults.length) {
    showErrors(faults);
    return;
  }
  beginShift(licence, name);
  byId('shift-form').reset();
  location.hash = '#find';
}

async function takeNextPerson() {
  const { person } = station;
  if (!(await mayLeaveTyped()) || !(await mayGoOn()) || station.person !== person) return;
  clearPerson();
  location.hash = '#find';
}

async function findPerson() {
  const found = await find();
  if (!found?.length) return;
  if (found.length === 1 && !station.otherName) await openPerson(found[0]);
  else location.hash = '#candidates';
}

// A card fills the boxes; a sharing code opens its record, with the summary that it is shown for.
function takeFound(scanned) {
  if (!isShare(scanned)) return Boolean(takeCard('find', scanned));
  clearErrors();
  runAlone(byId('find-form').querySelector('button'), () => openByShare(scanned));
  return true;
}

// A scanner that types is told as the camera's staff are, and what is no card does not stay in the box for a number.
function takeTypedFind(scanned) {
  if (takeFound(scanned)) return;
  byId('find-number').value = '';
  showErrors([{ id: 'find-number', message: text(noCard(scanned)) }]);
}

async function openByShare(scanned) {
  const shared = await readSharedPerson(scanned);
  const found = shared && (await find());
  if (!found?.length) return;
  const person = found.find(({ id }) => id === shared.id);
  if (!person) {
    location.hash = '#candidates';
    return;
  }
  person.access = { share: shared.token };
  await openPerson(person);
  if (station.person === person) location.hash = mayDo('read') ? '#summary' : '#person';
}

async function openInEmergency() {
  const emergency = readEmergency(byId('emergency-form'));
  if (!emergency) return;
  const { turn } = station;
  if (await readSummary(emergency)) location.hash = '#summary';
  else if (station.turn === turn && byId('errors').hidden) showErrors([{ message: byId('summary-content').textContent }]);
}

// How often each deed was done, for the evening's report.
function countsOf(lines) {
  const counts = new Map();
  for (const { what, outcome } of lines) if (outcome === 'done') counts.set(what, (counts.get(what) || 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([what, count]) => element('li', { textContent: `${what}: ${count}` }));
}

async function showDay() {
  const lines = (await readDay()).reverse();
  const list = element('ul', { className: 'entries' });
  for (const { at, what, outcome, who } of lines) {
    list.append(element('li', { textContent: `${hourWords(at)} ${what}: ${text(`outcome_${outcome}`)}` }, element('small', { textContent: who })));
  }
  const content = lines.length ? [element('ul', {}, ...countsOf(lines)), list] : [element('p', { textContent: text('nothing_today') })];
  section('today').querySelector('.content').replaceChildren(...content);
}

// On paper: where, when and by whom it was printed. Whose it is stands above; the code on paper names nobody.
function signPaper() {
  const { who, shift } = station;
  byId('printed').textContent = who && shift ? text('printed', { facility: who.name, time: timeWords(now()), name: shift.name }) : '';
}

// The operators' link, opened or scanned; false for anything else. It leaves the address at once.
function takeLink(written) {
  const link = readLink(written);
  if (!link) return false;
  history.replaceState(null, '', location.pathname);
  arriveAt();
  if (station.device.keyId !== link.keyId) runAlone(byId('enrol-form').querySelector('button'), () => enrolHere(() => enrolByLink(link)));
  return true;
}

async function enrolHere(way = enrol) {
  if (!(await way())) return;
  sendWaiting();
  history.replaceState(null, '', '#shift');
  arriveAt();
}

async function startStation() {
  byId('too-old').hidden = canKeepKeys();
  if (!canKeepKeys()) {
    showErrors([{ message: text('needs_browser') }]);
    return;
  }
  await openDevice();
  onSubmit('enrol-form', () => enrolHere());
  onSubmit('shift-form', startShift);
  onSubmit('find-form', findPerson);
  onSubmit('verify-form', confirmCard);
  onSubmit('emergency-form', openInEmergency);
  for (const [kind, action] of Object.entries(WRITING)) onSubmit(`${kind}-form`, action);
  onSubmit('share-form', readShared);
  watchScanner('find', takeTypedFind);
  watchScanner('card', takeTypedCard);
  watchWhoIsFound();
  watchMismatch();
  watchHelping();
  watchPrinting();
  startLostPhone();
  watchTyping(Object.keys(WRITING).map((kind) => `${kind}-form`));
  watchClock();
  startUnits();
  startCamera();
  startDiagnosisSearch();
  startSuggestions(byId('medicine-form'));
  onClick('copy-code', copyCode);
  window.addEventListener('beforeprint', signPaper);
  for (const id of ['print', 'print-visits', 'print-results', 'print-paper-code']) onClick(id, () => window.print());
  onClick('check-device', async () => { if (await askWhoIAm()) arriveAt(); });
  onClick('check-again', async () => { if (await askWhoIAm()) arriveAt(); });
  for (const id of ['enrol-again', 'enrol-anew']) onClick(id, async () => {
    if (!(await ask(text('anew_title'), [text('anew_text')], [text('anew_yes'), text('anew_no')]))) return;
    await enrolAnew();
    endShift();
  });
  byId('help-declare').addEventListener('click', helpToDeclare);
  document.addEventListener('device-gone', deviceGone);
  byId('next-person').addEventListener('click', takeNextPerson);
  byId('end-shift').addEventListener('click', async () => {
    if (!(await mayEndShift())) return;
    endShift();
    endResidentSession();
  });
  watchIdle(endIdleShift, showEndsSoon);
  guardLeaving();
  window.addEventListener('hashchange', () => takeLink(location.hash) || arriveAt());
  window.addEventListener('pagehide', () => { if (isOnShift()) endShift(); });
  if (station.client) await askWhoIAm();
  if (!takeLink(location.hash)) arriveAt();
}

startStation();
