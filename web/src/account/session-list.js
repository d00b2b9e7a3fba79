// Where this account is signed in, which devices its phone number was proven on, and ending either elsewhere.
import { ask, button, content, day, list, moment, paragraph } from '../record/page-content.js';
import { element, text } from '../texts.js';

export async function showSessions() {
  const { sessions, devices } = (await ask('GET', '/sessions')).data;
  const others = sessions.filter((session) => !session.current);
  const all = others.length > 1 ? button(text('end_all'), () => end(others)) : null;
  const shown = [list(sessions.map(sessionLine)), others.length ? all : paragraph(text('no_other_sessions'))];
  return devices.length ? [...shown, paragraph(text('known_devices')), list(devices.map(deviceLine))] : shown;
}

function deviceLine(device) {
  const made = element('li', {}, element('strong', { textContent: text(device.current ? 'this_session' : 'other_session') }));
  made.append(paragraph(text('known_until', { at: day(device.known_until) })));
  if (!device.current) made.append(button(text('forget_device'), () => end([device])));
  return made;
}

function sessionLine(session) {
  const made = element('li', {}, element('strong', { textContent: text(session.current ? 'this_session' : 'other_session') }));
  made.append(paragraph(`${text('signed_in_at', { at: moment(session.created_at) })} · ${text(session.level > 1 ? 'with_pin' : 'with_code')}`));
  if (!session.current) made.append(button(text('end_session'), () => end([session])));
  return made;
}

async function end(listed) {
  for (const each of listed) await ask('DELETE', `/sessions/${each.id}`);
  content('sessions').replaceChildren(...(await showSessions()).filter(Boolean));
}
