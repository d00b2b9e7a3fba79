// "I have seen the card": `$verify` for the open record, and what becomes of other records that claim the number.
import { noted, showRefusal } from '../calls.js';
import { differencesOf } from './card-match.js';
import { fillDate } from '../date-boxes.js';
import { lineOf, readBoxes, takeCard } from './finding.js';
import { keepToldOnce, paperElements, pinWords } from './paper-code.js';
import { ask } from '../questions.js';
import { isShare } from '../reading/shared-person.js';
import { byId, mayDo, station } from '../state.js';
import { reasonOf } from '../../../../sdk/js/facility-client.js';
import { digitsOnly } from '../../digits.js';
import { clearErrors, showErrors } from '../../pages.js';
import { element, text } from '../../texts.js';

const ASKED = { 'permit-pin': 'permitPin', 'give-paper-code': 'paperCode' };
const SETTLEMENTS = ['keep', 'join', 'release'];

// What was scanned: { value, name, sex, birthDate }, while its number stands in the box.
let scanned = null;

// The card is what the person was found by, until staff read another one; what they typed and ticked here stays.
export function enterCard() {
  const { value, birthDate, scan = null } = station.person.card;
  hideMismatch();
  if (!byId('card-number').value) {
    byId('verify-form').reset();
    scanned = scan;
    byId('card-number').value = value;
    fillDate('card-born', birthDate);
    byId('override').hidden = true;
  }
  showDone(station.person);
}

// A card that was scanned here; one of somebody else is told at once.
export function takeSeenCard(said) {
  const read = takeCard('card', said);
  if (!read) return false;
  scanned = read;
  hideMismatch();
  const card = cardInHand(readBoxes('card'));
  if (card && differencesOf(card, station.person).length) showMismatch(card);
  return true;
}

// The same of a scanner that types: what is no card is told, and does not stay in the box for the number of one.
export function takeTypedCard(said) {
  if (takeSeenCard(said)) return;
  byId('card-number').value = '';
  showErrors([{ id: 'card-number', message: text(noCard(said)) }]);
}

// Why it is none.
export const noCard = (said) => (isShare(said) ? 'share_no_card' : 'scan_other');

// With the name and sex that stand on it, where it was scanned and its number was not changed since.
const cardInHand = (card) => card && { ...card, ...(scanned?.number === card.value && { name: scanned.name, sex: scanned.sex }) };

// Whoever lost the declared number gets a code on paper, and that number no right to a PIN.
export function startLostPhone() {
  const show = () => {
    const isLost = byId('lost-phone').checked;
    byId('permit-pin').disabled = isLost;
    if (isLost) byId('permit-pin').checked = false;
    byId('give-paper-code').checked ||= isLost;
  };
  byId('lost-phone').addEventListener('change', show);
  byId('verify-form').addEventListener('reset', () => { byId('permit-pin').disabled = false; });
}

// Another number, name or birth date in the boxes: what was said of the last one no longer holds.
export function watchMismatch() {
  byId('verify-form').addEventListener('input', ({ target }) => target.id.startsWith('card-') && hideMismatch(), { capture: true });
  byId('verify-form').addEventListener('reset', () => {
    scanned = null;
    hideMismatch();
  });
}

function hideMismatch() {
  byId('mismatch').hidden = true;
  byId('mismatch').querySelector('.about').replaceChildren();
  byId('mismatch-sure').checked = false;
}

// Both persons side by side, and a tick of its own before anything is confirmed.
function showMismatch(card) {
  const sentences = [
    text('mismatch_card', { line: lineOf({ ...card, gender: card.sex, card }, text('mismatch_no_name')) }),
    text('mismatch_record', { line: lineOf(station.person) }),
    text('mismatch_differs', { parts: differencesOf(card, station.person).map((part) => text(`mismatch_${part}`)).join(', ') }),
  ];
  byId('mismatch').querySelector('.about').replaceChildren(...sentences.map((textContent) => element('p', { textContent })));
  byId('mismatch').hidden = false;
  showErrors([{ id: 'mismatch-sure', message: text('mismatch_stop') }]);
}

export async function confirmCard() {
  const card = cardInHand(readBoxes('card'));
  if (!card) return;
  if (differencesOf(card, station.person).length && !byId('mismatch-sure').checked) {
    showMismatch(card);
    return;
  }
  const more = Object.keys(ASKED).filter((id) => byId(id).checked).map((id) => ({ name: ASKED[id], valueBoolean: true }));
  const reason = byId('override').hidden ? '' : byId('override-reason').value.trim();
  if (!byId('override').hidden && !reason) {
    showErrors([{ id: 'override-reason', message: text('override_missing') }]);
    return;
  }
  const ending = digitsOnly(byId('phone-ending').value).slice(-3); // also of somebody who says the whole number
  // The phone of the account may be somebody else's by now, who would get the message.
  if (byId('permit-pin').checked && !ending) {
    showErrors([{ id: 'phone-ending', message: text('ending_for_pin') }]);
    return;
  }
  if (ending) more.push({ name: 'phoneEnding', valueString: ending });
  await sendCard(card, [...more, ...(reason ? [{ name: 'reason', valueString: reason }] : [])]);
}

async function sendCard(card, more, settled = []) {
  const { person } = station;
  const answer = await noted(text('did_verify'), (client) => client.verify(person.id, card.system, card.value, card.birthDate, more));
  if (station.person !== person) return;
  if (answer?.status !== 200) {
    refused(answer, more);
    return;
  }
  Object.assign(person, { isCardSeen: true, grade: 'certain', card: { system: card.system, value: card.value, birthDate: card.birthDate } });
  station.changes += 1;
  hideMismatch();
  for (const id of ['lost-phone', ...Object.keys(ASKED)]) byId(id).checked = false;
  byId('permit-pin').disabled = false;
  byId('override').hidden = true;
  keepToldOnce(person, answer.data.parameter);
  person.confirmed = { others: othersIn(answer.data.parameter), card, settled };
  showDone(person);
  byId('verify-done').tabIndex = -1;
  byId('verify-done').focus();
}

const othersIn = (parameter) => parameter.filter(({ name }) => name === 'candidate').map(({ valueReference }) => valueReference.reference.replace('Patient/', ''));

// A verified number leaves its record only by a device that may move it, with a reason.
// So is one that another record claims too, where the card says no day of birth.
const OVERRIDES = {
  'verified-elsewhere': 'override_needed',
  'other-number-verified': 'override_replaces',
  'birth-date-not-whole': 'override_vague',
};

function refused(answer, more) {
  const needed = answer && OVERRIDES[reasonOf(answer)];
  if (needed && mayDo('override')) {
    byId('override').hidden = false;
    showErrors([{ id: 'override-reason', message: text(needed) }]);
  } else if (answer?.status === 404 && more.some(({ name }) => name === 'phoneEnding')) {
    showErrors([{ id: 'phone-ending', message: text('nobody_by_ending') }]);
  } else {
    showRefusal(answer, 'card-number');
  }
}

// What became of it, also for whoever comes back to the page; `settled` is what was decided of other records by the last call.
function showDone(person) {
  const { others = [], card, settled = [] } = person.confirmed || {};
  const words = [...(person.confirmed ? [text('verified')] : []), ...pinWords(person), ...settled.map(({ action }) => text(`settled_${action}`))];
  const ways = person.confirmed ? writeLink() : [];
  byId('verify-done').replaceChildren(...words.map(noticeOf), ...paperElements(person), ...settleElements(others, card), ...ways);
}

// Most who are confirmed are measured next.
function writeLink() {
  return mayDo('write') ? [element('p', {}, element('a', { href: '#write', textContent: text('go_on_writing') }))] : [];
}

const noticeOf = (textContent) => element('p', { className: 'notice', textContent });

// Each other record that claims the number, with what staff may decide of it.
function settleElements(others, card) {
  if (!others.length) return [];
  const form = element('form', { noValidate: true }, element('h2', { textContent: text('others_claim') }), element('p', { textContent: text('others_text') }));
  others.forEach((id, place) => form.append(candidateOf(id) ? choiceFor(id, place) : element('p', { textContent: text('others_unknown') })));
  if (others.some(candidateOf)) form.append(element('button', { className: 'button', textContent: text('settle') }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    clearErrors();
    const decided = others.map((id, place) => ({ id, action: form.elements[`settle-${place}`]?.value })).filter(({ action }) => action);
    if (!decided.length) {
      showErrors([{ message: text('settle_missing') }]);
      return;
    }
    const { person } = station;
    const sentences = decided.map(({ id, action }) => `${lineOf(candidateOf(id))}. ${text(`settle_${action}`)}.`);
    if (!(await ask(text('settle_title'), sentences, [text('settle'), text('ask_no')])) || station.person !== person) return;
    await sendCard(card, decided.map(settleMember), decided);
  });
  return [form];
}

const candidateOf = (id) => station.candidates.find((candidate) => candidate.id === id);

function choiceFor(id, place) {
  const part = element('fieldset', {}, element('legend', { textContent: lineOf(candidateOf(id)) }));
  for (const action of SETTLEMENTS) {
    const input = element('input', { type: 'radio', name: `settle-${place}`, id: `settle-${place}-${action}`, value: action });
    part.append(element('div', { className: 'choice' }, input, element('label', { htmlFor: input.id, textContent: text(`settle_${action}`) })));
  }
  return part;
}

function settleMember({ id, action }) {
  return { name: 'settle', part: [{ name: 'record', valueReference: { reference: `Patient/${id}` } }, { name: 'action', valueCode: action }] };
}
