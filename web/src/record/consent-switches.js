// Each consent with a switch; what is withdrawn takes effect at once.
import { ask, content, day, paragraph, refuse } from './page-content.js';
import { clearErrors, say } from '../pages.js';
import { element, language, main, text } from '../texts.js';

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

function lastDay(id, until) {
  const box = element('input', { type: 'date', id: 'consent-until', value: until || '', className: 'medium' });
  Object.assign(box.dataset, { purpose: 'sharing', record: id });
  return element('div', {}, element('label', { htmlFor: box.id, textContent: text('until_label') }), box);
}

export async function changeConsent({ target }) {
  const { purpose, record } = target.dataset;
  if (!purpose || target.disabled || (target.type === 'date' && !target.value)) return;
  const given = target.type === 'date' || target.checked;
  const body = { purpose, given, text_version: main.dataset.version, language };
  if (target.type === 'date') body.until = target.value;
  target.disabled = true;
  clearErrors();
  try {
    await ask('PUT', `/records/${record}/consents`, { body });
    content('consents').replaceChildren(...await showConsents(record));
    say(text(given ? 'consent_given' : 'consent_withdrawn'));
    document.getElementById(target.id)?.focus();
  } catch (error) {
    if (target.type === 'checkbox') target.checked = !given;
    refuse(error);
  } finally {
    target.disabled = false;
  }
}
