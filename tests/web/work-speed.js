// How many times the processor time of Node's own SHA-256 the page's proof of work takes for 2 ** bits hashes.
import { createHash } from 'node:crypto';
import { zeroBits } from '../../web/src/account/proof-of-work.js';
import { sha256 } from '../../web/src/account/sha256.js';

const SEED = '29345678.16.0123456789abcdef01234567.0123456789abcdef0123456789abcdef';

export function measure(bits) {
  const encoder = new TextEncoder();
  const ours = (nonce) => zeroBits(sha256(encoder.encode(`${SEED}:${nonce}`)));
  const theirs = (nonce) => createHash('sha256').update(`${SEED}:${nonce}`).digest();
  return processorTime(ours, bits) / processorTime(theirs, bits);
}

function processorTime(hash, bits) {
  for (let nonce = 0; nonce < 2000; nonce += 1) hash(nonce);
  const before = process.cpuUsage();
  for (let nonce = 0; nonce < 2 ** bits; nonce += 1) hash(nonce);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
