// Calls to /v1: one shape for every answer, work done silently when the server asks for it.
import { language, main } from './texts.js';

const PATIENCE = 30000;

export class Offline extends Error {}

// These calls do not start the session's idle time anew.
const LOOKING = ['/session', '/otp'];

// When the server last counted this person as active.
export const contact = { at: Date.now() };

// Gives { status, data, headers }, or { status, file } for a `file`; throws Offline when no answer came.
export async function call(method, path, { body, headers = {}, file = false } = {}) {
  const answer = await once(method, path, body, headers, file);
  if (answer.status !== 429 || !answer.data.work) return answer;
  const { seed, bits } = answer.data.work;
  return once(method, path, { ...body, work: { seed, nonce: await worked(seed, bits) } }, headers);
}

async function once(method, path, body, headers, file = false) {
  const sent = { 'Accept-Language': language, 'X-Requested-With': 'ssk', ...headers };
  if (body) sent['Content-Type'] = 'application/json';
  const options = { method, headers: sent, body: body && JSON.stringify(body), credentials: 'same-origin', cache: 'no-store' };
  const { response, content } = await fetched(`/v1${path}`, options, file);
  if (response.ok && !LOOKING.includes(path)) contact.at = Date.now();
  if (file) return { status: response.status, file: content };
  return { status: response.status, data: parsed(content), headers: response.headers };
}

// One request, its whole content, and an end to waiting for it.
export async function fetched(address, options = {}, file = false) {
  const impatience = new AbortController();
  setTimeout(() => impatience.abort(), PATIENCE);
  try {
    const response = await fetch(address, { ...options, signal: impatience.signal });
    return { response, content: await (file ? response.blob() : response.text()) };
  } catch {
    throw new Offline();
  }
}

function parsed(content) {
  try {
    return JSON.parse(content) || {};
  } catch {
    return {};
  }
}

function worked(seed, bits) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(main.dataset.worker);
    worker.onmessage = (event) => {
      worker.terminate();
      resolve(event.data);
    };
    worker.onerror = reject;
    worker.postMessage({ seed, bits });
  });
}
