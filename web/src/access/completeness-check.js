// The button that checks whether a list of accesses is complete, thirty days at a time, and what it found.
import { Offline } from '../api.js';
import { localDay } from '../local-day.js';
import { Refused, button, dayName, list, paragraph } from '../record/page-content.js';
import { say } from '../pages.js';
import { element, main, text } from '../texts.js';

const DAYS_AT_ONCE = 30;
const A_DAY = 86400000;
const MADE_AFTER = 2 * 3600000; // the record of a day is made in the first two hours after it
const UNKNOWN = ['absent', 'unread'];

// `loaded` gives { receipt, accesses } with every access from a day on.
export function checkPart(receipt, loaded) {
  const results = element('div', {});
  let until = localDay(Date.parse(receipt.at) - MADE_AFTER - A_DAY);
  let reached = '';
  let failed = []; // what was said of days that have to be tried again
  const asked = button(text('check_start'), async () => {
    const days = daysUntil(until, receipt.began, reached ? DAYS_AT_ONCE + 1 : DAYS_AT_ONCE);
    if (!days.length) return results.replaceChildren(paragraph(text('check_none')));
    say(text('check_working'));
    const verdicts = await checkInWorker({ ...(await loaded(days[0])), days });
    say('');
    // The day that was reached before is checked again, now that it is known what it has to follow.
    const lines = verdictLines(verdicts, days.filter((date) => date !== reached || verdicts[date]));
    for (const line of failed) line.remove();
    results.append(...lines);
    failed = days.some((date) => verdicts[date] === 'unread') ? lines : [];
    if (failed.length) return null;
    [until] = days;
    reached = until;
    asked.textContent = text('check_earlier');
    asked.hidden = until <= receipt.began;
    return null;
  });
  return element('div', {}, paragraph(text('check_lead'), 'hint'), asked, results);
}

// The oldest first, none before the record began.
function daysUntil(last, began, most) {
  const days = [];
  for (let at = Date.parse(last); days.length < most; at -= A_DAY) {
    const date = localDay(at);
    if (date < began) break;
    days.unshift(date);
  }
  return days;
}

function verdictLines(verdicts, days) {
  const wrong = days.filter((date) => verdicts[date]);
  const alarming = wrong.some((date) => !UNKNOWN.includes(verdicts[date]));
  const range = { from: dayName(days[0]), to: dayName(days.at(-1)), count: days.length - wrong.length };
  if (!wrong.length) return [paragraph(text('check_complete', range))];
  const lines = wrong.map((date) => element('li', { textContent: text(`check_${verdicts[date]}`, { day: dayName(date) }) }));
  return [
    paragraph(text(alarming ? 'check_wrong' : 'check_partly', range), alarming ? 'alarm' : ''),
    list(lines),
    paragraph(text(alarming ? 'check_tell' : 'check_again')),
  ];
}

function checkInWorker(asked) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(main.dataset.checker);
    worker.onmessage = (event) => {
      worker.terminate();
      if (event.data) resolve(event.data);
      else reject(new Refused(text('wrong')));
    };
    worker.onerror = () => {
      worker.terminate();
      reject(new Offline());
    };
    worker.postMessage(asked);
  });
}
