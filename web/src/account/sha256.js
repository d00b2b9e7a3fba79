// SHA-256 (FIPS 180-4), synchronous: WebCrypto's digest is a promise and too slow for a search over many nonces.
const K = [];
const START = [];

function fraction(number, power) {
  const root = number ** power;
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

for (let candidate = 2; K.length < 64; candidate += 1) {
  let prime = true;
  for (let factor = 2; factor * factor <= candidate; factor += 1) prime = prime && candidate % factor !== 0;
  if (prime) {
    if (START.length < 8) START.push(fraction(candidate, 1 / 2));
    K.push(fraction(candidate, 1 / 3));
  }
}

const turn = (word, by) => (word >>> by) | (word << (32 - by));

// The digest's eight 32-bit words.
export function sha256(bytes) {
  const blocks = ((bytes.length + 8) >> 6) + 1;
  const words = new Int32Array(blocks * 16);
  for (let at = 0; at < bytes.length; at += 1) words[at >> 2] |= bytes[at] << (24 - (at % 4) * 8);
  words[bytes.length >> 2] |= 0x80 << (24 - (bytes.length % 4) * 8);
  words[words.length - 1] = bytes.length * 8;
  const state = START.slice();
  const w = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) round(state, w, words.subarray(block, block + 16));
  return state;
}

function round(state, w, block) {
  w.set(block);
  for (let t = 16; t < 64; t += 1) {
    const low = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ (w[t - 15] >>> 3);
    const high = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ (w[t - 2] >>> 10);
    w[t] = (w[t - 16] + low + w[t - 7] + high) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let t = 0; t < 64; t += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, place) => {
    state[place] = (state[place] + value) | 0;
  });
}
