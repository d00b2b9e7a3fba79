// The session's idle time: moving on in the form extends it, a warning comes before it ends, its end keeps the draft.
import { Offline, call, contact } from '../api.js';
import { IDLE, isOver, journey } from '../journey.js';

const MINUTE = 60 * 1000;
const WARNING = 13 * MINUTE;
const FRESH = 3 * MINUTE;
const dialog = document.getElementById('still-there');

async function extend(ended) {
  try {
    const answer = await call('POST', '/session/extend');
    if (isOver(answer)) ended();
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
  }
}

export function startSession(ended) {
  document.getElementById('extend').addEventListener('click', () => {
    dialog.close();
    extend(ended);
  });
  setInterval(() => {
    const idle = Date.now() - contact.at;
    if (!journey.signedIn || idle < WARNING) return;
    if (idle < IDLE && !dialog.open) dialog.showModal();
    if (idle >= IDLE) {
      dialog.close();
      ended();
    }
  }, 5000);
  return { active: () => (Date.now() - contact.at > FRESH ? extend(ended) : undefined) };
}
