// Finds medicines by ingredient or brand in our own list, accents or not.
import { fold } from './ward-search.js';

const PROPOSED = 5;

// `ATC ingredient|brand, brand` as { name, folded }.
export function readLine(line) {
  const [ingredient, brands = ''] = line.slice(line.indexOf(' ') + 1).split('|');
  return { name: brands ? `${ingredient} (${brands})` : ingredient, folded: ` ${fold(`${ingredient} ${brands}`)}` };
}

// Those whose name or brand has a word that begins with what was typed.
export function matching(list, typed) {
  const words = ` ${fold(typed)}`;
  return words.length > 2 ? list.filter(({ folded }) => folded.includes(words)).slice(0, PROPOSED) : [];
}
