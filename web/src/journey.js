// What this tab knows of the journey. Only what holds no health data outlives a reload; the phone number only while its
// code is awaited, since a cheap phone drops the page when the message is opened, and never on a shared phone.
import { Offline, call, contact } from './api.js';
import { OVER, dropDraft, loadDraft, newDraft, saveDraft, wipeDrafts } from './draft.js';

export const IDLE = 15 * 60 * 1000;
const KEPT_UNDER = 'ssk';
const kept = JSON.parse(sessionStorage.getItem(KEPT_UNDER) || '{}');

// A station's staff help somebody to declare: nothing of the person stays on the device, which never becomes theirs.
export const assisted = new URLSearchParams(location.search).has('assisted');

export const journey = {
  signedIn: false,
  level: 0,
  scope: null,
  pinSet: false,
  pinOffered: false,
  chosenPin: null,
  shared: assisted || kept.shared || false,
  checking: false,
  correcting: kept.correcting || null,
  forSelf: kept.forSelf || false,
  draft: newDraft(),
  opened: false,
  unkept: false,
  parked: null,
  draftOver: false,
  phone: kept.phone || '',
  challenge: kept.challenge?.ids ? kept.challenge : null,
  receipt: kept.receipt || null,
  serverFaults: new Map(),
};

export const poster = new URLSearchParams(location.search).get('p');

// Asks the server how this session stands, again where it is busy; whatever else comes than yes or no changes nothing.
export async function askSession(pauses = [1000, 4000]) {
  const { status, data } = await call('GET', '/session').catch((error) => {
    if (!(error instanceof Offline)) throw error;
    return { status: 0 };
  });
  if (status === 200) learn(data);
  if (status === 401) Object.assign(journey, { signedIn: false, level: 0, scope: null, pinSet: false, pinOffered: false });
  if ((status < 500 && status !== 429) || !pauses.length) return;
  await new Promise((resolve) => { setTimeout(resolve, pauses[0]); });
  await askSession(pauses.slice(1));
}

// What a live session says of itself: whose drafts are its, whether a PIN may be set now, how long it stays.
export function learn(data) {
  Object.assign(journey, { signedIn: true, level: data.level, scope: data.draft_scope, pinSet: data.pin_set });
  journey.pinOffered = data.pin_permitted && (!data.pin_set || data.level < 2);
  contact.at = Date.now() - IDLE + data.idle_expires_in * 1000;
}

// Ended, or by now another account's, because another tab signed in with another number.
export const isOver = ({ status, data }) => status === 401 || (status === 200 && data.draft_scope !== journey.scope);

// Keeps the open challenge, the receipt number and which record is being corrected for this tab.
export function remember() {
  const { challenge, receipt, shared, correcting, forSelf } = journey;
  const phone = challenge ? journey.phone : '';
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(shared ? { challenge, correcting, forSelf, shared } : { challenge, phone, correcting, forSelf, receipt }));
}

// The receipt belongs to the account that got it.
export const ownReceipt = () => (journey.signedIn && journey.receipt?.scope === journey.scope ? journey.receipt : null);

const nameOf = () => (journey.correcting ? `${journey.scope}/${journey.correcting}` : journey.scope);

// This account's draft: what an ended session left in this page, else what the device keeps; null where there is none.
export async function keptDraft() {
  if (journey.parked?.name !== nameOf()) journey.parked = null;
  const kept = journey.parked ? journey.parked.draft : await loadDraft(nameOf());
  journey.draftOver = kept === OVER;
  return kept === OVER ? null : kept;
}

// Goes on where this account's new declaration was left, if it was.
export async function openKept() {
  journey.draft = (await keptDraft()) || journey.draft;
  return true;
}

// Only what was opened is kept: until then an empty draft stands where the device may have a full one.
export async function keepDraft() {
  if (!journey.signedIn || !journey.scope || !journey.opened || journey.shared || ownReceipt()) return;
  journey.unkept = !(await saveDraft(nameOf(), journey.draft));
}

// Whether the answers are nowhere but in this page.
export const onlyHere = () => journey.signedIn && !ownReceipt() && (journey.shared || journey.unkept);

// The session is over: nothing of the draft may be seen until the same phone is proven again.
export function parkDraft() {
  keepDraft();
  journey.parked = !assisted && journey.opened && !ownReceipt() ? { name: nameOf(), draft: journey.draft } : null;
  Object.assign(journey, { signedIn: false, level: 0, scope: null, chosenPin: null, ward: null });
  emptyDraft();
}

export function emptyDraft() {
  Object.assign(journey, { draft: newDraft(), checking: false, opened: false });
  journey.serverFaults.clear();
}

// A phone that becomes a shared one forgets what earlier persons left on it.
export async function setShared(shared) {
  if (shared && !journey.shared) {
    journey.parked = null;
    await wipeDrafts();
  }
  journey.shared = shared;
}

// After the server's receipt: nothing of the draft is left, neither here nor on the device.
export async function forgetDraft() {
  const name = nameOf();
  emptyDraft();
  Object.assign(journey, { correcting: null, parked: null });
  remember();
  await dropDraft(name);
}

// Sign-out: the device forgets everything at once, whether or not the server can be reached.
export async function forgetAll() {
  Object.assign(journey, { signedIn: false, scope: null, parked: null, challenge: null, phone: '', receipt: null, correcting: null, chosenPin: null, forSelf: false, ward: null });
  sessionStorage.removeItem(KEPT_UNDER);
  emptyDraft();
  await wipeDrafts();
}
