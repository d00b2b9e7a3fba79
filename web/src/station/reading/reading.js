// The summary of the open record, by consent or in an emergency, as text only.
import { noted, sentenceFor, showRefusal } from '../calls.js';
import { byId, station } from '../state.js';
import { reasonOf } from '../../../../sdk/js/facility-client.js';
import { isShare, shareOf } from './shared-person.js';
import { summaryOf } from '../../summary-view.js';
import { say, showErrors } from '../../pages.js';
import { element, text } from '../../texts.js';

const shownSummary = document.getElementById('summary-content');

// Reads it where there is none, or where something was written or confirmed since. An emergency is each time somebody's
// decision, with a line of its own: the summary that it opened only says that it is older.
export function renewSummary(runAlone) {
  const { person, changes } = station;
  const isShown = shownSummary.childElementCount > 0;
  if (isShown && person.changesRead === changes) return;
  if (isShown && person.access?.purpose === 'ETREAT') tellOld('summary_old_emergency');
  else runAlone(byId('print'), () => readSummary(person.access));
}

function tellOld(name) {
  if (!byId('summary-old')) shownSummary.prepend(Object.assign(noticeFor(text(name)), { id: 'summary-old' }));
}

// A newer one that does not come leaves the older one where it is, and says so.
export async function readSummary(context = {}) {
  const { person, changes } = station;
  const isNewer = person.changesRead !== undefined && shownSummary.childElementCount > 0;
  byId('share-form').hidden = true;
  const did = text(context.purpose === 'ETREAT' ? 'did_emergency' : 'did_read');
  const answer = await noted(did, (client) => client.summary(person.id, context));
  if (station.person !== person) return false;
  if (answer?.status !== 200) {
    const isRefused = answer?.status === 403;
    if (isRefused || !isNewer) shownSummary.replaceChildren();
    byId('print').hidden = !shownSummary.childElementCount;
    if (isRefused) shownSummary.append(noticeFor(sentenceFor(answer)));
    else showRefusal(answer);
    if (!isRefused && isNewer) tellOld('summary_old');
    byId('share-form').hidden = !answer || reasonOf(answer) !== 'consent-missing';
    return false;
  }
  const names = { facility: text('from_facility'), declared: text('from_resident'), male: text('sex_male'), female: text('sex_female') };
  shownSummary.replaceChildren(...summaryOf(answer.data, names, 2));
  byId('print').hidden = false;
  learnName(answer.data);
  Object.assign(person, { access: context, changesRead: changes });
  return true;
}

const noticeFor = (textContent) => element('p', { className: 'notice', textContent });

// Whoever was opened without consent before has a name now.
function learnName({ entry }) {
  const { resource } = entry.find((each) => each.resource.resourceType === 'Patient');
  Object.assign(station.person, { name: resource.name[0].text, birthDate: resource.birthDate, gender: resource.gender || '' });
}

// A sharing code that was scanned; false for any other code.
export function takeShare(scanned) {
  if (!isShare(scanned)) return false;
  byId('share-link').value = scanned.trim();
  say(text('share_read'));
  return true;
}

// By the QR code that the person shows at the desk: its token opens the summary without consent, for 30 minutes.
export async function readShared() {
  const share = shareOf(byId('share-link').value);
  if (!share || share.isLocked) {
    showErrors([{ id: 'share-link', message: text(share ? 'share_locked' : 'share_wrong') }]);
    return;
  }
  byId('share-link').value = '';
  const { person } = station;
  const isOpened = await readSummary({ share: share.token });
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
