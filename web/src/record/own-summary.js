// The summary in plain words, what facilities recorded apart from what the person said.
import { disputeIn, disputeOf } from './disputes.js';
import { ask, button, day, render } from './page-content.js';
import { summaryOf } from '../summary-view.js';
import { element, text } from '../texts.js';

export async function showOwnSummary(id) {
  const { data } = await ask('GET', `/records/${id}/summary`);
  const names = { facility: text('by_facility'), declared: text('by_self'), male: text('male'), female: text('female'), contact: text('wallet_contact') };
  const again = () => render('summary', [id], showOwnSummary);
  const under = (resource, what) => [disputeOf(id, { name: `${resource.resourceType}/${resource.id}`, what, reason: disputeIn(resource) }, again)];
  const made = element('article', { className: 'person' }, ...summaryOf(data, names, 2, under));
  const as = element('p', { className: 'hint', textContent: text('as_of', { day: day(data.timestamp) }) });
  return [made, as, button(text('print'), () => window.print())];
}
