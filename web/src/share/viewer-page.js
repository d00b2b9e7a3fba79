// The viewer of a shared summary: asks who reads, fetches what the link opens, and shows it as text only.
import { canOpen, contentOf, linkOf } from './smart-health-link.js';
import { localDay } from '../local-day.js';
import { summaryOf } from '../summary-view.js';

const link = linkOf(location.hash);
const form = document.querySelector('#reader');
const shown = document.querySelector('#shown');

const tooOld = document.querySelector('#too-old');
tooOld.hidden = canOpen();
for (const other of document.querySelectorAll('.switch')) other.hash = location.hash;
addEventListener('hashchange', () => location.reload());

if (!tooOld.hidden) {
  form.hidden = true; // asking would only use up one of the link's readings
} else if (link?.url.startsWith(`${location.origin}/v1/shares/`) && !(link.exp * 1000 <= Date.now())) {
  form.hidden = false;
  document.querySelector('#locked').hidden = !(link.flag || '').includes('P');
} else {
  end();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  if (button.getAttribute('aria-disabled') === 'true' || !filled()) return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await ask();
  } catch {
    wrong('recipient', form.dataset.offline);
  }
  button.removeAttribute('aria-disabled');
});

function filled() {
  const empty = ['recipient', 'passcode'].filter((id) => {
    const field = document.getElementById(id);
    return !field.closest('[hidden]') && !field.value.trim();
  });
  for (const id of ['recipient', 'passcode']) wrong(id, empty.includes(id) ? form.dataset.empty : '');
  if (empty.length) document.getElementById(empty[0]).focus();
  return empty.length === 0;
}

async function ask() {
  const body = { recipient: document.querySelector('#recipient').value };
  if (!document.querySelector('#locked').hidden) body.passcode = document.querySelector('#passcode').value;
  const headers = { 'Content-Type': 'application/json', 'Accept-Language': document.documentElement.lang };
  const answer = await fetch(link.url, { method: 'POST', headers, body: JSON.stringify(body), cache: 'no-store' });
  if (answer.status === 404) return end();
  const content = await answer.json();
  if (answer.ok) return show(await contentOf(content.files[0].embedded, link.key));
  wrong(answer.status === 401 ? 'passcode' : 'recipient', content.detail || form.dataset.offline);
  return null;
}

function show(bundle) {
  const { asOf, ...names } = form.dataset;
  const made = document.createElement('p');
  made.className = 'hint';
  made.textContent = asOf.replace('{day}', localDay(bundle.timestamp).split('-').reverse().join('/'));
  shown.append(...summaryOf(bundle, names, 1), made);
  form.hidden = true;
  shown.hidden = false;
  shown.querySelector('h1').tabIndex = -1;
  shown.querySelector('h1').focus();
}

function wrong(id, text) {
  const error = document.getElementById(`${id}-error`);
  error.textContent = text;
  error.hidden = !text;
  document.getElementById(id).setAttribute('aria-invalid', String(Boolean(text)));
  if (text) document.getElementById(id).focus();
}

function end() {
  form.hidden = true;
  document.querySelector('#gone').hidden = false;
}
