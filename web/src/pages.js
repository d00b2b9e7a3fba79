// One page at a time: shows a section, keeps its title, puts the focus where a reader needs it, lists what is wrong.
import { element, main, text } from './texts.js';

const sections = new Map([...main.querySelectorAll('[data-page]')].map((section) => [section.dataset.page, section]));
const summary = document.getElementById('errors');
const status = document.getElementById('status');
const SERVICE = document.title.split(' – ').pop();

export function section(name) {
  return sections.get(name);
}

export function isPage(name) {
  return sections.has(name);
}

export function shownPage() {
  return [...sections.keys()].find((name) => !sections.get(name).hidden);
}

export function showPage(name, focus = true) {
  for (const [other, shown] of sections) shown.hidden = other !== name;
  clearErrors();
  say('');
  const page = sections.get(name);
  document.title = `${page.dataset.title} – ${SERVICE}`;
  if (focus) {
    // Some fields have the page's name as their id, to which a browser would still scroll unless the page has been scrolled.
    window.scrollTo(0, 1);
    window.scrollTo(0, 0);
    page.querySelector('h1').focus({ preventScroll: true });
  }
}

export function say(sentence) {
  status.textContent = sentence;
}

// Faults: [{ id, page?, mendedAt?, message }]; `id` is the field's, with `page` the link leads to another page, with
// `mendedAt` every link of the fault does: another question decides.
export function showErrors(faults) {
  clearErrors();
  say('');
  const list = summary.querySelector('ul');
  for (const fault of faults) {
    const line = element('li');
    if (fault.id) line.dataset.of = fault.id;
    if (fault.id) line.append(link(fault));
    else line.textContent = fault.message;
    list.append(line);
    if (fault.id) markWrong(fault);
  }
  summary.hidden = false;
  document.title = text('error_prefix') + document.title;
  summary.focus();
}

function link(fault) {
  const made = element('a', { href: `#${fault.page || fault.mendedAt || fault.id}`, textContent: fault.message });
  made.addEventListener('click', (event) => {
    if (fault.page || fault.mendedAt) return;
    event.preventDefault();
    document.getElementById(fault.at || fault.id).focus();
  });
  return made;
}

// `at` is the box of the field that is wrong, where that is not the one of `id`.
export function markWrong({ id, at = id, mendedAt, message }) {
  const note = document.getElementById(`${id}-error`);
  if (!note) return;
  note.replaceChildren(mendedAt ? element('a', { href: `#${mendedAt}`, textContent: message }) : message);
  note.hidden = false;
  note.closest('.field, form').classList.toggle('wrong', note.closest('.field') !== null);
  for (const box of note.parentNode.querySelectorAll('[aria-invalid]')) if (note.closest('.field')) box.removeAttribute('aria-invalid');
  document.getElementById(at).setAttribute('aria-invalid', 'true');
  tellMended(id, false);
}

// What was wrong with one field is mended.
export function unmark(field) {
  field.classList.remove('wrong');
  for (const note of field.querySelectorAll('.error')) note.hidden = true;
  for (const box of field.querySelectorAll('[aria-invalid]')) box.removeAttribute('aria-invalid');
  for (const note of field.querySelectorAll('.error')) tellMended(note.id.replace(/-error$/, ''), true);
}

// The list above keeps its lines, so that nothing moves under a finger, and says which of them are mended.
function tellMended(id, mended) {
  const line = [...summary.querySelectorAll('li')].find(({ dataset }) => dataset.of === id);
  if (!line) return;
  line.querySelector('.mended')?.remove();
  if (mended) line.prepend(element('span', { className: 'mended' }, element('span', { className: 'visually-hidden', textContent: text('mended') })));
}

export function clearErrors() {
  summary.hidden = true;
  summary.querySelector('ul').replaceChildren();
  for (const note of main.querySelectorAll('.error')) note.hidden = true;
  for (const wrong of main.querySelectorAll('.wrong')) wrong.classList.remove('wrong');
  for (const field of main.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
  const prefix = text('error_prefix');
  if (document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
}
