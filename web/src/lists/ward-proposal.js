// The wards of this province that an address on a card may mean, and what stands before the ward in it.
import { wordsOf } from './ward-search.js';

const sameWords = (one, other) => one.join(' ') === other.join(' ');
const standsAround = (around, words) => words.length > 0 && words.every((word) => around.includes(word));

// Gives { wards: [{ code, name }], street }: "..., ward, district, province" of before July 2025, or "..., ward, province".
// No ward where the address lies elsewhere or names none.
export function proposeWards({ data, entries }, address) {
  const parts = address.split(',').map((part) => part.trim()).filter(Boolean);
  const province = wordsOf(parts.at(-1) || '');
  const ours = data.former.some(([name]) => sameWords(wordsOf(name), province));
  if (!ours || parts.length < 2) return { wards: [], street: address };
  const [district, ward] = [parts.at(-2), parts.at(-3) || ''].map(wordsOf);
  const before = entries.find(({ former, words, around }) => former && sameWords(words, ward) && standsAround(around, [...district, ...province]));
  const now = entries.find(({ former, words }) => !former && sameWords(words, district));
  const places = (before || now)?.wards || [];
  const street = places.length ? parts.slice(0, before ? -3 : -2).join(', ') : address;
  return { wards: places.map((place) => ({ code: data.wards[place][0], name: data.wards[place][1] })), street };
}
