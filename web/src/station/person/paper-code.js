// The code on paper of the open record: shown until the person is left, because the service tells it once.
import { timeWords } from '../clock.js';
import { ask } from '../questions.js';
import { byId, station } from '../state.js';
import { element, text } from '../../texts.js';

const timeOf = ({ valueInstant }) => timeWords(valueInstant);

// Keeps with the person what `$verify` told once; a later answer without it takes nothing away.
export function keepToldOnce(person, parameter) {
  const first = (name) => parameter.find((member) => member.name === name);
  if (first('pinPermittedUntil')) person.pinUntil = timeOf(first('pinPermittedUntil'));
  if (first('paperCode')) person.paper = { code: first('paperCode').valueString, until: timeOf(first('paperCodeUntil')), isHandedOver: false };
}

export const pinWords = ({ pinUntil }) => (pinUntil ? [text('pin_until', { time: pinUntil })] : []);

// The code for a phone that gets no message, to be printed or copied.
export function paperElements({ paper }) {
  byId('print-paper-code').hidden = !paper;
  if (!paper) return [];
  const told = element('p', { className: 'notice', textContent: text('paper_until', { time: paper.until }) });
  const how = element('p', { textContent: text('paper_how', { site: location.host }) });
  return [told, element('p', { className: 'number', textContent: paper.code.replace(/(\d{5})/, '$1 ') }), how];
}

// What was printed was handed over.
export function watchPrinting() {
  window.addEventListener('afterprint', () => {
    if (station.person?.paper && !byId('verify-done').closest('section').hidden) station.person.paper.isHandedOver = true;
  });
}

// Whether a code is shown that nobody printed or says to have handed over.
export const holdsPaper = () => Boolean(station.person?.paper && !station.person.paper.isHandedOver);

// True where no code is lost, or staff say that the person has it.
export async function mayLeavePaper() {
  if (!holdsPaper()) return true;
  const { paper } = station.person;
  paper.isHandedOver = await ask(text('paper_title'), [text('paper_text')], [text('paper_given'), text('paper_stay')]);
  return paper.isHandedOver;
}
