// Correcting what is kept: the form filled in with the current version, to be sent on the condition that it still is that.
import { valuesOf } from './answers.js';
import { Offline, call } from './api.js';
import { journey, keptDraft, remember } from './journey.js';

// Goes on with an unsent correction of the same version; without the right to read, it is a new declaration.
export async function startCorrection(known) {
  const id = journey.correcting;
  const kept = await keptDraft();
  const current = await call('GET', `/records/${id}`).catch((error) => {
    if (!(error instanceof Offline)) throw error;
    return { status: 0 };
  });
  const base = current.status === 200 ? current.headers.get('ETag') : null;
  if (kept && (kept.base === base || current.status === 0)) journey.draft = kept;
  else if (base) journey.draft = { id, base, values: valuesOf(known.items, current.data), page: 'check', sent: null };
  else journey.correcting = null;
  remember();
}
