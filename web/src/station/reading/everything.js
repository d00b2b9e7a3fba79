// All pages of `$everything` for the open record, by whatever opened its summary: consent, a shown code, an emergency.
import { noted } from '../calls.js';
import { station } from '../state.js';

// Gives { resources, answer }: `answer` is the last one, null without a network; `isWhole` unless pages are left.
export async function readEverything(did, person, query, mostPages) {
  const resources = [];
  let asked = { ...query, _count: '50' };
  let answer = null;
  for (let page = 0; asked && page < mostPages && station.person === person; page += 1) {
    const sent = asked;
    answer = await noted(did, (client) => client.everything(person.id, sent, person.access));
    if (answer?.status !== 200) return { resources, answer, isWhole: false };
    resources.push(...(answer.data.entry || []).map(({ resource }) => resource));
    const next = answer.data.link?.find(({ relation }) => relation === 'next');
    asked = next ? Object.fromEntries(new URL(next.url).searchParams) : null;
  }
  return { resources, answer, isWhole: !asked };
}
