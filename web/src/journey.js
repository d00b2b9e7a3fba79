// What this tab knows of the journey; only what holds no health data and no phone number outlives a reload.
import { Offline, call, contact } from './api.js';
import { dropDraft, loadDraft, newDraft, saveDraft, wipeDrafts } from './draft.js';

export const IDLE = 15 * 60 * 1000;
const KEPT_UNDER = 'ssk';
const kept = JSON.parse(sessionStorage.getItem(KEPT_UNDER) || '{}');

export const journey = {
  signedIn: false,
  level: 0,
  scope: null,
  pinSet: false,
  pinOffered: false,
  shared: kept.shared || false,
  checking: false,
  correcting: kept.correcting || null,
  draft: newDraft(),
  parked: null,
  phone: '',
  challenge: kept.challenge || null,
  receipt: kept.receipt || null,
  serverFaults: new Map(),
};

export const poster = new URLSearchParams(location.search).get('p');

// Asks the server how this session stands: alive or not, whose drafts are its, whether a PIN may be set now.
export async function askSession() {
  try {
    const { status, data } = await call('GET', '/session');
    const signedIn = status === 200;
    Object.assign(journey, { signedIn, level: data.level || 0, scope: data.draft_scope || null, pinSet: Boolean(data.pin_set) });
    journey.pinOffered = signedIn && data.pin_permitted && (!data.pin_set || data.level < 2);
    if (signedIn) contact.at = Date.now() - IDLE + data.idle_expires_in * 1000;
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
  }
}

// Keeps the open challenge, the receipt number and which record is being corrected for this tab.
export function remember() {
  const { challenge, receipt, shared, correcting } = journey;
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(shared ? { challenge, correcting, shared } : { challenge, correcting, receipt }));
}

// The receipt belongs to the account that got it.
export const ownReceipt = () => (journey.signedIn && journey.receipt?.scope === journey.scope ? journey.receipt : null);

const nameOf = () => (journey.correcting ? `${journey.scope}/${journey.correcting}` : journey.scope);

// This account's draft: what an ended session left in this page, else what the device keeps; null where there is none.
export async function keptDraft() {
  const { parked } = journey;
  journey.parked = null;
  return parked?.name === nameOf() ? parked.draft : loadDraft(nameOf());
}

export function keepDraft() {
  const kept = journey.signedIn && journey.scope && !journey.shared && !ownReceipt();
  return kept ? saveDraft(nameOf(), journey.draft) : Promise.resolve(false);
}

// The session is over: nothing of the draft may be seen until the same phone is proven again.
export async function parkDraft() {
  await keepDraft();
  journey.parked = ownReceipt() ? null : { name: nameOf(), draft: journey.draft };
  Object.assign(journey, { signedIn: false, level: 0, scope: null });
  emptyDraft();
}

export function emptyDraft() {
  Object.assign(journey, { draft: newDraft(), checking: false });
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
  journey.correcting = null;
  remember();
  await dropDraft(name);
}

// Sign-out: the device forgets everything at once, whether or not the server can be reached.
export async function forgetAll() {
  Object.assign(journey, { signedIn: false, scope: null, parked: null, challenge: null, receipt: null, correcting: null });
  sessionStorage.removeItem(KEPT_UNDER);
  emptyDraft();
  await wipeDrafts();
}
