// What may be answered several times: rows made from the first one, added, taken away, and found again.
import { text } from '../texts.js';

const patterns = new Map();
let made = 0;

// Fields, rows and notes that belong to a page or a row itself, not to rows inside of it.
export function partsIn(root, kinds = '[data-field], [data-rows]') {
  return [...root.querySelectorAll(kinds)].filter((part) => part.parentNode.closest('[data-row], [data-page]') === root);
}

export function rowsIn(part) {
  return [...part.children].filter((child) => 'row' in child.dataset);
}

// Where an element stands: the place of each row around it, outermost first.
export function rowPath(element) {
  const row = element.parentNode.closest('[data-row]');
  return row ? [...rowPath(row.parentNode), rowsIn(row.parentNode).indexOf(row)] : [];
}

// Keeps an empty row of each before anything is filled in.
export function startRows(root) {
  for (const part of root.querySelectorAll('[data-rows]')) patterns.set(part.dataset.rows, rowsIn(part)[0].cloneNode(true));
}

// As many rows as there are values, at least one; gives the rows.
export function setRows(part, values) {
  while (rowsIn(part).length < values.length) addRow(part);
  for (const row of rowsIn(part).slice(Math.max(values.length, 1))) row.remove();
  nameRows(part);
  return rowsIn(part);
}

export function addRow(part) {
  const row = patterns.get(part.dataset.rows).cloneNode(true);
  made += 1;
  for (const field of row.querySelectorAll('[data-field]')) rename(field, `${field.dataset.field}~${made}`);
  rowsIn(part).at(-1).after(row);
  nameRows(part);
  return row;
}

// Every id in a field begins with its linkId; a row's own begin with another.
function rename(field, id) {
  const renamed = (old) => (old.startsWith(field.dataset.field) ? id + old.slice(field.dataset.field.length) : old);
  for (const element of field.querySelectorAll('*')) {
    for (const name of ['id', 'for', 'name', 'aria-describedby']) {
      if (element.hasAttribute(name)) element.setAttribute(name, element.getAttribute(name).split(' ').map(renamed).join(' '));
    }
  }
}

function nameRows(part) {
  const rows = rowsIn(part);
  rows.forEach((row, place) => {
    const label = `${part.dataset.label} ${place + 1}`;
    const what = label[0].toLowerCase() + label.slice(1);
    const remove = row.querySelector(':scope > [data-remove]');
    row.setAttribute('aria-label', label);
    remove.textContent = `${text('row_remove')} ${what}`;
    remove.hidden = rows.length < 2;
    for (const clear of row.querySelectorAll('[data-clear] .visually-hidden')) {
      clear.textContent = ` ${clear.closest('[data-field]').dataset.label}, ${label}`;
    }
  });
  part.querySelector(':scope > p > [data-add]').hidden = rows.length >= Number(part.dataset.most);
}
