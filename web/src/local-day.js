// The day of an instant in Vietnam, as 2026-11-22, wherever the device thinks it is.
const AHEAD = 7 * 3600000;

export const localDay = (instant) => new Date(new Date(instant).getTime() + AHEAD).toISOString().slice(0, 10);

// That day as a Date in whatever zone the device believes to be in; today's where no instant is given.
export function localDate(instant = Date.now()) {
  const [year, month, day] = localDay(instant).split('-').map(Number);
  return new Date(year, month - 1, day);
}
