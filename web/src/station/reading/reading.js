// The summary of the open record, by consent or in an emergency, as text only.
import { noted, sentenceFor, showRefusal } from '../calls.js';
import { byId, station } from '../state.js';
import { reasonOf } from '../../../../sdk/js/facility-client.js';
import { linkOf } from '../../share/smart-health-link.js';
import { summaryOf } from '../../summary-view.js';
import { say, showErrors } from '../../pages.js';
import { element, text } from '../../texts.js';

const shownSummary = document.getElementById('summary-content');

export async function readSummary(context = {}) {
  const { person } = station;
  shownSummary.replaceChildren();
  byId('share-form').hidden = true;
  byId('print').hidden = true;
  const did = text(context.purpose === 'ETREAT' ? 'did_emergency' : 'did_read');
  const answer = await noted(did, (client) => client.summary(person.id, context));
  if (station.person !== person) return false;
  if (answer?.status !== 200) {
    if (answer?.status === 403) shownSummary.append(element('p', { className: 'notice', textContent: sentenceFor(answer) }));
    else showRefusal(answer);
    byId('share-form').hidden = !answer || reasonOf(answer) !== 'consent-missing';
    return false;
  }
  const names = { facility: text('from_facility'), declared: text('from_resident'), male: text('sex_male'), female: text('sex_female') };
  shownSummary.append(...summaryOf(answer.data, names, 2));
  byId('print').hidden = false;
  learnName(answer.data);
  person.access = context;
  return true;
}

// Whoever was opened without consent before has a name now.
function learnName({ entry }) {
  const { resource } = entry.find((each) => each.resource.resourceType === 'Patient');
  Object.assign(station.person, { name: resource.name[0].text, birthDate: resource.birthDate, gender: resource.gender || '' });
}

export const isShare = (scanned) => linkOf(scanned.trim()) !== null;

// A sharing code that was scanned; false for any other code.
export function takeShare(scanned) {
  if (!isShare(scanned)) return false;
  byId('share-link').value = scanned.trim();
  say(text('share_read'));
  return true;
}

// By the QR code that the person shows at the desk: its token opens the summary without consent, for 30 minutes.
export async function readShared() {
  const link = linkOf(byId('share-link').value.trim());
  const start = `${location.origin}/v1/shares/`;
  const isLocked = (link?.flag || '').includes('P');
  if (!link?.url.startsWith(start) || isLocked) {
    showErrors([{ id: 'share-link', message: text(isLocked ? 'share_locked' : 'share_wrong') }]);
    return;
  }
  byId('share-link').value = '';
  const { person } = station;
  const isOpened = await readSummary({ share: link.url.slice(start.length) });
  // The service tells neither a stranger's code nor one that is over apart from none.
  if (!isOpened && station.person === person && !byId('share-form').hidden) showErrors([{ id: 'share-link', message: text('share_refused') }]);
}

// Gives { purpose, reason } of the emergency, or null after telling that a reason is needed.
export function readEmergency(form) {
  const chosen = form.querySelector('input[name="reason"]:checked');
  if (chosen) return { purpose: 'ETREAT', reason: chosen.value };
  showErrors([{ id: 'reason-unconscious', message: text('reason_missing') }]);
  return null;
}
