// Correcting what is kept: the form filled in with the current version, to be sent on the condition that it still is that.
import { valuesOf } from '../values/answers.js';
import { Offline, call } from '../api.js';
import { journey, keptDraft, openKept, remember } from '../journey.js';

// Goes on with an unsent correction of the same version; without the right to read, it is a new declaration. False where
// it could not be opened now: the server did not answer, or a PIN is needed before an unsent correction is shown again.
export async function startCorrection(known) {
  const id = journey.correcting;
  const kept = await keptDraft();
  const current = await call('GET', `/records/${id}`).catch((error) => {
    if (!(error instanceof Offline)) throw error;
    return { status: 0 };
  });
  const { status } = current;
  const base = status === 200 ? current.headers.get('ETag') : null;
  if (base && kept?.base !== base) journey.draft = { id, base, values: valuesOf(known.items, current.data), page: 'check', sent: null };
  else if (status === 404 || (status === 403 && !kept)) await declareAnew();
  else if (kept && status !== 403) journey.draft = kept;
  else {
    if (status === 401) journey.signedIn = false;
    return false;
  }
  return true;
}

async function declareAnew() {
  journey.correcting = null;
  remember();
  await openKept();
}
