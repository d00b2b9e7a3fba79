// Finds today's wards by new or former names, accents or not; the data come from web/wards.py.
const KINDS = [
  [/\b(?:phuong|p)\b\.? ?/g, 'p'],
  [/\b(?:quan|q)\b\.? ?/g, 'q'],
  [/\b(?:thi tran|thi xa|thanh pho|dac khu|huyen|tinh|xa|tt|tx|tp|dk|h|x)\b\.? ?/g, ''],
];
const MOST = 12;

export function fold(text) {
  return text.toLowerCase().replace(/đ/g, 'd').normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, ' ').trim();
}

// Words to compare: ranks of places are dropped, but a number keeps the rank before it ("phường 3 quận 1" is p3 q1).
export function wordsOf(text) {
  let plain = fold(text).replace(/\b([a-z]+)(\d+)\b/g, '$1 $2');
  for (const [pattern, mark] of KINDS) {
    plain = plain.replace(new RegExp(`${pattern.source}(?=0*(\\d+)\\b)`, 'g'), mark ? ` ${mark}` : '');
    plain = plain.replace(pattern, ' ');
  }
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
  const words = wordsOf(query);
  const hits = words.length ? entries.map((entry) => ({ entry, score: score(entry, words) })).filter((hit) => hit.score) : [];
  hits.sort((one, other) => other.score - one.score);
  const places = new Map();
  for (const { entry } of hits) {
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

// 0 no match; 3 today's name, 2 a former name, 1 only its district; doubled and more where the whole name was given.
function score(entry, words) {
  const around = entry.around || [];
  const inName = words.filter((word) => matches(word, entry.words));
  const inAll = words.every((word) => matches(word, entry.words) || matches(word, around));
  if (!inAll) return 0;
  if (!inName.length) return 1;
  const whole = entry.words.every((word) => words.some((given) => given === word || `p${given}` === word));
  return (entry.former ? 2 : 3) + (whole && (inName.length === words.length || entry.former) ? 4 : 0);
}

function matches(word, others) {
  return others.some((other) => (/\d/.test(other) ? other === word || other.replace(/^[pq]/, '') === word : other.startsWith(word)));
}
