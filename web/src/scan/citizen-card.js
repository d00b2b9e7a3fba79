// What the QR code of a Vietnamese citizen card says:
// number|old number|full name|DDMMYYYY|Nam or Nữ|address|DDMMYYYY of issue; newer cards append fields, which are left alone.
import { localDate } from '../local-day.js';
import { readDate } from '../values/dates.js';

const NUMBER = /^\d{12}$/;
const SEXES = { nam: 'male', nữ: 'female', nu: 'female' };
// The place of each field, and how it is read; null where it is not understood.
const FIELDS = {
  number: [0, (said) => (NUMBER.test(said) ? said : null)],
  name: [2, (said) => (/\p{L}/u.test(said) && !/\d/.test(said) ? said : null)],
  birthDate: [3, readBirthDate],
  sex: [4, (said) => SEXES[said.toLowerCase()] || null],
  address: [5, (said) => (/\p{L}/u.test(said) ? said : null)],
};

// `{ number, name, birthDate: { day, month, year }, sex, address, unread: [field] }`, without what was not understood;
// null where the text is no card's. No birth date lies after `today`.
export function readCard(text, today = localDate()) {
  const parts = repaired(text).replace('\ufeff', '').normalize('NFC').split('|').map((part) => part.replace(/\s+/g, ' ').trim());
  if (parts.length < 4 || !NUMBER.test(parts[0])) return null;
  const card = { unread: [] };
  for (const [name, [place, read]] of Object.entries(FIELDS)) {
    const value = read(parts[place] || '', today);
    if (value === null) card.unread.push(name);
    else card[name] = value;
  }
  return card;
}

// DDMMYYYY, with or without separators; 00 stands for a day or month that nobody knows.
function readBirthDate(said, today) {
  const found = /^(\d\d)\D?(\d\d)\D?(\d{4})$/.exec(said);
  if (!found) return null;
  const [day, month, year] = found.slice(1).map((part) => (part === '00' ? '' : part));
  return readDate({ day, month, year }, today).fault ? null : { day, month, year };
}

// Some detectors read UTF-8 as if each byte were a letter.
function repaired(text) {
  if (!/^[\0-\xff]*$/.test(text)) return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  } catch {
    return text;
  }
}
