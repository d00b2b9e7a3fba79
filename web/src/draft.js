// Drafts on this device: AES-GCM in IndexedDB under a key that cannot be exported, for 24 hours; never the phone number.
// Each is kept under a name that begins with its account's `draft_scope`, so that nobody else's session opens it.
const DATABASE = 'so-suc-khoe';
const STORE = 'drafts';
const KEY = 'key';
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
    const opening = indexedDB.open(DATABASE, 2);
    opening.onupgradeneeded = () => {
      for (const old of opening.result.objectStoreNames) opening.result.deleteObjectStore(old);
      opening.result.createObjectStore(STORE);
    };
    database = await wait(opening);
  }
  return database.transaction(STORE, mode).objectStore(STORE);
}

async function secretKey() {
  const kept = await wait((await store('readonly')).get(KEY));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await wait((await store('readwrite')).put(made, KEY));
  return made;
}

export function newDraft() {
  return { id: crypto.randomUUID(), base: null, values: {}, page: null, sent: null };
}

const how = (name, iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) });

export const OVER = Symbol('over');

// The draft of this name; OVER where it was too old, null where there is none or it cannot be read.
export async function loadDraft(name) {
  try {
    const old = await dropOld();
    const kept = await wait((await store('readonly')).get(name));
    if (!kept) return old.includes(name) ? OVER : null;
    const plain = await crypto.subtle.decrypt(how(name, kept.iv), await secretKey(), kept.data);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    await dropDraft(name);
    return null;
  }
}

// Saves one after the other, so that an older state never overwrites a newer one; true when it is kept.
let last = Promise.resolve();

export function saveDraft(name, draft) {
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  last = last.then(async () => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt(how(name, iv), await secretKey(), plain);
    await wait((await store('readwrite')).put({ iv, data, savedAt: Date.now() }, name));
    return true;
  }).catch(() => false);
  return last;
}

// Whoever's they are, drafts of yesterday are gone; gives their names.
async function dropOld() {
  const names = await wait((await store('readonly')).getAllKeys());
  const old = [];
  for (const name of names) {
    const { savedAt } = await wait((await store('readonly')).get(name));
    if (name !== KEY && !(Date.now() - savedAt <= LONGEST)) old.push(name);
  }
  await Promise.all(old.map(dropDraft));
  return old;
}

// One draft, and the key with the last one.
export function dropDraft(name) {
  last = last.then(async () => {
    await wait((await store('readwrite')).delete(name));
    const left = await wait((await store('readonly')).getAllKeys());
    if (left.every((other) => other === KEY)) await wait((await store('readwrite')).clear());
  }).catch(() => null);
  return last;
}

// All drafts and the key; a device that cannot keep anything has nothing to wipe.
export function wipeDrafts() {
  last = last.then(async () => wait((await store('readwrite')).clear())).catch(() => null);
  return last;
}
