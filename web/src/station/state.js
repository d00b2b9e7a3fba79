// What the station's page knows: the device, who works, and the one person whose record is open. Nothing of it is kept.
// `changes` counts what was written, by which a page that was read before is told to be old.
// `turn` is another one whenever a person is put away: what is answered then is for nobody who is here now.
export const station = { device: null, client: null, who: null, shift: null, candidates: [], scan: null, otherName: '', person: null, turn: {}, told: '', standing: '', changes: 0 };

export const mayDo = (permission) => Boolean(station.who?.permissions.includes(permission));

export const isOnShift = () => station.shift !== null;

export const byId = (id) => document.getElementById(id);
