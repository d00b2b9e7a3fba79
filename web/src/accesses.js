// Who looked: facility or reader, when, what and why, emergencies and refusals marked.
import { ask, button, facts, list, moment, paragraph } from './own.js';
import { save } from './records-list.js';
import { element, text } from './texts.js';

const ACTIONS = ['summary', 'everything', 'search', 'match', 'transaction', 'verify', 'share'];
const REASONS = ['unconscious', 'life-threatening', 'unable'];

export async function showAccesses(id) {
  const { data } = await ask('GET', `/records/${id}/accesses`);
  const shown = data.accesses.length ? list(data.accesses.map(accessLine)) : paragraph(text('nobody_looked'));
  return [shown, data.receipt ? receiptOf(data) : null];
}

function accessLine(access) {
  const emergency = access.emergency ? [element('strong', { className: 'alarm', textContent: text('emergency') }), ' '] : [];
  const who = access.facility_name || access.facility || access.recipient;
  const action = access.recipient ? 'share' : access.action;
  return element(
    'li',
    { className: access.emergency ? 'marked' : '' },
    ...emergency,
    element('strong', { textContent: who }),
    facts([
      [text('when'), moment(access.at)],
      [text('what'), ACTIONS.includes(action) ? text(`action_${action}`) : action],
      [text('why'), reasonOf(access)],
      [text('practitioner'), access.practitioner],
      [text('outcome'), access.outcome === 'allowed' ? '' : text('was_refused')],
    ]),
  );
}

function reasonOf({ purpose, reason, recipient }) {
  if (recipient) return text('why_share');
  if (REASONS.includes(reason)) return text(`reason_${reason}`);
  return text(purpose === 'ETREAT' ? 'emergency' : 'why_treatment');
}

// A receipt to keep: with it anybody can check later that nothing was left out of this list.
function receiptOf(data) {
  const file = new Blob([JSON.stringify(data, null, 1)], { type: 'application/json' });
  return element('div', {}, paragraph(text('receipt_lead'), 'hint'), button(text('receipt_take'), async () => save(file, 'ai-da-xem.json')));
}
