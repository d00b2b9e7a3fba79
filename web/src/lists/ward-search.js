// Finds today's wards by new or former names, accents or not; the data come from web/wards.py.
const BEFORE_NUMBER = '(?=0*\\d+\\b)';
const KINDS = [
  ['phuong|p', 'p'],
  ['quan|q', 'q'],
  ['thi tran|thi xa|thanh pho|dac khu|huyen|tinh|xa|tt|tx|tp|dk|h|x', ''],
].map(([names, mark]) => ({
  mark,
  numbered: new RegExp(`\\b(?:${names}) ?${BEFORE_NUMBER}`, 'g'),
  named: new RegExp(`\\b(?:${names})\\b`, 'g'),
}));
const MOST = 12;
const CLEAR = 4;
const NINE = '9'.charCodeAt(0);

export function fold(text) {
  return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, ' ').trim();
}

// Words to compare: ranks of places are dropped, but a number keeps the rank before it ("phường 3 quận 1" is p3 q1).
export function wordsOf(text) {
  let plain = fold(text).replace(/\b([a-z]+)(\d+)\b/g, '$1 $2');
  for (const { mark, numbered, named } of KINDS) plain = plain.replace(numbered, ` ${mark}`).replace(named, ' ');
  return plain.replace(/\b([pq]?)0+(?=\d)/g, '$1').split(' ').filter(Boolean);
}

// One entry for each name, former or new: { words, wards: [place in data.wards], former: text or null }.
export function index(data) {
  const entries = data.wards.map(([, name], place) => ({ words: wordsOf(name), wards: [place], former: null }));
  for (const [province, districts] of data.former) {
    for (const [district, names] of districts) {
      const around = wordsOf(`${district} ${province}`);
      for (const [name, ...wards] of names) {
        entries.push({ words: wordsOf(name), around, wards, former: `${name} (${district})` });
      }
    }
  }
  return { data, entries };
}

// Gives { found: [{ code, name, former: [text] }], divided: [text], more: bool }, best first.
export function search({ data, entries }, query) {
  const hits = hitsOf(entries, wordsOf(query));
  hits.sort((one, other) => other.score - one.score);
  const places = new Map();
  for (const { entry } of hits.filter((hit) => hit.score >= CLEAR || hits[0].score < CLEAR)) {
    for (const place of entry.wards) {
      if (!places.has(place)) places.set(place, []);
      if (entry.former) places.get(place).push(entry.former);
    }
  }
  const found = [...places].map(([place, former]) => ({ code: data.wards[place][0], name: data.wards[place][1], former }));
  const top = hits.filter((hit) => hit.score === hits[0].score).map((hit) => hit.entry);
  const divided = top.filter((entry) => entry.wards.length > 1).map((entry) => entry.former);
  return { found: found.slice(0, MOST), divided: divided.length === 1 ? divided : [], more: found.length > MOST };
}

// Whoever types a whole address ("ấp 3, xã Hóc Môn", "Bình Quới, TP HCM") is understood: words around the name are passed over.
function hitsOf(entries, words) {
  const shorter = words.slice(1).map((_, place) => place + 1);
  const tries = [words, ...shorter.map((count) => words.slice(count)), ...shorter.map((count) => words.slice(0, -count))];
  for (const some of tries.filter(({ length }) => length)) {
    const hits = entries.map((entry) => ({ entry, score: score(entry, some) })).filter((hit) => hit.score);
    if (hits.length) return hits;
  }
  return [];
}

// From the whole name of a ward of today (7) or before (6) over a name or district that holds the words in a row (5, 4)
// to words that are only somewhere (2); 0 is no match.
function score({ words: name, around = [], former }, words) {
  if (!words.every((word) => isIn(word, name) || isIn(word, around))) return 0;
  const whole = name.every((part) => words.some((word) => word === part || `p${word}` === part));
  if (whole && (former || name.length === words.length)) return former ? 6 : 7;
  if (inARow(words, name)) return 5;
  return inARow(words, around) ? CLEAR : 2;
}

function inARow(words, others) {
  return others.some((_, start) => words.every((word, place) => isIn(word, others.slice(start + place, start + place + 1))));
}

// A word may still be being typed, a number not: 2 is not 27.
function isIn(word, others) {
  return others.some((other) => (isNumber(other) ? other === word || (other > ':' && other.slice(1) === word) : other.startsWith(word)));
}

function isNumber(word) {
  return word.charCodeAt(word.length - 1) <= NINE;
}
