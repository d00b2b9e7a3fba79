// Every version of the declaration, newest first, with what changed in it.
import { differences, flatten } from './version-differences.js';
import { ask, button, moment, paragraph } from './page-content.js';
import { questionnaire, wordsOfAnswer } from './question-texts.js';
import { element, text } from '../texts.js';

export async function showVersions(id) {
  const [known, found] = [await questionnaire(), await versionsBefore(id)];
  const entries = element('ol', { className: 'entries' });
  const more = button(text('older'), async () => add(await versionsBefore(id, oldest())));
  let shown = [];
  const oldest = () => Number(shown.at(-1).meta.versionId);
  // A version is told by the one before it, so the last of what came waits for the next answer.
  function add(next) {
    shown = [...shown, ...next];
    const whole = oldest() === 1;
    const told = whole ? shown : shown.slice(0, -1);
    entries.replaceChildren(...told.map((version, place) => entry(version, shown[place + 1], known)));
    more.hidden = whole;
  }
  add(found);
  return [entries, more];
}

async function versionsBefore(id, version) {
  return (await ask('GET', `/records/${id}/versions${version ? `?before=${version}` : ''}`)).data.versions;
}

function entry(version, before, known) {
  const say = (linkId, answer) => wordsOfAnswer(known[linkId], answer, { yes: text('yes'), no: text('no') });
  const made = element('li', {}, element('h2', { textContent: text('version', { number: version.meta.versionId, at: moment(version.meta.lastUpdated) }) }));
  if (!before) {
    made.append(paragraph(text('first_version')));
    return made;
  }
  const changes = differences(flatten(before, say), flatten(version, say));
  made.append(changes.length ? element('ul', {}, ...changes.map((change) => changeLine(change, known))) : paragraph(text('no_change')));
  return made;
}

function changeLine({ linkId, before, after }, known) {
  const question = known[linkId]?.label || linkId;
  const line = element('li', {}, element('strong', { textContent: question }), question.endsWith('?') ? ' ' : ': ');
  if (before !== null) line.append(element('del', { textContent: before }), ' ');
  line.append(after === null ? text('taken_away') : element('ins', { textContent: after }));
  return line;
}
