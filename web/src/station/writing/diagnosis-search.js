// Finds diagnoses of ICD-10 in our own list, by the names that doctors and people use, or by code; any other as typed. Pure.
import { fold } from '../../lists/ward-search.js';

const MOST_DIAGNOSES = 8;
const ANY_CODE = /^([A-Z]\d{2}(?:\.?\d{1,2})?)\b[\s:,-]*(.*)$/s;
// What people say before a name: it is no part of most names, and is left out where the list has none with it.
const BEFORE_A_NAME = ['bệnh', 'bị', 'chứng', 'benh', 'bi', 'chung'];
const BEGINNING_OF_CODE = /^[A-Z]\d/;

// Lines `I10 Tăng huyết áp vô căn|cao huyết áp, tăng xông` as { code, label, names: [[word]] }.
export function readDiagnoses(lines) {
  return lines.trim().split('\n').map((line) => {
    const code = line.slice(0, line.indexOf(' '));
    const [label, others = ''] = line.slice(code.length + 1).split('|');
    return { code, label, names: [label, ...others.split(',')].map(wordsWithMarks).filter((words) => words.length) };
  });
}

// Each word without its marks, and the marks alone: `hoà` and `hòa` are the same word.
function wordsWithMarks(said) {
  const parts = said.toLowerCase().normalize('NFD').replace(/đ/g, 'd\u0338').split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
  return parts.map((part) => ({ plain: fold(part.normalize('NFC')), marks: part.replace(/[^\p{M}]/gu, '').split('').sort().join('') }));
}

// The best first: whole names before beginnings, and as accented as was typed; by plain letters where that finds nothing,
// then with i and y as one letter.
export function matchingDiagnoses(list, typed) {
  const code = typed.trim().toUpperCase();
  if (code.length < 2) return [];
  const words = wordsWithMarks(typed);
  const byCode = BEGINNING_OF_CODE.test(code) ? list.filter((each) => each.code.startsWith(code)) : [];
  const fillers = wordsWithMarks(BEFORE_A_NAME.join(' '));
  const name = words.slice(words.findIndex(({ plain, marks }) => !fillers.some((one) => one.plain === plain && one.marks === marks)));
  const isMarked = words.some(({ marks }) => marks);
  let byName = [];
  for (const [wanted, way] of [[words, AS_TYPED], [words, PLAIN], [name, AS_TYPED], [name, PLAIN], [name, EITHER_I]]) {
    if (!byName.length && (isMarked || !way.isMarked)) byName = ranked(list, wanted, way);
  }
  return [...byCode, ...byName].slice(0, MOST_DIAGNOSES);
}

// How the letters of two words are compared, and whether their marks are.
const AS_TYPED = { isMarked: true, letters: ({ plain }) => plain };
const PLAIN = { isMarked: false, letters: ({ plain }) => plain };
const EITHER_I = { isMarked: false, letters: ({ plain }) => plain.replaceAll('y', 'i') };

function ranked(list, words, way) {
  const found = list.map((each) => ({ each, score: Math.max(...each.names.map((name) => scoreOf(name, words, way))) })).filter(({ score }) => score > 0);
  return found.sort((one, other) => other.score - one.score || one.each.label.length - other.each.label.length).map(({ each }) => each);
}

// 0 unless each word typed begins another word of the name; more for whole words, for one after the other, and for all of it.
function scoreOf(name, words, way) {
  const taken = [];
  for (const word of words) {
    const isHere = (isWhole) => name.findIndex((part, place) => !taken.includes(place) && begins(part, word, isWhole, way));
    const place = isHere(true) < 0 ? isHere(false) : isHere(true);
    if (place < 0) return 0;
    taken.push(place);
  }
  const whole = words.filter((word, place) => way.letters(name[taken[place]]) === way.letters(word)).length;
  const isInARow = taken.every((place, index) => index === 0 || place === taken[index - 1] + 1);
  return words.length && 1 + whole + (isInARow ? 1 : 0) + (isInARow && taken[0] === 0 ? 1 : 0) + (whole === name.length ? 2 : 0);
}

// A word that is typed to its end has the marks that were typed; one that is still being typed has them among others.
function begins(part, word, isWhole, { letters, isMarked }) {
  const [said, typed] = [letters(part), letters(word)];
  if (isWhole ? said !== typed : !said.startsWith(typed)) return false;
  if (!isMarked) return true;
  return part.plain === word.plain ? part.marks === word.marks : word.marks.split('').every((mark) => part.marks.includes(mark));
}

// { code, label } of `A90 Sốt xuất huyết`, or of a code alone whose name the list knows; { code } where nobody knows it,
// null without a code.
export function diagnosisOf(list, typed) {
  const text = typed.trim();
  const found = ANY_CODE.exec(text.charAt(0).toUpperCase() + text.slice(1));
  if (!found) return null;
  const code = found[1].length > 3 && !found[1].includes('.') ? `${found[1].slice(0, 3)}.${found[1].slice(3)}` : found[1];
  return { code, label: found[2].trim() || list.find((each) => each.code === code)?.label };
}

const CATEGORY = 'A90'.length;

const plainWords = (words) => words.map(({ plain }) => plain).join(' ');

// [[key of a sentence, its values]]: a name that is in the list, but for other diseases than that of the code, is asked about.
export function diagnosisQuestions(list, { code, label }) {
  const typed = plainWords(wordsWithMarks(label));
  const named = list.find(({ names }) => names.some((words) => plainWords(words) === typed));
  const isSameKind = (each) => each.code.slice(0, CATEGORY) === code.slice(0, CATEGORY);
  if (!named || isSameKind(named) || matchingDiagnoses(list, label).some(isSameKind)) return [];
  return [['ask_code', { code, label, other: named.code, name: named.label }]];
}
