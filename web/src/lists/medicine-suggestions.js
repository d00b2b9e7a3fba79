// Words that are proposed while somebody types a medicine: our own list, loaded when its question is reached.
import { element, main, text } from '../texts.js';
import { matching, readLine } from './medicine-search.js';

let listed = null;

// [{ name, folded }] of every line `ATC ingredient|brand, brand`.
function medicines() {
  listed ||= fetch(main.dataset.medicines).then((response) => response.text()).then((lines) => lines.trim().split('\n').map(readLine));
  listed.catch(() => { listed = null; });
  return listed;
}

export function startSuggestions(root) {
  root.addEventListener('input', async ({ target }) => {
    if (!('suggest' in target.dataset)) return;
    const typed = target.value;
    const list = await medicines().catch(() => []);
    if (target.value === typed) propose(target, matching(list, typed));
  });
  root.addEventListener('focusin', ({ target }) => {
    if ('suggest' in target.dataset && !target.value) propose(target, []);
  });
  root.addEventListener('click', ({ target }) => {
    if ('suggested' in target.dataset) takeProposal(target);
  });
}

function propose(input, found) {
  const names = found.map(({ name }) => name);
  if (!input.value) names.push(text('medicine_unknown'));
  const made = names.map((name) => element('button', { type: 'button', className: 'suggestion', textContent: name }));
  for (const button of made) button.dataset.suggested = '';
  proposals(input).replaceChildren(...made);
  made.at(-1)?.scrollIntoView({ block: 'nearest' });
}

const proposals = (input) => input.parentNode.querySelector('.suggestions');

function takeProposal(button) {
  const input = button.parentNode.parentNode.querySelector('[data-suggest]');
  input.value = button.textContent;
  input.focus();
  input.dispatchEvent(new Event('change', { bubbles: true }));
  proposals(input).replaceChildren();
}
