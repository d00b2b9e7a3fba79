// Compares a list of accesses with the public record of each day (docs/access.md says how the record is made).
import { localDay } from '../local-day.js';

const utf8 = new TextEncoder();

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
const unbase64 = (letters) => Uint8Array.from(atob(letters.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
const fromJson = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

export class Unreachable extends Error {}

async function digestOf(bytes) {
  return hex(await crypto.subtle.digest('SHA-256', bytes));
}

async function mac(key, message) {
  const imported = await crypto.subtle.importKey('raw', fromHex(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', imported, utf8.encode(message)));
}

// What is wrong with each of the days (the oldest first), or '' where list and record agree: { day: verdict }.
// `get` gives the bytes of a file of the record, null for what is not there, and throws Unreachable.
export async function checkDays({ receipt, accesses, days }, get) {
  const key = await publicKey(get).catch(() => null);
  const mine = await leavesOf(accesses);
  const documents = await Promise.all(days.map((day) => get(`${day}.json`).catch(() => undefined)));
  const before = await Promise.all(documents.map((content) => content && digestOf(content)));
  const verdicts = days.map(async (day, place) => {
    if (documents[place] === null) return 'absent';
    if (!documents[place] || !key) return 'unread';
    const seal = await mac(receipt.key, day);
    const own = mine[day] ? await mac(seal, mine[day].sort().join()) : undefined;
    try {
      const said = await read(documents[place], key, day, before[place - 1]);
      return said ? compared(own, await published(said.parts, day, await mac(seal, 'mark'), get)) : 'forged';
    } catch (error) {
      return error instanceof Unreachable ? 'unread' : 'forged';
    }
  });
  return Object.fromEntries((await Promise.all(verdicts)).map((verdict, place) => [days[place], verdict]));
}

async function publicKey(get) {
  const jwk = await get('key.json');
  return crypto.subtle.importKey('jwk', fromJson(jwk), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
}

async function leavesOf(accesses) {
  const found = {};
  for (const { recipient, ...access } of accesses) {
    const leaf = await digestOf(utf8.encode(JSON.stringify(access, Object.keys(access).sort())));
    const day = localDay(access.at);
    found[day] = [...(found[day] || []), leaf];
  }
  return found;
}

// The document, if it is signed, of that day, and follows the one before.
async function read(content, key, day, before) {
  const { signed, parts } = fromJson(content);
  const [head, payload, signature] = signed.split('.');
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  const genuine = await crypto.subtle.verify(how, key, unbase64(signature), utf8.encode(`${head}.${payload}`));
  const said = fromJson(unbase64(payload));
  const follows = !before || said.previous === before;
  const whole = said.parts === (await digestOf(utf8.encode(parts.join())));
  return genuine && follows && whole && said.day === day ? { parts } : null;
}

// What the record says under the mark. Throws for a part that is not the one that was signed.
async function published(parts, day, mark, get) {
  if (!parts.length) return undefined;
  const digits = Math.log2(parts.length) / 4;
  const name = parts[parseInt(mark.slice(0, digits) || '0', 16)];
  const part = await get(`${day}/${name}.json`);
  if (!part || (await digestOf(part)) !== name) throw new RangeError(name);
  return fromJson(part)[mark];
}

function compared(own, known) {
  if (own === known) return '';
  if (own && known) return 'differs';
  return known ? 'hidden' : 'extra';
}
