// "I have seen the card": `$verify` for the open record, and what becomes of other records that claim the number.
import { noted, showRefusal } from './calls.js';
import { fillDate } from './date-boxes.js';
import { lineOf, readBoxes } from './finding.js';
import { byId, mayDo, station } from './state.js';
import { reasonOf } from '../../../sdk/js/facility-client.js';
import { clearErrors, showErrors } from '../pages.js';
import { element, language, text } from '../texts.js';

const ASKED = { 'permit-pin': 'permitPin', 'give-paper-code': 'paperCode' };
const SETTLEMENTS = ['keep', 'join', 'release'];

// The card is what the person was found by, until staff read another one.
export function enterCard() {
  const { value, birthDate } = station.person.card;
  byId('verify-form').reset();
  byId('card-number').value = value;
  fillDate('card-born', birthDate);
  byId('verify-done').replaceChildren();
  byId('override').hidden = true;
  byId('print-paper-code').hidden = true;
}

export async function confirmCard() {
  const card = readBoxes('card');
  if (!card) return;
  const more = Object.keys(ASKED).filter((id) => byId(id).checked).map((id) => ({ name: ASKED[id], valueBoolean: true }));
  const reason = byId('override').hidden ? '' : byId('override-reason').value.trim();
  if (!byId('override').hidden && !reason) {
    showErrors([{ id: 'override-reason', message: text('override_missing') }]);
    return;
  }
  const ending = byId('phone-ending').value.trim();
  if (ending) more.push({ name: 'phoneEnding', valueString: ending });
  await sendCard(card, [...more, ...(reason ? [{ name: 'reason', valueString: reason }] : [])]);
}

async function sendCard(card, more) {
  const { person } = station;
  const answer = await noted(text('did_verify'), (client) => client.verify(person.id, card.system, card.value, card.birthDate, more));
  if (station.person !== person) return;
  if (answer?.status !== 200) {
    refused(answer);
    return;
  }
  Object.assign(person, { isCardSeen: true, grade: 'certain', card });
  for (const id of Object.keys(ASKED)) byId(id).checked = false;
  byId('override').hidden = true;
  showDone(answer.data.parameter, card);
}

// A verified number leaves its record only by a device that may move it, with a reason.
// So is one that another record claims too, where the card says no day of birth.
const OVERRIDES = {
  'verified-elsewhere': 'override_needed',
  'other-number-verified': 'override_replaces',
  'birth-date-not-whole': 'override_vague',
};

function refused(answer) {
  const needed = answer && OVERRIDES[reasonOf(answer)];
  if (needed && mayDo('override')) {
    byId('override').hidden = false;
    showErrors([{ id: 'override-reason', message: text(needed) }]);
  } else {
    showRefusal(answer, 'card-number');
  }
}

function showDone(parameter, card) {
  const first = (name) => parameter.find((member) => member.name === name);
  const until = first('pinPermittedUntil');
  const words = [text('verified'), ...(until ? [text('pin_until', { time: timeOf(until) })] : [])];
  const others = parameter.filter(({ name }) => name === 'candidate').map(({ valueReference }) => valueReference.reference.replace('Patient/', ''));
  const done = byId('verify-done');
  const lines = words.map((textContent) => element('p', { className: 'notice', textContent }));
  done.replaceChildren(...lines, ...paperElements(first('paperCode'), first('paperCodeUntil')), ...settleElements(others, card));
  done.tabIndex = -1;
  done.focus();
}

const timeOf = ({ valueInstant }) => new Date(valueInstant).toLocaleString(language, { timeZone: 'Asia/Ho_Chi_Minh', dateStyle: 'short', timeStyle: 'short' });

// The code for a phone that gets no message, to be printed or copied; it is shown once.
function paperElements(code, until) {
  byId('print-paper-code').hidden = !code;
  if (!code) return [];
  const told = element('p', { className: 'notice', textContent: text('paper_until', { time: timeOf(until) }) });
  const how = element('p', { textContent: text('paper_how', { site: location.host }) });
  return [told, element('p', { className: 'number', textContent: code.valueString.replace(/(\d{5})/, '$1 ') }), how];
}

// Each other record that claims the number, with what staff may decide of it.
function settleElements(others, card) {
  if (!others.length) return [];
  const form = element('form', { noValidate: true }, element('h2', { textContent: text('others_claim') }), element('p', { textContent: text('others_text') }));
  others.forEach((id, place) => form.append(choiceFor(id, place)));
  form.append(element('button', { className: 'button', textContent: text('settle') }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    clearErrors();
    const more = others.map((id, place) => ({ id, action: form.elements[`settle-${place}`].value })).filter(({ action }) => action).map(settleMember);
    if (more.length) await sendCard(card, more);
    else showErrors([{ message: text('settle_missing') }]);
  });
  return [form];
}

function choiceFor(id, place) {
  const known = station.candidates.find((candidate) => candidate.id === id);
  const part = element('fieldset', {}, element('legend', { textContent: known ? lineOf(known) : text('hidden_name') }));
  for (const action of SETTLEMENTS) {
    const input = element('input', { type: 'radio', name: `settle-${place}`, id: `settle-${place}-${action}`, value: action });
    part.append(element('div', { className: 'choice' }, input, element('label', { htmlFor: input.id, textContent: text(`settle_${action}`) })));
  }
  return part;
}

function settleMember({ id, action }) {
  return { name: 'settle', part: [{ name: 'record', valueReference: { reference: `Patient/${id}` } }, { name: 'action', valueCode: action }] };
}
