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
    Object.assign(this, { origin, keyId, privateKey, practitioner, language, ahead: 0 });
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
  // throws NoAnswer. A clock that is wrong is set right by the service's, once, and the call signed anew.
  async call(method, path, { query, ...context } = {}) {
    const call = { practitioner: this.practitioner(), ...context, method, url: addressOf(this.origin, path, query) };
    const answer = await this.send(call);
    if (answer.status !== 401 || !LATE_OR_EARLY.includes(reasonOf(answer))) return answer;
    const clock = Date.parse(answer.headers.get('date'));
    if (!clock) return answer;
    this.ahead = Math.round((Date.now() - clock) / 1000);
    return this.send(call);
  }

  async send(call) {
    const created = Math.floor(Date.now() / 1000) - this.ahead;
    const { method, url, headers, body } = await signCall({ keyId: this.keyId, privateKey: this.privateKey }, call, { created });
    const impatience = new AbortController();
    const waiting = setTimeout(() => impatience.abort(), CALL_PATIENCE);
    const options = { method, body, headers: { ...headers, 'accept-language': this.language }, cache: 'no-store', credentials: 'omit', signal: impatience.signal };
    try {
      const response = await fetch(url, options);
      return { status: response.status, data: readJson(await response.text()), headers: response.headers };
    } catch {
      throw new NoAnswer();
    } finally {
      clearTimeout(waiting);
    }
  }
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
