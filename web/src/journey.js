// What this tab knows of the journey; only what holds no health data and no phone number outlives a reload.
import { Offline, call, contact } from './api.js';
import { loadDraft, newDraft, saveDraft, wipeDraft } from './draft.js';

export const IDLE = 15 * 60 * 1000;
const KEPT_UNDER = 'ssk';
const kept = JSON.parse(sessionStorage.getItem(KEPT_UNDER) || '{}');

export const journey = {
  signedIn: false,
  pinOffered: false,
  shared: false,
  checking: false,
  draft: null,
  phone: '',
  challenge: kept.challenge || null,
  receipt: kept.receipt || null,
  serverFaults: new Map(),
};

export const poster = new URLSearchParams(location.search).get('p');

// Asks the server how this session stands: alive or not, how long still, whether a PIN may be set now.
export async function askSession() {
  try {
    const { status, data } = await call('GET', '/session');
    journey.signedIn = status === 200;
    journey.pinOffered = journey.signedIn && data.pin_permitted && !data.pin_set;
    if (journey.signedIn) contact.at = Date.now() - IDLE + data.idle_expires_in * 1000;
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
  }
}

// Keeps the open challenge and the receipt number for this tab.
export function remember() {
  const { challenge, receipt, shared } = journey;
  sessionStorage.setItem(KEPT_UNDER, JSON.stringify(shared ? { challenge } : { challenge, receipt }));
}

export async function openDraft() {
  journey.draft = (await loadDraft()) || newDraft();
}

export function keepDraft() {
  return journey.shared || journey.receipt ? Promise.resolve(false) : saveDraft(journey.draft);
}

// A phone that becomes a shared one forgets what an earlier person left on it.
export async function setShared(shared) {
  if (shared && !journey.shared) await forgetDraft();
  journey.shared = shared;
}

// After the server's receipt: nothing of the draft is left, neither here nor on the device.
export async function forgetDraft() {
  journey.draft = newDraft();
  journey.serverFaults.clear();
  journey.checking = false;
  await wipeDraft();
}

// Sign-out: the device forgets everything at once, whether or not the server can be reached.
export async function forgetAll() {
  Object.assign(journey, { signedIn: false, challenge: null, receipt: null });
  sessionStorage.removeItem(KEPT_UNDER);
  await forgetDraft();
}
