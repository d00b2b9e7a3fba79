// Who looked: facility or reader, when, what and why, emergencies and refusals marked.
import { checkPart } from './completeness-check.js';
import { localDay } from '../local-day.js';
import { ask, button, facts, list, moment, paragraph } from '../record/page-content.js';
import { save } from '../record/record-list.js';
import { element, text } from '../texts.js';

const ACTIONS = [
  'summary',
  'everything',
  'search',
  'match',
  'attachment',
  'transaction',
  'validate',
  'episode',
  'episode-withdrawn',
  'verify',
  'verified-elsewhere',
  'claim-kept',
  'claim-joined',
  'claim-released',
  'claim-told',
  'share',
];
const REASONS = ['unconscious', 'life-threatening', 'unable'];

export async function showAccesses(id) {
  const path = `/records/${id}/accesses`;
  const { data } = await ask('GET', path);
  let loading = null;
  const lines = list(data.accesses.map(accessLine));
  const older = button(text('accesses_older'), more);
  older.hidden = !data.older;
  if (!data.receipt) return [paragraph(text('accesses_before_card'), 'notice'), lines, older];
  const check = checkPart(data.receipt, async (first) => {
    while (data.older && localDay(data.accesses.at(-1).at) >= first) await more();
    return data;
  });
  return [data.accesses.length ? lines : paragraph(text('nobody_looked')), older, check, receiptOf(data, await fingerprintOf(data.receipt.key))];

  // One page at a time, whoever asks for it.
  function more() {
    loading ||= nextPage().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function nextPage() {
    const next = (await ask('GET', `${path}?before=${data.older}`)).data;
    data.accesses.push(...next.accesses);
    data.older = next.older;
    lines.append(...next.accesses.map(accessLine));
    older.hidden = !data.older;
  }
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

// What can be compared by eye: `3f2a 91c0 77de 12ab`, too long for finding another key that has the same.
async function fingerprintOf(key) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
  const digits = Array.from(digest.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.match(/.{4}/g).join(' ');
}

// The list to keep, with what it takes to check it later and elsewhere.
function receiptOf(data, fingerprint) {
  const taken = button(text('receipt_take'), async () => {
    const file = new Blob([JSON.stringify({ fingerprint, ...data }, null, 1)], { type: 'application/json' });
    save(file, 'ai-da-xem.json');
  });
  const summary = element('summary', { textContent: text('receipt_for') });
  return element('details', {}, summary, paragraph(text('receipt_lead'), 'hint'), taken, paragraph(text('receipt_key', { fingerprint }), 'hint'));
}
