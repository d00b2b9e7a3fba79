// "I have seen the card": `$verify` for the open record.
import { noted, showRefusal } from './calls.js';
import { readCard } from './finding.js';
import { byId, station } from './state.js';
import { partsOf } from '../values/dates.js';
import { element, language, text } from '../texts.js';


// The card is what the person was found by, until staff read another one.
export function fillCard() {
  const { value, birthDate } = station.person.card;
  byId('print-paper-code').hidden = true;
  const { day, month, year } = partsOf(birthDate);
  byId('card-number').value = value;
  byId('card-born').value = day;
  byId('card-born-month').value = month;
  byId('card-born-year').value = year;
}

export async function confirmCard() {
  const card = readCard('card');
  if (!card) return;
  const asked = { 'permit-pin': 'permitPin', 'give-paper-code': 'paperCode' };
  const more = Object.keys(asked).filter((id) => byId(id).checked).map((id) => ({ name: asked[id], valueBoolean: true }));
  const { person } = station;
  const answer = await noted(text('did_verify'), (client) => client.verify(person.id, card.system, card.value, card.birthDate, more));
  if (station.person !== person) return;
  if (answer?.status !== 200) {
    showRefusal(answer, 'card-number');
    return;
  }
  Object.assign(person, { isCardSeen: true, grade: 'certain', card });
  for (const id of Object.keys(asked)) byId(id).checked = false;
  showDone(answer.data.parameter);
}

const timeOf = (instant) => new Date(instant).toLocaleString(language, { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });

function showDone(parameter) {
  const told = Object.fromEntries(parameter.map((member) => [member.name, member.valueString || member.valueInstant]));
  const words = [text('verified')];
  if (told.pinPermittedUntil) words.push(text('pin_until', { time: timeOf(told.pinPermittedUntil) }));
  if (told.paperCode) words.push(text('paper_until', { time: timeOf(told.paperCodeUntil) }));
  const lines = words.map((textContent) => element('p', { className: 'notice', textContent }));
  if (told.paperCode) lines.push(element('p', { className: 'number', textContent: told.paperCode.replace(/(\d{5})/, '$1 ') }));
  byId('print-paper-code').hidden = !told.paperCode;
  byId('verify-done').replaceChildren(...lines);
  byId('verify-done').tabIndex = -1;
  byId('verify-done').focus();
}
