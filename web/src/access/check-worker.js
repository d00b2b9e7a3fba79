// The Web Worker that checks a list of accesses: loaded only when somebody asks for it.
import { Unreachable, checkDays } from './log-comparison.js';

async function get(name) {
  const response = await fetch(`/accesses/${name}`).catch(() => null);
  if (response?.status === 404) return null;
  const content = response?.status === 200 && (await response.arrayBuffer().catch(() => null));
  if (!content) throw new Unreachable(name);
  return new Uint8Array(content);
}

// Null where the check itself failed, so that the page need not wait for ever.
self.onmessage = async (event) => self.postMessage(await checkDays(event.data, get).catch(() => null));
