// A signed call, noted in the day's list, with every refusal turned into a sentence for staff.
import { NoAnswer, reasonOf, sentencesOf } from '../../../sdk/js/facility-client.js';
import { noteCall } from './device/day-list.js';
import { station } from './state.js';
import { showErrors } from '../pages.js';
import { text } from '../texts.js';

// By the word of an OperationOutcome; whatever is not here is told in the service's own words.
const OWN_WORDS = {
  'signature-key-unknown': 'key_unknown',
  'signature-key-not-yet': 'key_unknown',
  'signature-mismatch': 'key_mismatch',
  'signature-alg': 'key_mismatch',
  'signature-key-revoked': 'key_revoked',
  'signature-key-expired': 'key_expired',
  'signature-created': 'clock_wrong',
  'signature-expires': 'clock_wrong',
  'permission-missing': 'not_allowed',
  'consent-missing': 'no_consent',
  'verified-elsewhere': 'verified_elsewhere',
  'other-number-verified': 'other_number_verified',
  'too-many-reads': 'too_many_reads',
  'too-many-misses': 'too_many_misses',
};
const SECONDS_A_MINUTE = 60;

export const isGoneDevice = (answer) => ['signature-key-revoked', 'signature-key-expired'].includes(reasonOf(answer));

// Not registered yet; what waits to be sent is not lost by it.
export const isNotKnownYet = (answer) => ['signature-key-unknown', 'signature-key-not-yet'].includes(reasonOf(answer));

// A device that was revoked in the middle of its work opens nothing more, and the page puts everything away.
export function watchGone(answer) {
  if (!isGoneDevice(answer) || !station.who) return;
  station.standing = sentenceFor(answer);
  document.dispatchEvent(new Event('device-gone'));
}

export function sentenceFor(answer) {
  const own = OWN_WORDS[reasonOf(answer)];
  if (own) return text(own, { minutes: Math.ceil(Number(answer.headers.get('retry-after')) / SECONDS_A_MINUTE) });
  const sentences = sentencesOf(answer);
  return sentences.length ? sentences.join(' ') : text('station_busy');
}

// `what` is a sentence for the day's list; the answer, or null where none came. Throws nothing.
export async function noted(what, action) {
  const who = station.shift?.name || '';
  try {
    const answer = await action(station.client);
    watchGone(answer);
    await noteCall(what, answer.status < 300 ? 'done' : 'refused', who);
    return answer;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    await noteCall(what, 'lost', who);
    return null;
  }
}

// Shows why nothing came of it; `id` is the field to go to.
export function showRefusal(answer, id = undefined) {
  showErrors([{ id, message: answer ? sentenceFor(answer) : text('station_offline') }]);
}
