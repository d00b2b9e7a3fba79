// The field for a ward: type a name, choose from the list; the list is loaded once and early, for the network may go.
import { proposeWards } from './ward-proposal.js';
import { index, search } from './ward-search.js';
import { element, main, text } from '../texts.js';

let loading = null;

function wards() {
  loading ||= fetch(main.dataset.wards).then((response) => response.json()).then(index);
  loading.catch(() => { loading = null; });
  return loading;
}

export function readWard(field) {
  const chosen = field.querySelector('.results input:checked');
  return chosen ? { code: chosen.value, display: chosen.dataset.name } : null;
}

// What is being looked for stays on the screen: nothing is drawn anew while no ward is chosen, but for an empty form.
export function writeWard(field, raw) {
  if (raw && readWard(field)?.code === raw.code) return;
  const box = field.querySelector('input[type="search"]');
  if (!raw) box.value = '';
  field.querySelector('.status').textContent = '';
  field.querySelector('.results').replaceChildren(...(raw ? [option(field, { code: raw.code, name: raw.display, former: [] }, true)] : []));
}

function option(field, { code, name, former }, checked) {
  const { id: own } = field.querySelector('input[type="search"]');
  const id = `${own}-${code}`;
  const input = element('input', { type: 'radio', id, name: `${own}-code`, value: code, checked });
  input.dataset.name = name;
  const label = element('label', { htmlFor: id, textContent: name });
  const names = former.slice(0, 4).join(', ') + (former.length > 4 ? '…' : '');
  if (names) label.append(element('small', { textContent: text('ward_was', { names }) }));
  return element('div', { className: 'choice' }, input, label);
}

export function startWardPicker(field) {
  const box = field.querySelector('input[type="search"]');
  const status = field.querySelector('.status');
  wards().catch(() => null);
  const look = async () => {
    const query = box.value;
    const result = await wards().then((ready) => search(ready, query)).catch(() => null);
    if (query !== box.value) return null;
    field.querySelector('.results').replaceChildren(...(result?.found || []).map((ward) => option(field, ward, false)));
    status.textContent = sentence(result, query);
    return result;
  };
  const taken = () => { status.textContent = text('results_taken', { name: readWard(field).display }); };
  box.addEventListener('input', look);
  field.querySelector('.results').addEventListener('change', taken);
  // Enter means "this one": the only ward that was found is taken, several are there to choose from.
  box.addEventListener('keydown', async (event) => {
    if (event.key !== 'Enter' || readWard(field) || !box.value.trim()) return;
    event.preventDefault();
    const result = await look();
    if (result?.found.length !== 1) return field.querySelector('.results input')?.focus();
    field.querySelector('.results input').checked = true;
    taken();
    return box.dispatchEvent(new Event('change', { bubbles: true }));
  });
}

// `{ wards: [{ code, name }], street }` of an address on a card; no ward where the list cannot be loaded.
export async function proposedWards(address) {
  const ready = await wards().catch(() => null);
  return ready ? proposeWards(ready, address) : { wards: [], street: address };
}

// One of these is to be chosen.
export function offerWards(field, offered) {
  field.querySelector('.results').replaceChildren(...offered.map((ward) => option(field, { ...ward, former: [] }, false)));
  field.querySelector('.status').textContent = text('results_some', { count: offered.length });
}

function sentence(result, query) {
  if (!result) return text('wards_failed');
  if (!query.trim()) return '';
  if (!result.found.length) return text('results_none');
  if (result.divided.length) return text('ward_divided', { names: result.divided[0] });
  if (result.found.length === 1) return text('results_one');
  return result.more ? text('results_more') : text('results_some', { count: result.found.length });
}
