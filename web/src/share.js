// The viewer of a shared summary: asks who reads, fetches what the link opens, and shows it as text only.
import { contentOf, linkOf } from './link.js';

const link = linkOf(location.hash);
const form = document.querySelector('#reader');
const shown = document.querySelector('#shown');

document.querySelector('#too-old').hidden = true;
document.querySelector('.switch').hash = location.hash;
addEventListener('hashchange', () => location.reload());

if (link && link.url.startsWith(`${location.origin}/v1/shares/`) && !(link.exp * 1000 <= Date.now())) {
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
    return field.checkVisibility() && !field.value.trim();
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
  const resources = new Map(bundle.entry.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
  const [{ resource: composition }] = bundle.entry;
  const patient = [...resources.values()].find(({ resourceType }) => resourceType === 'Patient');
  shown.append(line('h1', patient.name[0].text));
  const about = [patient.birthDate, form.dataset[patient.gender] || '', ...(patient.address || []).map(({ text }) => text)];
  shown.append(line('p', about.filter(Boolean).join(' · ')));
  for (const section of composition.section) {
    shown.append(line('h2', section.title));
    if (!section.entry) shown.append(line('p', section.emptyReason.text));
    else showEntries(section, section.entry.map(({ reference }) => resources.get(reference)));
  }
  form.hidden = true;
  shown.hidden = false;
  shown.querySelector('h1').tabIndex = -1;
  shown.querySelector('h1').focus();
}

// The rows of the section's own narrative, in the order of its entries, apart by who said so.
function showEntries(section, resources) {
  const rows = [...new DOMParser().parseFromString(section.text.div, 'text/html').querySelectorAll('tbody tr')];
  for (const source of ['facility', 'self-declared']) {
    const own = rows.filter((_, place) => sourceOf(resources[place]) === source);
    if (!own.length) continue;
    const list = document.createElement('ul');
    for (const row of own) {
      const [what, when, who] = [...row.cells].map((cell) => cell.textContent);
      const item = line('li', what);
      item.append(line('small', ` ${[when, source === 'facility' ? who : ''].filter(Boolean).join(' · ')}`));
      list.append(item);
    }
    shown.append(line('h3', source === 'facility' ? form.dataset.facility : form.dataset.declared), list);
  }
}

function sourceOf(resource) {
  return (resource.meta?.tag || []).some(({ code }) => code === 'facility') ? 'facility' : 'self-declared';
}

function line(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
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
