// The calls of a facility from a browser or Node, signed; `sdk/python` has the same.
import { encodeQuery, signCall } from './signing.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const LATE_OR_EARLY = ['signature-created', 'signature-expires'];
const CALL_PATIENCE = 30000;

// No answer came: whether the call was carried out is not known.
export class NoAnswer extends Error {}

export const IDENTIFIER_SYSTEM = 'http://fhir.ehealth.gov.vn/core/sid/';

export class FacilityClient {
  // `practitioner` is a function, since who works changes; `origin` is the public one, `https://...` without a path.
  constructor({ origin, keyId, privateKey, practitioner, language = 'vi' }) {
    Object.assign(this, { origin, keyId, privateKey, practitioner, language, ahead: 0, isClockKnown: false });
  }

  // Milliseconds by the service's clock, as its last answer told it; by the device's own before any answer.
  now() {
    return Date.now() - this.ahead * 1000;
  }

  // Who the service takes this key for, what it may do, and until when.
  whoAmI() {
    return this.call('GET', '/facility-key');
  }

  // `query` is that of the `next` link of a page before.
  match(patient, query = {}) {
    return this.call('POST', 'Patient/$match', { query, body: parametersOf([{ name: 'resource', resource: patient }]) });
  }

  search(system, value, birthDate) {
    const body = encodeQuery({ identifier: `${system}|${value}`, birthdate: birthDate });
    return this.call('POST', 'Patient/_search', { body, contentType: FORM_TYPE });
  }

  summary(patientId, context = {}) {
    return this.call('GET', `Patient/${patientId}/$summary`, context);
  }

  everything(patientId, query = {}, context = {}) {
    return this.call('GET', `Patient/${patientId}/$everything`, { query, ...context });
  }

  // The card was seen; `more` are further parameters (permitPin, paperCode, reason, settle).
  verify(patientId, system, value, birthDate, more = []) {
    const about = [{ name: 'identifier', valueString: `${system}|${value}` }, { name: 'birthdate', valueDate: birthDate }];
    return this.call('POST', `Patient/${patientId}/$verify`, { body: parametersOf([...about, ...more]) });
  }

  transaction(bundle, context = {}) {
    return this.call('POST', '', { body: JSON.stringify(bundle), ...context });
  }

  // Signs and sends; `path` is below `/v1/fhir`, or with a leading / below `/v1`. Gives { status, data, headers };
  // throws NoAnswer. The service's clock is learned from every answer; a call that was refused for its time is signed anew, once.
  async call(method, path, { query, ...context } = {}) {
    const call = { practitioner: this.practitioner(), ...context, method, url: addressOf(this.origin, path, query) };
    const answer = await this.send(call);
    if (answer.status !== 401 || !LATE_OR_EARLY.includes(reasonOf(answer)) || !answer.headers.get('date')) return answer;
    return this.send(call);
  }

  learnClock(date, asked, answered) {
    if (!date || answered < asked) return;
    this.ahead = clockAhead(this.ahead, date, asked, answered);
    this.isClockKnown = true;
  }

  async send(call) {
    const created = Math.floor(this.now() / 1000);
    const { method, url, headers, body } = await signCall({ keyId: this.keyId, privateKey: this.privateKey }, call, { created });
    const impatience = new AbortController();
    const waiting = setTimeout(() => impatience.abort(), CALL_PATIENCE);
    const asked = Date.now();
    const options = { method, body, headers: { ...headers, 'accept-language': this.language }, cache: 'no-store', credentials: 'omit', signal: impatience.signal };
    try {
      const response = await fetch(url, options);
      this.learnClock(Date.parse(response.headers.get('date')), asked, Date.now());
      return { status: response.status, data: readJson(await response.text()), headers: response.headers };
    } catch {
      throw new NoAnswer();
    } finally {
      clearTimeout(waiting);
    }
  }
}

// How many seconds the device is ahead of the service, whose answer said `date`; what was known stays where the answer
// cannot tell better: it has whole seconds, and was on its way for as long as the call took. All in milliseconds.
export function clockAhead(known, date, asked, answered) {
  const found = (asked + answered) / 2 - date - 500;
  const doubt = (answered - asked) / 2 + 500;
  return Math.abs(found - known * 1000) <= doubt ? known : Math.round(found / 1000);
}

// The absolute address of a call; `path` as for FacilityClient.call.
export function addressOf(origin, path, query = {}) {
  const below = path.startsWith('/') ? path : `/fhir${path && `/${path}`}`;
  const asked = encodeQuery(query);
  return `${origin}/v1${below}${asked && `?${asked}`}`;
}

// The word by which an OperationOutcome says why, `no-such-person` for one.
export function reasonOf({ data }) {
  return data.issue?.[0]?.details?.coding?.[0]?.code || data.issue?.[0]?.diagnostics;
}

// The sentences of an OperationOutcome, for people.
export function sentencesOf({ data }) {
  return (data.issue || []).map(({ details }) => details?.text).filter(Boolean);
}

function parametersOf(parameter) {
  return JSON.stringify({ resourceType: 'Parameters', parameter });
}

function readJson(content) {
  try {
    return JSON.parse(content) || {};
  } catch {
    return {};
  }
}
