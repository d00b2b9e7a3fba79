// Helping somebody to declare: the form in a tab of its own, with no session left from the person before.
import { today } from '../clock.js';
import { dateParts } from '../date-boxes.js';
import { keepNameWithNumber } from '../person/finding.js';
import { identifierOf } from '../person/identifiers.js';
import { byId, station } from '../state.js';
import { isNoDate, readDate } from '../../values/dates.js';
import { call, Offline } from '../../api.js';

let opened = null;
let offered = null; // what was read or typed of whoever is helped
let handedOver = null; // no card is offered for a second person

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

// What was scanned, while its number stands in the box, else what was typed of somebody with a personal number.
function cardInTheBox() {
  const { scan } = station;
  const number = byId('find-number').value;
  if (scan?.number === number) return scan !== handedOver ? scan : null;
  const { system, value } = identifierOf(number) || {};
  if (!system?.endsWith('national_id') || value === handedOver?.number) return null;
  const [name, parts] = [byId('find-name').value.trim(), dateParts('find-born')];
  const isDate = !isNoDate(parts) && !readDate(parts, today()).fault && !isOfTheLast(parts);
  return { number: value, ...(name && { name }), ...(isDate && { birthDate: parts }), unread: [], isTyped: true };
}

// The date that was left in the boxes of whoever was helped before is not the next number's.
const isOfTheLast = (parts) => ['day', 'month', 'year'].every((part) => parts[part] === handedOver?.birthDate?.[part]);

// The form asks for the card once; nobody else is answered.
export function watchHelping() {
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== location.origin || source !== opened || data !== 'card' || !offered) return;
    source.postMessage({ card: offered }, origin);
    handedOver = offered;
    offered = null;
  });
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
  offered = cardInTheBox();
  keepNameWithNumber();
  if (tab) tab.location.replace(start.href);
  else location.assign(start.href);
}
