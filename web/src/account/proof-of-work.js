// Proof of work against message fraud: a nonce such that SHA-256(seed + ":" + nonce) begins with `bits` zero bits.
import { sha256 } from './sha256.js';

export function solve(seed, bits) {
  const encoder = new TextEncoder();
  for (let nonce = 0; ; nonce += 1) {
    if (zeroBits(sha256(encoder.encode(`${seed}:${nonce}`))) >= bits) return String(nonce);
  }
}

export function zeroBits(words) {
  let bits = 0;
  for (const word of words) {
    if (word !== 0) return bits + Math.clz32(word);
    bits += 32;
  }
  return bits;
}
