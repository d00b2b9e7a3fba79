// Helping somebody to declare: the form in a tab of its own, with no session left from the person before.
import { station } from '../state.js';
import { call, Offline } from '../../api.js';

let opened = null;

// Whether a session of somebody who was helped may still be alive, also when the tab was closed.
export const mayHaveSession = () => opened !== null;

export const isHelping = () => Boolean(opened && !opened.closed);

// Ends whatever session of a resident this browser still holds.
export async function endResidentSession() {
  if (isHelping()) opened.close();
  opened = null;
  try {
    await call('DELETE', '/session');
  } catch (error) {
    if (!(error instanceof Offline)) throw error;
  }
}

// The tab opens at once, while the press of the button still counts, and gets its page when the old session is over.
export async function helpToDeclare() {
  const tab = window.open('', '_blank');
  await endResidentSession();
  const start = new URL(`${document.querySelector('.service').getAttribute('href')}declare.html`, location.origin);
  if (station.who.poster) start.searchParams.set('p', station.who.poster);
  start.searchParams.set('assisted', '');
  start.hash = '#new';
  opened = tab;
  if (tab) tab.location.replace(start.href);
  else location.assign(start.href);
}
