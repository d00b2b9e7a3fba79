// Differences with the plainest words for an answer, for the tests.
import { differences, flatten } from '../../web/src/record/version-differences.js';

export function told(older, newer) {
  const say = (_, answer) => String(Object.values(answer)[0]);
  return differences(flatten(older, say), flatten(newer, say));
}
