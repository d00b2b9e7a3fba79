// The key of a device: ECDSA P-256, made here, kept in IndexedDB, and exported by nobody; and the code that enrols it.
const KEY_DATABASE = 'ssk-facility-device';
const KEY_STORE = 'device';
const CODE_VERSION = 'SSK1';
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CHECK_BYTES = 4;

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function keyStore(mode) {
  const opening = indexedDB.open(KEY_DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(KEY_STORE);
  const database = await done(opening);
  return database.transaction(KEY_STORE, mode).objectStore(KEY_STORE);
}

// What this device is: { privateKey, publicKey, keyId? }, or undefined before it has a key.
export async function loadDevice() {
  return done((await keyStore('readonly')).get('device'));
}

// Two tabs that make a key at once end with the same one: `add` keeps the first.
export async function makeDevice() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  try {
    await done((await keyStore('readwrite')).add({ privateKey, publicKey }, 'device'));
  } catch (error) {
    if (error.name !== 'ConstraintError') throw error;
  }
  return loadDevice();
}

export async function nameDevice(device, keyId) {
  const named = { ...device, keyId };
  await done((await keyStore('readwrite')).put(named, 'device'));
  return named;
}

export async function forgetDevice() {
  await done((await keyStore('readwrite')).clear());
}

// `SSK1-XXXXX-...`: the public key as a compressed point with its check, in Crockford's base 32 (no I, L, O, U).
export async function enrolmentCode(publicKey) {
  const point = await compressed(publicKey);
  const text = inBase32([...point, ...(await sha256(point)).slice(0, CHECK_BYTES)]);
  return [CODE_VERSION, ...text.match(/.{1,5}/g)].join('-');
}

// Eight digits that both sides read aloud: they are another eight where somebody exchanged the code on its way.
export async function fingerprint(publicKey) {
  const digest = await sha256(await compressed(publicKey));
  const number = new DataView(digest.buffer).getBigUint64(8) % 100000000n;
  return String(number).padStart(8, '0').replace(/(.{4})/, '$1 ');
}

async function compressed(publicKey) {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  return new Uint8Array([2 + (raw[64] & 1), ...raw.slice(1, 33)]);
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function inBase32(bytes) {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{1,5}/g).map((five) => CODE_LETTERS[parseInt(five.padEnd(5, '0'), 2)]).join('');
}
