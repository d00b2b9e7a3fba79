// Phone, code and PIN: proving the phone, with every answer of the server turned into what to do next.
import { Offline, call } from '../api.js';
import { digitsOnly } from '../digits.js';
import { assisted, isOver, journey, poster, remember, setShared } from '../journey.js';
import { hasLeft } from './sign-out.js';
import { clearErrors, section, say, showErrors, shownPage } from '../pages.js';
import { language, text } from '../texts.js';

const box = (id) => document.getElementById(id);
const resend = box('resend');
let listening = null;
const refusedCodes = new Set();
let tried = {};

// What to tell after a refusal: the server's own words where it has some.
export function sentenceOf(answer, fallback = 'wrong') {
  return answer.data.errors?.[0]?.message || answer.data.detail || text(answer.status >= 500 || answer.status === 429 ? 'busy' : fallback);
}

// The same of a PIN that was wrong: how many tries are left, and with the last one what to do.
export function sentenceOfPin(answer) {
  const { remaining: count } = answer.data;
  if (count === undefined) return sentenceOf(answer);
  return `${sentenceOf(answer)} ${text(count ? 'pin_left' : 'pin_none_left', { count })}`;
}

// Runs one attempt at a time; a lost connection is a sentence, never a lost page. What a person starts ends old errors.
export function attempt(form, id, action) {
  let running = false;
  const button = form.querySelector('button');
  return async (event) => {
    event?.preventDefault();
    if (running) return;
    running = true;
    button.setAttribute('aria-disabled', 'true');
    if (event) clearErrors();
    say(text('working'));
    try {
      await action(event);
    } catch (error) {
      showErrors([{ id, message: text(error instanceof Offline ? 'offline' : 'wrong') }]);
      if (!(error instanceof Offline)) throw error;
    } finally {
      running = false;
      button.removeAttribute('aria-disabled');
      if (box('status').textContent === text('working')) say('');
    }
  };
}

// Any of the page's calls may have sent the message that arrived: a resend is answered alike whether it sent one or not.
async function askForCode(phone, id) {
  const answer = await call('POST', '/otp', { body: poster ? { phone, poster } : { phone } });
  if (answer.status !== 202) {
    showErrors([{ id, message: answer.status === 503 ? answer.data.detail || text('sms_down') : sentenceOf(answer) }]);
    suggest(answer.data.suggestion);
    return false;
  }
  const resendAt = Date.now() + answer.data.resend_after * 1000;
  Object.assign(journey, { phone, challenge: { ids: [answer.data.challenge_id, ...(journey.challenge?.ids ?? [])].slice(0, 10), resendAt } });
  remember();
  return true;
}

// An old number of 11 digits: what it became in 2018, to be taken by one tap.
function suggest(number) {
  box('suggestion').hidden = !number;
  if (number) box('suggestion').querySelector('span').textContent = number;
}

function takeSuggestion() {
  box('phone').value = box('suggestion').querySelector('span').textContent;
  box('suggestion').hidden = true;
  box('phone').focus();
}

async function sendPhone() {
  const phone = box('phone').value.trim();
  if (!phone) return showErrors([{ id: 'phone', message: text('phone_missing') }]);
  await setShared(assisted || box('shared').checked);
  if (await askForCode(phone, 'phone')) location.hash = '#code';
  return undefined;
}

// One attempt for each call that is tried: the same one again, its answer lost, is answered as before.
export function attemptFor(...sent) {
  const call = sent.join(' ');
  if (tried.call !== call) tried = { call, attempt: crypto.randomUUID() };
  return tried.attempt;
}

async function sendCode(proven, again) {
  const code = digitsOnly(box('code').value);
  if (code.length !== 6) return showErrors([{ id: 'code', message: text('code_missing') }]);
  const [id, ...earlier] = journey.challenge.ids;
  const answer = await call('POST', '/otp/verify', { body: { challenge_id: id, earlier_challenge_ids: earlier, code, attempt: attemptFor(id, code), ...(assisted && { assisted }) } });
  if (answer.status !== 200) {
    if (answer.status === 401) refusedCodes.add(code);
    listen(again);
    return showErrors([{ id: 'code', message: sentenceOf(answer) }]);
  }
  return enter(answer, proven);
}

// A facility's code, for a phone that gets no message.
async function sendPaperCode(proven) {
  const [phone, code] = [box('phone').value.trim(), digitsOnly(box('paper-code').value)];
  if (!phone) return showErrors([{ id: 'phone', message: text('phone_missing') }]);
  if (code.length !== 10) return showErrors([{ id: 'paper-code', message: text('paper_missing') }]);
  await setShared(assisted || box('shared').checked);
  const answer = await call('POST', '/otp/verify', { body: { phone, paper_code: code, attempt: attemptFor('paper', phone, code), ...(assisted && { assisted }) } });
  if (answer.status !== 200) return showErrors([{ id: 'paper-code', message: answer.status === 401 ? text('paper_wrong') : sentenceOf(answer) }]);
  return enter(answer, proven);
}

function enter(answer, proven) {
  const { level, pin_set: pinSet, draft_scope: scope } = answer.data;
  hasLeft();
  Object.assign(journey, { signedIn: true, level, pinSet, scope, challenge: null, phone: '' });
  for (const id of ['phone', 'code', 'paper-code']) box(id).value = '';
  remember();
  return proven();
}

async function sendPin(chosen, ended) {
  const [pin, again] = [digitsOnly(box('new-pin').value), digitsOnly(box('pin-again').value)];
  const current = box('pin-current').hidden ? undefined : digitsOnly(box('current-pin').value);
  if (current !== undefined && current.length !== 6) return showErrors([{ id: 'current-pin', message: text('pin_shape') }]);
  if (pin.length !== 6) return showErrors([{ id: 'new-pin', message: text('pin_shape') }]);
  if (pin !== again) return showErrors([{ id: 'pin-again', message: text('pin_differs') }]);
  const standing = await call('GET', '/session');
  if (isOver(standing)) return ended();
  const answer = standing.status === 200 ? await setPin(pin, current) : standing;
  if (answer.status === 401 && current !== undefined) return showErrors([{ id: 'current-pin', message: sentenceOfPin(answer) }]);
  if (answer.status !== 204) return showErrors([{ id: 'new-pin', message: sentenceOf(answer) }]);
  for (const id of ['current-pin', 'new-pin', 'pin-again']) box(id).value = '';
  journey.chosenPin = { pin, at: Date.now() };
  return chosen();
}

// Who has just chosen a PIN is not asked for it. A first PIN is set once: where the answer to that was lost, and the same
// call comes too late to repeat it, the next try is refused and the PIN is the right one.
async function setPin(pin, current) {
  const answer = await call('PUT', '/pin', { body: { pin, current_pin: current, attempt: attemptFor('set', pin, current) } });
  if (answer.status !== 204 && (answer.status !== 403 || current !== undefined)) return answer;
  const known = await call('POST', '/pin/verify', { body: { pin, attempt: crypto.randomUUID() } }).catch(() => answer);
  if (known.status === 204) journey.level = 2;
  return known.status === 204 ? known : answer;
}

// Fills the code in from the message where the browser can (WebOTP), and sends it. One that was refused before, as that of
// an older message, is never sent by itself; nor does it take the place of what a person is typing.
async function listen(submit) {
  if (!('OTPCredential' in window)) return;
  listening?.abort();
  const mine = new AbortController();
  listening = mine;
  const found = await navigator.credentials.get({ otp: { transport: ['sms'] }, signal: mine.signal }).catch(() => null);
  if (!found || mine !== listening || shownPage() !== 'code') return;
  if (refusedCodes.has(found.code) || box('code').value) return;
  box('code').value = found.code;
  submit();
}

// The sixth digit, typed or filled in by the keyboard, sends the code; one that was refused waits for the button.
function isNewCode() {
  const code = digitsOnly(box('code').value);
  return code.length === 6 && !refusedCodes.has(code);
}

function countDown() {
  if (shownPage() !== 'code' || !journey.challenge) return;
  const left = Math.ceil((journey.challenge.resendAt - Date.now()) / 1000);
  box('resend-wait').hidden = left <= 0;
  box('resend-seconds').textContent = new Intl.NumberFormat(language).format(Math.max(left, 0));
  resend.hidden = left > 0 || !journey.phone;
  if (left > 0) setTimeout(countDown, 1000);
}

export function startAccount(proven, chosen, ended) {
  box('shared').checked = journey.shared;
  box('suggestion').addEventListener('click', takeSuggestion);
  const forms = Object.fromEntries(['phone', 'code', 'pin'].map((name) => [name, section(name).querySelector('form')]));
  const submitCode = attempt(forms.code, 'code', () => sendCode(proven, submitCode));
  forms.phone.addEventListener('submit', attempt(forms.phone, 'phone', sendPhone));
  const paper = box('on-paper').querySelector('form');
  paper.addEventListener('submit', attempt(paper, 'paper-code', () => sendPaperCode(proven)));
  forms.code.addEventListener('submit', submitCode);
  box('code').addEventListener('input', (event) => isNewCode() && submitCode(event));
  forms.pin.addEventListener('submit', attempt(forms.pin, 'new-pin', () => sendPin(chosen, ended)));
  resend.addEventListener('click', attempt(resend.parentNode, 'code', async () => {
    if (!(await askForCode(journey.phone, 'code'))) return;
    box('code').value = '';
    enterCode(submitCode);
    box('code').focus();
    say(text('code_again'));
  }));
  return { code: () => enterCode(submitCode) };
}

function enterCode(submit) {
  box('sent-to').textContent = journey.phone;
  box('sent-to').parentNode.hidden = !journey.phone;
  countDown();
  listen(submit);
}
