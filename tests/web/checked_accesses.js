// Checks lists of accesses against files of the public record that a test made.
import { Unreachable, checkDays } from '../../web/src/access/log-comparison.js';

const read = async () => {
  let words = '';
  for await (const chunk of process.stdin) words += chunk;
  return JSON.parse(words);
};

// A file given as `null` is not there, one that was not given cannot be reached.
const from = (files) => async (name) => {
  if (!(name in files)) throw new Unreachable(name);
  return files[name] === null ? null : new TextEncoder().encode(files[name]);
};

const found = [];
for (const { asked, files } of await read()) found.push(await checkDays(asked, from(files)));
console.log(JSON.stringify(found));
