// The device's own key and name: made here, let in by the operators, asked for at the service.
import { FacilityClient } from '../../../../sdk/js/facility-client.js';
import { enrolmentCode, fingerprint, forgetDevice, loadDevice, makeDevice, nameDevice } from '../../../../sdk/js/device-key.js';
import { isGoneDevice, noted, sentenceFor, showRefusal } from '../calls.js';
import { dateWords, now } from '../clock.js';
import { faultOf } from './enrolment-link.js';
import { byId, station } from '../state.js';
import { say, showErrors } from '../../pages.js';
import { element, language, text } from '../../texts.js';

const KEY_NAME = /^[A-Za-z0-9-]{1,32}\.[1-9][0-9]{0,3}$/;
const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

// Whether this browser can keep a key that nobody can read.
export const canKeepKeys = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

export async function openDevice() {
  station.device = (await loadDevice()) || (await makeDevice());
  byId('device-code').textContent = await enrolmentCode(station.device.publicKey);
  byId('device-digits').textContent = await fingerprint(station.device.publicKey);
  if (station.device.keyId) useName(station.device.keyId);
}

function useName(keyId) {
  const practitioner = () => station.shift?.practitioner || 'station page';
  station.client = new FacilityClient({ origin: location.origin, keyId, privateKey: station.device.privateKey, practitioner, language });
}

// True once the service knows the name; what it says of the device is kept while the page is open.
export async function askWhoIAm(id = undefined) {
  return takeAnswer(await noted(text('did_ask'), (client) => client.whoAmI()), id);
}

function takeAnswer(answer, id) {
  if (answer?.status === 200) {
    station.who = readWho(answer.data);
    return true;
  }
  station.standing = answer ? sentenceFor(answer) : text('station_offline');
  if (!answer || isGoneDevice(answer)) station.who = null;
  showRefusal(answer, id);
  return false;
}

export async function enrol() {
  const keyId = byId('key-id').value.trim();
  if (!KEY_NAME.test(keyId)) {
    showErrors([{ id: 'key-id', message: text('key_id_shape') }]);
    return false;
  }
  useName(keyId);
  if (!(await askWhoIAm('key-id'))) return false;
  station.device = await nameDevice(station.device, keyId);
  return true;
}

// By the operators' link, whose digits are compared here; a name that was given a moment ago is waited for.
export async function enrolByLink(link) {
  const at = link.until < now() ? await servedAt() : now();
  const fault = faultOf(link, station.device.keyId, await fingerprint(station.device.publicKey), at);
  if (fault) {
    showErrors([{ message: text(fault, { name: station.device.keyId }) }]);
    return false;
  }
  byId('key-id').value = link.keyId;
  return enrol();
}

// Whether a link is over is not judged by a device's clock alone: a page that is fetched anew has the time, and the seconds
// since a cache took it (https://www.rfc-editor.org/rfc/rfc9111#name-age).
async function servedAt() {
  try {
    const { headers } = await fetch('help.html', { cache: 'no-store', credentials: 'omit' });
    return Date.parse(headers.get('date')) + Number(headers.get('age')) * 1000 || now();
  } catch {
    return now();
  }
}

export async function enrolAnew() {
  await forgetDevice();
  Object.assign(station, { device: null, client: null, who: null });
  await openDevice();
}

export async function copyCode() {
  await navigator.clipboard?.writeText(byId('device-code').textContent);
  say(text('copied'));
}

function readWho({ parameter }) {
  const first = (name) => parameter.find((member) => member.name === name);
  return {
    keyId: first('keyId').valueString,
    facility: first('facility').valueString,
    name: first('name').valueString,
    device: first('device')?.valueString || '',
    poster: first('poster')?.valueString || '',
    permissions: parameter.filter(({ name }) => name === 'permission').map(({ valueCode }) => valueCode),
    until: new Date(first('validUntil').valueInstant),
  };
}

// Who the device is, until when, and what it may do.
export function whoElements() {
  const { who } = station;
  if (!who) return [];
  const facts = { is_device: [who.keyId, who.device].filter(Boolean).join(' · '), is_facility: who.name, is_until: dateWords(who.until), is_allowed: who.permissions.map((each) => text(`may_${each}`)).join(', ') };
  const list = element('dl', { className: 'facts' });
  for (const [key, value] of Object.entries(facts)) list.append(element('dt', { textContent: text(key) }), element('dd', { textContent: value }));
  const days = Math.floor((who.until - now()) / DAY_MS);
  return days > SOON_DAYS ? [list] : [list, element('p', { className: 'notice', textContent: text('ends_soon', { days }) })];
}
