// What this device did today: time, deed, who, and how it ended, in IndexedDB until the day is over. Nothing of a patient.
import { isClockKnown, now } from '../clock.js';
import { localDay } from '../../local-day.js';

const LIST_DATABASE = 'ssk-station-day';
const LIST_STORE = 'calls';

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function listStore(mode) {
  const opening = indexedDB.open(LIST_DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(LIST_STORE, { autoIncrement: true });
  return (await settled(opening)).transaction(LIST_STORE, mode).objectStore(LIST_STORE);
}

// `who` worked when the deed was begun; `outcome`: done, refused or lost. A device that cannot keep the list works without one.
export async function noteCall(what, outcome, who) {
  try {
    await dropYesterday();
    const line = { at: new Date(now()).toISOString(), what, outcome, who };
    await settled((await listStore('readwrite')).add(line));
  } catch {
    // The list is for staff; the service's audit has every call.
  }
}

export async function readDay() {
  try {
    await dropYesterday();
    return await settled((await listStore('readonly')).getAll());
  } catch {
    return [];
  }
}

// Only when the service has told which day it is.
async function dropYesterday() {
  if (!isClockKnown()) return;
  const store = await listStore('readonly');
  const [lines, keys] = await Promise.all([settled(store.getAll()), settled(store.getAllKeys())]);
  const today = localDay(now());
  const old = keys.filter((_, place) => localDay(lines[place].at) !== today);
  for (const key of old) await settled((await listStore('readwrite')).delete(key));
}
