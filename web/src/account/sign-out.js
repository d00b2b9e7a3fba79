// Signing out: what the server could not be told at once, this page tells later, or the next one that is opened.
import { Offline, call } from '../api.js';
import { clearErrors, say, showErrors } from '../pages.js';
import { repeating } from '../retry.js';
import { text } from '../texts.js';

const LEAVING = 'ssk-leaving';
let untold = false;

// A sign-out that another page could not finish; where nothing can be kept, only this page knows of its own.
export function wasLeaving() {
  try {
    return localStorage.getItem(LEAVING) !== null;
  } catch {
    return false;
  }
}

// The server knows, or somebody signs in.
export function hasLeft() {
  untold = false;
  if (wasLeaving()) localStorage.removeItem(LEAVING);
}

// True once the session is over on the server.
export async function signOut() {
  const status = await call('DELETE', '/session').then((answer) => answer.status, (error) => {
    if (!(error instanceof Offline)) throw error;
    return 0;
  });
  const over = status === 204 || status === 401;
  if (over) hasLeft();
  return over;
}

// Gives how to leave for the page `after`; until the server could be told, the person reads that here.
export function startLeaving(after) {
  const again = repeating(tellLater);

  async function tellLater() {
    if (!untold) return again.stop();
    if (!(await signOut())) return again.wait();
    again.stop();
    clearErrors();
    return say(text('left'));
  }

  return async () => {
    untold = true;
    try {
      localStorage.setItem(LEAVING, '');
    } catch {
      // Where nothing can be kept, this page alone goes on telling.
    }
    say(text('leaving'));
    if (await signOut()) return location.replace(after);
    again.wait();
    return showErrors([{ message: text('not_left') }]);
  };
}
