// Where this account is signed in, and ending it elsewhere.
import { ask, button, content, list, moment, paragraph } from '../record/page-content.js';
import { element, text } from '../texts.js';

export async function showSessions() {
  const { sessions } = (await ask('GET', '/sessions')).data;
  const others = sessions.filter((session) => !session.current);
  const all = others.length > 1 ? button(text('end_all'), () => end(others)) : null;
  return [list(sessions.map(sessionLine)), others.length ? all : paragraph(text('no_other_sessions'))];
}

function sessionLine(session) {
  const made = element('li', {}, element('strong', { textContent: text(session.current ? 'this_session' : 'other_session') }));
  made.append(paragraph(`${text('signed_in_at', { at: moment(session.created_at) })} · ${text(session.level > 1 ? 'with_pin' : 'with_code')}`));
  if (!session.current) made.append(button(text('end_session'), () => end([session])));
  return made;
}

async function end(sessions) {
  for (const session of sessions) await ask('DELETE', `/sessions/${session.id}`);
  content('sessions').replaceChildren(...(await showSessions()).filter(Boolean));
}
