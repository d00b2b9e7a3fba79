// Passkeys: the fingerprint or face that unlocks this device opens the record, without any message (WebAuthn).
import { call } from '../../api.js';
import { journey } from '../../journey.js';
import { attemptFor, sentenceOf } from '../sign-in.js';
import { text } from '../../texts.js';

const PLATFORMS = [['android', 'android'], ['iphone', 'ios'], ['ipad', 'ios'], ['windows', 'windows'], ['mac', 'macos'], ['linux', 'linux']];

// Whether this browser, on this device, can hold a passkey behind its own lock; nothing of it is shown where it cannot.
export async function hasPasskeys() {
  if (journey.shared || !window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

// Adds this device; `current` is the PIN where the server asks for it. Gives the answer that ended it: 201 where it is done.
export async function addPasskey(current) {
  const asked = await call('POST', '/passkeys/options', { body: current ? { current_pin: current } : {} });
  if (asked.status !== 200) return asked;
  const { publicKey } = asked.data;
  const options = {
    ...publicKey,
    challenge: fromText(publicKey.challenge),
    user: { ...publicKey.user, id: fromText(publicKey.user.id) },
    excludeCredentials: publicKey.excludeCredentials.map((known) => ({ ...known, id: fromText(known.id) })),
  };
  const made = await answered(() => navigator.credentials.create({ publicKey: options }));
  if (!made) return notDone();
  const { response } = made;
  const credential = { ...namesOf(made), response: { clientDataJSON: toText(response.clientDataJSON), attestationObject: toText(response.attestationObject) } };
  return call('POST', '/passkeys', { body: { credential, label: labelOfDevice(), attempt: attemptFor('passkey', made.id) } });
}

// Signs in; gives the answer that ended it: 200 with level and draft scope where it is done.
export async function signInWithPasskey() {
  const asked = await call('POST', '/passkeys/sign-in/options', { body: {} });
  if (asked.status !== 200) return asked;
  const { publicKey } = asked.data;
  const found = await answered(() => navigator.credentials.get({ publicKey: { ...publicKey, challenge: fromText(publicKey.challenge) } }));
  if (!found) return notDone();
  const { response } = found;
  const said = Object.fromEntries(['clientDataJSON', 'authenticatorData', 'signature', 'userHandle'].map((name) => [name, toText(response[name])]));
  const credential = { ...namesOf(found), response: said };
  return call('POST', '/passkeys/sign-in', { body: { credential, attempt: attemptFor('passkey', said.signature) } });
}

export const passkeySentence = (answer) => (answer.status ? sentenceOf(answer) : answer.data.detail);

// A person who thinks better of it, or a device that has no passkey of ours, is no error of the page.
async function answered(asking) {
  try {
    return await asking();
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

const notDone = () => ({ status: 0, data: { detail: text('passkey_not_done') } });
const namesOf = ({ id, rawId, type }) => ({ id, rawId: toText(rawId), type });

function labelOfDevice() {
  const told = `${navigator.userAgentData?.platform || ''} ${navigator.userAgent}`.toLowerCase();
  return PLATFORMS.find(([word]) => told.includes(word))?.[1] || 'other';
}

function fromText(value) {
  const plain = atob(value.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer || new ArrayBuffer(0)));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
