// Who works at the device, from the beginning of a shift until its end or 15 minutes without use.
import { station } from '../state.js';

const SHIFT_IDLE = 15 * 60 * 1000;
const WARNING = 13 * 60 * 1000;
const LOOK_EVERY = 5000;
const MOST_CHARACTERS = 64;
let lastUse = moment();

// `000123/HCM-CCHN Nguyen Thi Hoa`: the header is ASCII, so the name goes without its marks.
export function practitionerOf(licence, name) {
  const plainText = `${licence} ${name}`.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
  return plainText.replace(/[^\x20-\x7e]/g, '').replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS).trim();
}

export function beginShift(licence, name) {
  lastUse = moment();
  station.shift = { name, licence, practitioner: practitionerOf(licence, name) };
}

// `ended` is called once for each shift that nobody used for 15 minutes; `soon` gets whether one ends within two.
export function watchIdle(ended, soon) {
  const used = () => {
    if (isIdle(SHIFT_IDLE)) return;
    lastUse = moment();
  };
  for (const sign of ['pointerdown', 'keydown', 'input', 'scroll']) document.addEventListener(sign, used, { capture: true, passive: true });
  const look = () => {
    if (!station.shift) return;
    if (isIdle(SHIFT_IDLE)) ended();
    else soon(isIdle(WARNING));
  };
  setInterval(look, LOOK_EVERY);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('focus', look);
}

// By the clock, which goes on while the device sleeps, or by the time that the page ran, which nobody can set back.
function moment() {
  return { clock: Date.now(), ran: performance.now() };
}

function isIdle(time) {
  const { clock, ran } = moment();
  return clock - lastUse.clock >= time || ran - lastUse.ran >= time;
}
