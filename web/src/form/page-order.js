// The order of the form's pages: which apply to these answers, what comes after and before, and the optional sections.
import { isEnabled, topScope } from './rules.js';
import { journey } from '../journey.js';
import { section } from '../pages.js';
import { partsIn } from './repeated-rows.js';
import { main } from '../texts.js';

const AGREED_ONCE = 'consent.';

export function startSteps(known) {
  const every = [...main.querySelectorAll('[data-page]')].filter((page) => partsIn(page).length).map((page) => page.dataset.page);
  const sectionOf = (page) => section(page).dataset.section || '';

  // Consents are given with the first version; later they are changed one by one on the person's own page.
  function applies(page) {
    const scope = topScope(journey.draft.values);
    const ids = partsIn(section(page)).map((part) => part.dataset.field || part.dataset.rows);
    const asked = ids.filter((linkId) => isEnabled(known, known.items[linkId], scope));
    return asked.some((linkId) => !journey.correcting || !linkId.startsWith(AGREED_ONCE));
  }

  const all = () => every.filter(applies);
  const within = (name) => all().filter((page) => sectionOf(page) === name);
  const beside = (page, by) => (every.includes(page) ? within(sectionOf(page)).at(within(sectionOf(page)).indexOf(page) + by) : undefined);
  return {
    every,
    all,
    within,
    own: main.dataset.own,
    after: (page) => beside(page, 1),
    before: (page) => (within(every.includes(page) ? sectionOf(page) : '').indexOf(page) > 0 ? beside(page, -1) : sectionStart(page)),
    // The last page, where all is looked at and sent, counts too.
    place: (page) => `${within(sectionOf(page)).indexOf(page) + 1}/${within(sectionOf(page)).length}`,
  };

  function sectionStart(page) {
    return every.includes(page) && sectionOf(page) ? 'check' : undefined;
  }
}
