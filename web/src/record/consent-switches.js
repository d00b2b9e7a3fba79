// Each consent with a switch; what is withdrawn takes effect at once.
import { ask, button, content, day, paragraph, refuse } from './page-content.js';
import { clearErrors, say, showErrors } from '../pages.js';
import { element, language, main, text } from '../texts.js';
import { partsOf, readDate } from '../values/dates.js';

const [UNTIL, FURTHEST] = ['consent-until', '9999-12-31']; // how far it may lie is the server's to say
const PURPOSES = JSON.parse(main.dataset.consents || '{}');

export async function showConsents(id) {
  const { data } = await ask('GET', `/records/${id}/consents`);
  const given = Object.fromEntries(data.consents.map((consent) => [consent.purpose, consent]));
  return Object.entries(PURPOSES).map(([purpose, sentence]) => one(id, purpose, sentence, given[purpose]));
}

function one(id, purpose, sentence, now) {
  const known = now ? text(now.given ? 'given_on' : 'withdrawn_on', { day: day(now.at) }) : text('never_given');
  const until = now?.given && now.until ? ` ${text('given_until', { day: day(now.until) })}.` : '';
  if (purpose === 'record') return element('div', { className: 'consent' }, paragraph(sentence), paragraph(`${known}. ${text('record_consent')}`, 'hint'));
  const box = element('input', { type: 'checkbox', id: `consent-${purpose}`, checked: Boolean(now?.given) });
  box.setAttribute('role', 'switch');
  Object.assign(box.dataset, { purpose, record: id });
  box.setAttribute('aria-describedby', `consent-${purpose}-known`);
  const label = element('label', { htmlFor: box.id, textContent: sentence });
  const made = element('div', { className: 'consent' }, element('div', { className: 'choice' }, box, label));
  made.append(element('p', { id: `consent-${purpose}-known`, className: 'hint', textContent: `${known}.${until}` }));
  if (purpose === 'sharing' && now?.given) made.append(lastDay(id, now.until));
  return made;
}

// The last day in three boxes, as every date of these pages: the phone's own box may write it in another language.
function lastDay(id, until) {
  const parts = Object.entries(until ? partsOf(until) : { day: '', month: '', year: '' });
  const boxes = parts.map(([part, value], place) => {
    const size = part === 'year' ? 4 : 2;
    const box = element('input', { type: 'text', inputMode: 'numeric', className: `part size-${size}`, id: place ? `${UNTIL}-${part}` : UNTIL, maxLength: size + 2, value });
    box.setAttribute('aria-describedby', `${UNTIL}-error`);
    return [part, box];
  });
  const change = () => {
    const { value, fault, ...values } = readDate(Object.fromEntries(boxes.map(([part, box]) => [part, box.value])), undefined, FURTHEST);
    if (value?.length === FURTHEST.length) return putConsent(id, { purpose: 'sharing', given: true, until: value });
    return showErrors([{ id: UNTIL, message: text(['no_such_date', 'too_early'].includes(fault) ? fault : 'whole_date', { label: text('until_label'), ...values }) }]);
  };
  return element(
    'fieldset',
    { className: 'field' },
    element('legend', { textContent: text('until_label') }),
    element('p', { className: 'error', id: `${UNTIL}-error`, hidden: true }),
    element('div', { className: 'row' }, ...boxes.map(([part, box]) => element('div', {}, element('label', { htmlFor: box.id, textContent: text(`date_${part}`) }), box))),
    button(text('until_save'), change),
  );
}

export async function changeConsent({ target }) {
  const { purpose, record } = target.dataset;
  if (!purpose || target.disabled) return;
  const given = target.checked;
  target.disabled = true;
  clearErrors();
  try {
    await putConsent(record, { purpose, given });
    document.getElementById(target.id)?.focus();
  } catch (error) {
    target.checked = !given;
    refuse(error);
  } finally {
    target.disabled = false;
  }
}

async function putConsent(record, consent) {
  await ask('PUT', `/records/${record}/consents`, { body: { ...consent, text_version: main.dataset.version, language } });
  content('consents').replaceChildren(...await showConsents(record));
  say(text(consent.given ? 'consent_given' : 'consent_withdrawn'));
}
