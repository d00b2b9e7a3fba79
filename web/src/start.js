// The first page: counts the scan of a poster, once in a tab, and carries its id on.
const COUNTED = 'ssk-poster';
const poster = new URLSearchParams(location.search).get('p');

if (poster) {
  for (const link of document.querySelectorAll('#start, .switch')) link.search = `?p=${encodeURIComponent(poster)}`;
}

if (poster && sessionStorage.getItem(COUNTED) !== poster) {
  sessionStorage.setItem(COUNTED, poster);
  fetch('/v1/visits', {
    method: 'POST',
    keepalive: true,
    headers: { 'Content-Type': 'application/json', 'X-Requested-With': 'ssk' },
    body: JSON.stringify({ poster }),
  }).catch(() => null);
}
