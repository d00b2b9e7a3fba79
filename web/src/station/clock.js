// The time that is written and shown: the service's, which every answer tells, not that of the device.
import { byId, station } from './state.js';
import { localDate } from '../local-day.js';
import { element, language, text } from '../texts.js';

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const ZONE_AHEAD = 7 * 60 * 60 * 1000;
const WRONG_SECONDS = 5 * 60;

// Milliseconds; before any answer, those of the device.
export const now = () => station.client?.now() ?? Date.now();

export const isClockKnown = () => Boolean(station.client?.isClockKnown);

// With the province's zone: 2026-11-23T08:30:00+07:00. Its first ten characters are the day in the province.
export function nowInProvince(at = now()) {
  return `${new Date(at + ZONE_AHEAD).toISOString().slice(0, 19)}+07:00`;
}

export const todayInProvince = () => nowInProvince().slice(0, 10);

// The province's day as a Date in whatever zone the device believes to be in.
export const today = () => localDate(now());

// The day stands before the month in either language: `12/6/2026` is the sixth of December to an American alone.
const LOCALE = language === 'en' ? 'en-GB' : language;

export const dateWords = (at) => new Date(at).toLocaleDateString(LOCALE, { timeZone: TIME_ZONE, day: '2-digit', month: '2-digit', year: 'numeric' });

// Day and hour in the province, as people read them.
export const timeWords = (at) => new Date(at).toLocaleString(LOCALE, { timeZone: TIME_ZONE, day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' });

export const hourWords = (at) => new Date(at).toLocaleTimeString(LOCALE, { timeZone: TIME_ZONE, hour: '2-digit', minute: '2-digit' });

// A clock that is far off is said, with what is written instead.
export function showClock() {
  const { ahead = 0 } = station.client || {};
  const isWrong = Math.abs(ahead) > WRONG_SECONDS;
  byId('wrong-clock').hidden = !isWrong;
  const said = isWrong ? [element('p', { textContent: text('clock_is_wrong', { device: timeWords(Date.now()), right: timeWords(now()) }) })] : [];
  byId('wrong-clock').replaceChildren(...said);
}

// Whoever went to set the clock right comes back to the page: what was known of the clock is asked anew.
export function watchClock() {
  document.addEventListener('visibilitychange', async () => {
    if (document.visibilityState !== 'visible' || !station.who) return;
    try {
      await station.client.whoAmI();
    } catch {
      // Without a network the next answer tells.
    }
    showClock();
  });
}
