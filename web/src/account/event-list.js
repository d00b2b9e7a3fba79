// What happened to the account: devices, PIN, cards, numbers and links, newest first.
import { ask, button, list, moment, nameOfRecord, paragraph, recordOf } from '../record/page-content.js';
import { element, text } from '../texts.js';

export async function showEvents() {
  const first = (await ask('GET', '/events')).data;
  const lines = list(await Promise.all(first.events.map(eventLine)));
  let { next } = first;
  const more = next ? button(text('older_events'), showOlder) : null;
  return [first.events.length || next ? lines : paragraph(text('no_events')), more];

  async function showOlder(pressed) {
    const older = (await ask('GET', `/events?before=${next}`)).data;
    lines.append(...(await Promise.all(older.events.map(eventLine))));
    next = older.next;
    if (!next) pressed.remove();
  }
}

async function eventLine({ kind, at, record }) {
  const made = element('li', {}, element('strong', { textContent: text(`event_${kind.replaceAll('-', '_')}`) }));
  const whose = record ? ` · ${nameOfRecord(await recordOf(record))}` : '';
  made.append(paragraph(`${moment(at)}${whose}`));
  return made;
}
