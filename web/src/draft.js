// The draft on this device: AES-GCM in IndexedDB under a key that cannot be exported, for 24 hours; never the phone number.
const DATABASE = 'so-suc-khoe';
const STORE = 'draft';
const LONGEST = 24 * 60 * 60 * 1000;

let database = null;

function wait(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode) {
  if (!database) {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    database = await wait(opening);
  }
  return database.transaction(STORE, mode).objectStore(STORE);
}

async function secretKey() {
  const kept = await wait((await store('readonly')).get('key'));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await wait((await store('readwrite')).put(made, 'key'));
  return made;
}

export function newDraft() {
  return { id: crypto.randomUUID(), values: {}, page: null, sent: null };
}

// The kept draft, or null when there is none, it is too old, or it cannot be read.
export async function loadDraft() {
  try {
    const kept = await wait((await store('readonly')).get('draft'));
    if (!kept) return null;
    if (Date.now() - kept.savedAt > LONGEST) return await wipeDraft();
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, await secretKey(), kept.data);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return wipeDraft();
  }
}

// Saves one after the other, so that an older state never overwrites a newer one; true when it is kept.
let last = Promise.resolve();

export function saveDraft(draft) {
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  last = last.then(async () => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await secretKey(), plain);
    await wait((await store('readwrite')).put({ iv, data, savedAt: Date.now() }, 'draft'));
    return true;
  }).catch(() => false);
  return last;
}

// Draft and key; a device that cannot keep anything has nothing to wipe.
export function wipeDraft() {
  last = last.then(async () => {
    await wait((await store('readwrite')).clear());
    return null;
  }).catch(() => null);
  return last;
}
