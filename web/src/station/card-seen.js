// "I have seen the card": `$verify` for the open record.
import { noted, showRefusal } from './calls.js';
import { readCard } from './finding.js';
import { byId, station } from './state.js';
import { partsOf } from '../values/dates.js';
import { element, language, text } from '../texts.js';


// The card is what the person was found by, until staff read another one.
export function fillCard() {
  const { value, birthDate } = station.person.card;
  const { day, month, year } = partsOf(birthDate);
  byId('card-number').value = value;
  byId('card-born').value = day;
  byId('card-born-month').value = month;
  byId('card-born-year').value = year;
}

export async function confirmCard() {
  const card = readCard('card');
  if (!card) return;
  const more = byId('permit-pin').checked ? [{ name: 'permitPin', valueBoolean: true }] : [];
  const { person } = station;
  const answer = await noted(text('did_verify'), (client) => client.verify(person.id, card.system, card.value, card.birthDate, more));
  if (station.person !== person) return;
  if (answer?.status !== 200) {
    showRefusal(answer, 'card-number');
    return;
  }
  Object.assign(person, { isCardSeen: true, grade: 'certain', card });
  byId('permit-pin').checked = false;
  showDone(answer.data.parameter);
}

function showDone(parameter) {
  const until = parameter.find(({ name }) => name === 'pinPermittedUntil');
  const time = until && new Date(until.valueInstant).toLocaleString(language, { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });
  const words = [text('verified'), ...(until ? [text('pin_until', { time })] : [])];
  byId('verify-done').replaceChildren(...words.map((textContent) => element('p', { className: 'notice', textContent })));
  byId('verify-done').tabIndex = -1;
  byId('verify-done').focus();
}
