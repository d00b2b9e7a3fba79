// Who works at the device, from the beginning of a shift until its end or 15 minutes without use.
import { station } from './state.js';

const SHIFT_IDLE = 15 * 60 * 1000;
const LOOK_EVERY = 5000;
const MOST_CHARACTERS = 64;
let lastUse = Date.now();

// `000123/HCM-CCHN Nguyen Thi Hoa`: the header is ASCII, so the name goes without its marks.
export function practitionerOf(licence, name) {
  const plainText = `${licence} ${name}`.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd').replace(/Đ/g, 'D');
  return plainText.replace(/[^\x20-\x7e]/g, '').replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS).trim();
}

export function beginShift(licence, name) {
  lastUse = Date.now();
  station.shift = { name, licence, practitioner: practitionerOf(licence, name) };
}

// `ended` is called once for each shift that nobody used for 15 minutes.
export function watchIdle(ended) {
  const used = () => {
    if (!isIdle()) lastUse = Date.now();
  };
  for (const sign of ['pointerdown', 'keydown', 'input', 'scroll']) document.addEventListener(sign, used, { capture: true, passive: true });
  const look = () => {
    if (station.shift && isIdle()) ended();
  };
  setInterval(look, LOOK_EVERY);
  document.addEventListener('visibilitychange', look);
  window.addEventListener('focus', look);
}

const isIdle = () => Date.now() - lastUse >= SHIFT_IDLE;
