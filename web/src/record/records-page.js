// A person's own page: sign-in, PIN, the records of the account, and what may be seen and done with each.
import { startAccount } from '../account/sign-in.js';
import { showAccesses } from '../access/access-list.js';
import { changeConsent, showConsents } from './consent-switches.js';
import { showEmergencyCard } from './emergency-card.js';
import { startErasing, showErasing } from './erasure.js';
import { askSession, forgetAll, journey } from '../journey.js';
import { signOut, startLeaving, wasLeaving } from '../account/sign-out.js';
import { leftPage, own, render } from './page-content.js';
import { isPage, say, section, showErrors, showPage, shownPage } from '../pages.js';
import { enterPin, startPin } from '../account/pin-entry.js';
import { showPasskeys, startPasskeyList } from '../account/passkey/passkey-list.js';
import { startPasskeyEntry } from '../account/passkey/passkey-entry.js';
import { showRecord, showRecords } from './record-list.js';
import { showResults } from './visits/result-tables.js';
import { startSession } from '../account/session-timeout.js';
import { showEvents } from '../account/event-list.js';
import { showSessions } from '../account/session-list.js';
import { showShare, showShares, startSharing } from '../share/share-list.js';
import { showOwnSummary } from './own-summary.js';
import { text } from '../texts.js';
import { showVersions } from './version-list.js';
import { showVisits } from './visits/visit-list.js';

const root = document.querySelector('.service').getAttribute('href');
const SHOWN = {
  records: showRecords,
  record: showRecord,
  summary: showOwnSummary,
  versions: showVersions,
  visits: showVisits,
  results: showResults,
  card: showEmergencyCard,
  accesses: showAccesses,
  consents: showConsents,
  shares: showShares,
  share: showShare,
  'new-share': () => null,
  erase: showErasing,
  events: showEvents,
  sessions: showSessions,
  passkeys: showPasskeys,
};
const BACK = { record: 'records', sessions: 'records', events: 'records', passkeys: 'records', code: 'phone', pin: 'records', share: 'shares', 'new-share': 'shares' };
let account;
let session;
let signOutAndGo;

function allowed(name) {
  if (!journey.signedIn) return name === 'code' && journey.challenge ? 'code' : 'phone';
  if (name === 'pin') return journey.pinOffered || journey.level === 2 ? 'pin' : 'records';
  if (journey.level < 2 && (journey.pinSet || name === 'passkeys')) return journey.pinSet ? 'enter-pin' : 'records';
  return name in SHOWN ? name : 'records';
}

// `#page/record/share`; nothing of a page that is left stays in the document.
async function arrive() {
  const [wished, ...ids] = decodeURIComponent(location.hash.slice(1)).split('/');
  const name = allowed(isPage(wished) ? wished : '');
  if (name !== wished) history.replaceState(null, '', `#${name}`);
  const place = name === wished ? ids : [];
  leftPage();
  showPage(name);
  around(name, name in SHOWN ? place[0] : '');
  if (name === 'code') account.code();
  if (name === 'enter-pin') enterPin(place[0]);
  if (name === 'pin') document.getElementById('pin-current').hidden = journey.level < 2;
  if (SHOWN[name]) await render(name, place, SHOWN[name]);
  document.getElementById('own-ways').hidden = shownPage() !== 'records' || (journey.level < 2 && !own.records?.length);
  if (journey.signedIn) session.active();
}

function around(name, id) {
  const before = BACK[name] || (id ? 'record' : '');
  const back = before ? `#${before}${id && before !== 'records' ? `/${id}` : ''}` : root;
  document.getElementById('back').href = back;
  document.getElementById('back').hidden = name === 'records';
  document.getElementById('leave').hidden = !journey.signedIn;
  document.getElementById('tools').hidden = false;
  document.getElementById('own-ways').hidden = true;
  document.querySelector('.switch').hash = location.hash;
}

function ended() {
  if (!journey.signedIn) return;
  const told = own.notice; // of an erasure: with the last record ends whoever signed in by passkey
  Object.assign(journey, { signedIn: false, level: 0 });
  Object.assign(own, { records: null, notice: '' });
  leftPage();
  history.replaceState(null, '', '#phone');
  arrive();
  if (told) say(told);
  else showErrors([{ message: text('expired_own') }]);
}

// The page is emptied first, whatever the network does.
async function leave() {
  const forgotten = forgetAll();
  own.records = null;
  for (const form of document.forms) form.reset();
  history.replaceState(null, '', '#phone');
  arrive();
  await forgotten;
  await signOutAndGo();
}

async function proven() {
  await askSession();
  const after = `#${location.hash.split('/').slice(1).join('/') || 'records'}`; // the page that asked for the PIN
  if (location.hash === after) arrive();
  else location.hash = after;
}

function pinChosen() {
  own.notice = text('pin_chosen');
  return proven();
}

async function start() {
  document.getElementById('too-old').hidden = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
  own.ended = ended;
  account = startAccount(proven, pinChosen, ended);
  session = startSession(ended);
  startPin(proven);
  signOutAndGo = startLeaving(root);
  startSharing();
  startErasing();
  startPasskeyList();
  startPasskeyEntry(['passkey-sign-in', 'passkey-instead'], proven);
  section('consents').addEventListener('change', changeConsent);
  document.getElementById('leave').addEventListener('click', leave);
  window.addEventListener('hashchange', arrive);
  window.addEventListener('pageshow', (event) => event.persisted && location.reload());
  if (!wasLeaving() || (await signOut())) await askSession();
  await arrive();
}

start();
