// The Web Worker in which the work is done, so that the page stays alive meanwhile.
import { solve } from './proof-of-work.js';

self.onmessage = (event) => self.postMessage(solve(event.data.seed, event.data.bits));
