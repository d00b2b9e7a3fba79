// Does again what found no network: after 20 seconds, then less often, and at once when network or person are back.
const SOONEST = 20 * 1000;
const LATEST = 160 * 1000;

export function repeating(action) {
  let pause = 0;
  let timer = null;
  const now = () => pause && !document.hidden && action();
  window.addEventListener('online', now);
  document.addEventListener('visibilitychange', now);
  return {
    wait() {
      clearTimeout(timer);
      pause = Math.min(pause * 2 || SOONEST, LATEST);
      timer = setTimeout(action, pause);
    },
    stop() {
      clearTimeout(timer);
      pause = 0;
    },
  };
}
