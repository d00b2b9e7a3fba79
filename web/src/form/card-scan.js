// Scanning a citizen card fills the form on the device; what is not asked by the form is dropped at once.
import { fieldOf } from './fields.js';
import { proposedWards } from '../lists/ward-picker.js';
import { readCard } from '../scan/citizen-card.js';
import { startScan } from '../scan/scan-dialog.js';
import { main, text } from '../texts.js';

// `take(card)` gets what was read of a card.
export function startCardScan(take) {
  const open = startScan(document.getElementById('scan'), main.dataset.decoder, (found) => {
    const card = readCard(found);
    if (card) take(card);
    return card !== null;
  });
  main.addEventListener('click', ({ target }) => 'scan' in target.dataset && open());
}

// The raw values of the form's fields that a card answers, and the wards to choose from where it is not clear which one.
export async function answersOfCard(card) {
  const values = {};
  const { wards, street } = card.address ? await proposedWards(card.address) : { wards: [] };
  if (card.name) values['identity.full-name'] = card.name;
  if (card.number) values['identity.national-id'] = card.number;
  if (card.sex) values['identity.sex'] = fieldOf('identity.sex').querySelector(`input[value$="|${card.sex}"]`).value;
  if (card.birthDate) values['identity.birth-date'] = card.birthDate;
  if (street) values['identity.address'] = street;
  if (wards.length === 1) values['identity.ward'] = { code: wards[0].code, display: wards[0].name };
  return { values, wards: wards.length > 1 ? wards : [] };
}

// Which fields were read, and which were not understood.
export function sayWhatWasRead({ unread, isTyped, ...read }) {
  const list = (names) => names.map((name) => text(`card_${name}`)).join(', ');
  const sentences = [text(isTyped ? 'typed_at_station' : 'scan_read', { name: read.name, what: list(Object.keys(read)) })];
  if (unread.length) sentences.push(text('scan_unread', { what: list(unread) }));
  for (const place of main.querySelectorAll('[data-scanned]')) place.textContent = sentences.join(' ');
}
