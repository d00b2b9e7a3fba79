// The day of an instant in Vietnam, as 2026-11-22, wherever the device thinks it is.
const AHEAD = 7 * 3600000;

export const localDay = (instant) => new Date(new Date(instant).getTime() + AHEAD).toISOString().slice(0, 10);
