// The first page: counts the scan of a poster, once in a tab, and carries its id on.
const COUNTED = 'ssk-poster';
const poster = new URLSearchParams(location.search).get('p');

if (poster) {
  for (const link of document.querySelectorAll('#start, #start-other, .switch')) link.search = `?p=${encodeURIComponent(poster)}`;
}

const headers = { 'Content-Type': 'application/json', 'X-Requested-With': 'ssk' };

if (poster && sessionStorage.getItem(COUNTED) !== poster) {
  sessionStorage.setItem(COUNTED, poster);
  fetch('/v1/visits', {
    method: 'POST',
    keepalive: true,
    headers,
    body: JSON.stringify({ poster }),
  }).catch(() => null);
}

// A sign-out that the server has not heard of yet (account/sign-out.js).
if (localStorage.getItem('ssk-leaving') !== null) fetch('/v1/session', { method: 'DELETE', headers }).catch(() => null);
