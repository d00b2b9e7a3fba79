// What the QR code of a citizen card says: `number|old number|full name|DDMMYYYY|Nam or Nữ|address|DDMMYYYY|...`. Pure.
// Newer cards append fields, and readers lose empty ones, so each part is known by its form where it has one.
const PERSONAL_NUMBER = /^\d{12}$/;
const WHOLE_DAY = /^(\d{2})(\d{2})(\d{4})$/;
const SEXES = { nam: 'male', nữ: 'female', nu: 'female' };
const KNOWN_PARTS = 7;

// { number, name, birthDate, gender, unread } or null for what is no card; `unread` counts parts that are not understood.
export function readCitizenCard(text) {
  const parts = text.normalize('NFC').trim().split('|').map((part) => part.trim());
  if (parts.length < 4 || !PERSONAL_NUMBER.test(parts[0])) return null;
  const dayPlace = parts.findIndex((part, place) => place > 0 && birthDateOf(part) !== null);
  if (dayPlace < 0) return null;
  const name = parts.slice(1, dayPlace).reverse().find((part) => part && !/^\d+$/.test(part)) || '';
  const gender = SEXES[(parts[dayPlace + 1] || '').toLowerCase()] || '';
  const unread = parts.slice(KNOWN_PARTS).filter(Boolean).length + (name ? 0 : 1) + (gender ? 0 : 1);
  return { number: parts[0], name, birthDate: birthDateOf(parts[dayPlace]), gender, unread };
}

// A FHIR date of DDMMYYYY, less precise where day or month are 00; null for no date.
function birthDateOf(part) {
  const found = WHOLE_DAY.exec(part);
  if (!found) return null;
  const [, day, month, year] = found;
  if (Number(year) < 1900 || Number(month) > 12 || Number(day) > 31) return null;
  return [year, ...(month === '00' ? [] : [month, ...(day === '00' ? [] : [day])])].join('-');
}
