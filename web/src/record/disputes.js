// "This is wrong" beside what a facility recorded: the entry stays, marked for everybody who reads it, until it is taken back.
import { ask, button, paragraph } from './page-content.js';
import { clearErrors, say, showErrors } from '../pages.js';
import { element, text } from '../texts.js';

const SYSTEM = 'urn:x-so-suc-khoe:dispute';

// Why the person says that a resource is wrong; undefined where they do not.
export const disputeIn = (resource) => (resource.meta?.tag || []).find(({ system }) => system === SYSTEM)?.display;

// What stands under an entry: `name` is its `Type/id`, `what` its words, `reason` why it is disputed, `episode` its visit.
// Where `again` shows everything anew, that tells of the reason; else it is told here.
export function disputeOf(id, { name, what, reason, episode }, again) {
  const box = element('div', { className: 'dispute', id: `dispute-${name.replace('/', '-')}` });
  const path = `/records/${id}/disputes`;
  const named = (made) => {
    made.append(element('span', { className: 'visually-hidden', textContent: ` ${what}` }));
    return made;
  };
  const changed = async (now, sentence) => {
    if (again) await again();
    else show(now);
    document.getElementById(box.id)?.querySelector('button').focus(); // the same entry, in the page that is there now
    return say(text(sentence));
  };
  show(reason);
  return box;

  function show(now) {
    if (now === undefined) return box.replaceChildren(...asking());
    const takeBack = button(text('dispute_back'), async () => {
      await ask('DELETE', `${path}/${name}`);
      await changed(undefined, 'dispute_undone');
    }, 'plain');
    return box.replaceChildren(...(again ? [] : [paragraph(text('disputed', { reason: now }), 'notice')]), named(takeBack));
  }

  function asking() {
    const why = element('textarea', { id: `why-${name.replace('/', '-')}`, rows: 3, maxLength: 500 });
    const send = async () => {
      const said = why.value.trim();
      if (!said) return showErrors([{ id: why.id, message: text('dispute_empty') }]);
      await ask('POST', path, { body: { resource: name, reason: said, ...(episode ? { episode } : {}) } });
      return changed(said, 'dispute_done');
    };
    const close = button(text('dispute_close'), () => {
      clearErrors();
      show(undefined);
      box.querySelector('button').focus();
    }, 'plain');
    const label = element('label', { htmlFor: why.id, textContent: text('dispute_why') });
    const wrong = element('p', { id: `${why.id}-error`, className: 'error', hidden: true });
    const form = element('div', { className: 'field', hidden: true }, label, wrong, why, element('div', { className: 'row' }, named(button(text('dispute_send'), send)), named(close)));
    const open = button(text('dispute'), () => {
      form.hidden = false;
      open.hidden = true;
      why.focus();
    }, 'plain');
    return [named(open), form];
  }
}
