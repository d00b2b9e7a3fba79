// Sharing by a QR code: what is open now, a new link, its code to be shown, and the end of it.
import { attempt, sentenceOf } from '../account/sign-in.js';
import { ask, button, list, moment, own, paragraph } from '../record/page-content.js';
import { section, showErrors } from '../pages.js';
import { call } from '../api.js';
import { element, text } from '../texts.js';

const shareField = (id) => document.getElementById(id);

export async function showShares(id) {
  const { shares } = (await ask('GET', `/records/${id}/shares`)).data;
  const make = element('p', {}, element('a', { className: 'button', href: `#new-share/${id}`, textContent: text('share_new') }));
  return [make, shares.length ? list(shares.map((share) => shareLine(id, share)), 'ways') : paragraph(text('no_shares'))];
}

const named = (share) => share.label || text('share_unnamed');
const WHAT = { all: 'shows_all', 'not-sensitive': 'shows_not_sensitive', 'emergency-card': 'shows_card' };
const stateOf = (share) => [text(WHAT[share.contents]), text('open_until', { at: moment(share.expires_at) }), share.passcode ? text('with_passcode') : '', share.locked ? text('share_locked') : ''];

function shareLine(id, share) {
  const link = element('a', { href: `#share/${id}/${share.id}`, textContent: named(share) });
  return element('li', {}, link, element('small', { textContent: stateOf(share).filter(Boolean).join(' · ') }));
}

export async function showShare(id, shareId) {
  const { shares } = (await ask('GET', `/records/${id}/shares`)).data;
  const share = shares.find((each) => each.id === shareId);
  if (!share) return [paragraph(text('share_over'), 'notice')];
  const picture = element('img', { className: 'qr', alt: text('qr_alt'), src: `data:image/svg+xml,${encodeURIComponent(share.qr_svg)}` });
  return [
    element('h2', { textContent: named(share) }),
    picture,
    paragraph(text(share.contents === 'all' ? 'qr_lead' : 'qr_lead_less')),
    share.passcode ? paragraph(text('passcode_tell'), 'notice') : null,
    paragraph(stateOf(share).filter(Boolean).join(' · ')),
    button(text('copy_link'), (pressed) => copy(pressed, share.url)),
    button(text('share_stop'), () => stop(id, shareId)),
  ];
}

async function copy(pressed, url) {
  await navigator.clipboard.writeText(url);
  pressed.textContent = text('copied');
}

async function stop(id, shareId) {
  await ask('DELETE', `/records/${id}/shares/${shareId}`);
  location.hash = `#shares/${id}`;
}

export function startSharing() {
  const form = section('new-share').querySelector('form');
  form.addEventListener('submit', attempt(form, 'share-label', sendShare));
}

async function sendShare() {
  const [label, passcode] = [shareField('share-label').value.trim(), shareField('share-passcode').value.trim()];
  if (passcode && passcode.length < 4) return showErrors([{ id: 'share-passcode', message: text('passcode_short') }]);
  const id = location.hash.split('/')[1];
  const chosen = (name) => section('new-share').querySelector(`[name="share-${name}"]:checked`).value;
  const body = { minutes: Number(chosen('minutes')), contents: chosen('contents'), ...(label ? { label } : {}), ...(passcode ? { passcode } : {}) };
  const answer = await call('POST', `/records/${id}/shares`, { body });
  if (answer.status === 401) return own.ended();
  if (answer.status !== 201) return showErrors(faultsOfShare(answer));
  for (const field of ['share-label', 'share-passcode']) shareField(field).value = '';
  location.hash = `#share/${id}/${answer.data.id}`;
  return undefined;
}

function faultsOfShare(answer) {
  const fields = { '/label': 'share-label', '/passcode': 'share-passcode' };
  const faults = (answer.data.errors || []).map(({ pointer, message }) => ({ id: fields[pointer], message }));
  return faults.length ? faults : [{ message: sentenceOf(answer) }];
}
