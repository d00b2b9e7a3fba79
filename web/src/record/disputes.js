// "This is wrong" beside what a facility recorded: the entry stays, marked for everybody who reads it, until it is taken back.
import { ask, button } from './page-content.js';
import { showErrors } from '../pages.js';
import { element, text } from '../texts.js';

const SYSTEM = 'urn:x-so-suc-khoe:dispute';

// What stands under the entry `what`; `after(key)` shows the summary anew and says a sentence.
export function disputeOf(id, resource, what, after) {
  const path = `/records/${id}/disputes`;
  const named = (made) => {
    made.append(element('span', { className: 'visually-hidden', textContent: ` ${what}` }));
    return made;
  };
  if ((resource.meta?.tag || []).some(({ system }) => system === SYSTEM)) {
    const takeBack = async () => {
      await ask('DELETE', `${path}/${resource.resourceType}/${resource.id}`);
      await after('dispute_undone');
    };
    return [named(button(text('dispute_back'), takeBack, 'plain'))];
  }
  const why = element('textarea', { id: `why-${resource.id}`, rows: 3, maxLength: 500 });
  const send = async () => {
    const reason = why.value.trim();
    if (!reason) return showErrors([{ id: why.id, message: text('dispute_empty') }]);
    await ask('POST', path, { body: { resource: `${resource.resourceType}/${resource.id}`, reason } });
    return after('dispute_done');
  };
  const label = element('label', { htmlFor: why.id, textContent: text('dispute_why') });
  const form = element('div', { hidden: true }, label, why, button(text('dispute_send'), send));
  const open = button(text('dispute'), () => {
    form.hidden = false;
    open.hidden = true;
    why.focus();
  }, 'plain');
  return [named(open), form];
}
