// Finds diagnoses of ICD-10 in our own list by Vietnamese words, accents or not, or by code; any other code as typed. Pure.
import { fold } from '../lists/ward-search.js';

const MOST_DIAGNOSES = 8;
const ANY_CODE = /^([A-Z]\d{2}(?:\.?\d{1,2})?)\b[\s:,-]*(.*)$/s;

// Lines `A90 Sốt xuất huyết ...` as { code, label, folded }.
export function readDiagnoses(lines) {
  return lines.trim().split('\n').map((line) => {
    const code = line.slice(0, line.indexOf(' '));
    const label = line.slice(code.length + 1);
    return { code, label, folded: ` ${fold(label)}` };
  });
}

// Those of which each word typed begins a word, or whose code begins so.
export function matchingDiagnoses(list, typed) {
  const words = fold(typed).split(' ').filter(Boolean);
  const code = typed.trim().toUpperCase();
  if (code.length < 2) return [];
  const isFound = ({ code: each, folded }) => each.startsWith(code) || words.every((word) => folded.includes(` ${word}`));
  return list.filter(isFound).sort((one, other) => one.label.length - other.label.length).slice(0, MOST_DIAGNOSES);
}

// { code, label } of `A90 Sốt xuất huyết`, of a code alone that the list knows or does not, or null without a code.
export function diagnosisOf(list, typed) {
  const text = typed.trim();
  const found = ANY_CODE.exec(text.charAt(0).toUpperCase() + text.slice(1));
  if (!found) return null;
  const code = found[1].length > 3 && !found[1].includes('.') ? `${found[1].slice(0, 3)}.${found[1].slice(3)}` : found[1];
  return { code, label: found[2].trim() || list.find((each) => each.code === code)?.label || code };
}
