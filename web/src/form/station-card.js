// The card that the station's page had read when it opened this form: asked for once, and kept nowhere.
export function askStationForCard(take) {
  const station = window.opener;
  if (!station) return;
  const receive = ({ origin, source, data }) => {
    if (origin !== location.origin || source !== station || !data?.card) return;
    window.removeEventListener('message', receive);
    take(data.card);
  };
  window.addEventListener('message', receive);
  station.postMessage('card', location.origin);
}
