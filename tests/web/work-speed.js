// The processor time that the page's own proof of work takes for 2 ** bits hashes, in seconds.
import { zeroBits } from '../../web/src/account/proof-of-work.js';
import { sha256 } from '../../web/src/account/sha256.js';

export function measure(bits) {
  const encoder = new TextEncoder();
  const hash = (nonce) => zeroBits(sha256(encoder.encode(`29345678.16.0123456789abcdef01234567.0123456789abcdef0123456789abcdef:${nonce}`)));
  for (let nonce = 0; nonce < 2000; nonce += 1) hash(nonce);
  const before = process.cpuUsage();
  for (let nonce = 0; nonce < 2 ** bits; nonce += 1) hash(nonce);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
