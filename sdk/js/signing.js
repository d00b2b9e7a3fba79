// Signs a facility's call by RFC 9421 with the profile `ssk-facility`: the same lines as `sdk/python` signs.
const SIGNATURE_TAG = 'ssk-facility';
const SIGNATURE_LIFE_SECONDS = 240;
const ALGORITHM_NAMES = { ECDSA: 'ecdsa-p256-sha256', Ed25519: 'ed25519' };
const ALWAYS_SIGNED = ['@method', '@authority', '@path', '@query', 'purpose-of-use', 'practitioner'];
const SIGNED_WHERE_SENT = ['purpose-reason', 'share', 'card-seen', 'content-type', 'content-digest'];

const asBytes = (body) => (typeof body === 'string' ? new TextEncoder().encode(body) : body);

export function toBase64(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

export function newNonce() {
  return toBase64(crypto.getRandomValues(new Uint8Array(24))).replace(/\+/g, '-').replace(/\//g, '_');
}

// `a=1&b=x%7Cy`: what is outside A-Za-z0-9-._~:/ is percent-encoded, and sent as it is signed.
export function encodeQuery(query) {
  const encoded = (value) => encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`).replace(/%(3A|2F)/g, decodeURIComponent);
  return Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`).join('&');
}

// The text that is signed: one line for each covered component, then the parameters (RFC 9421 section 2.5).
export function signatureBase({ method, url, headers }, covered, parameters) {
  const authority = /^https?:\/\/([^/]+)/.exec(url)[1];
  const [path, query = ''] = url.slice(url.indexOf(authority) + authority.length).split('?');
  const derived = { '@method': method, '@authority': authority.toLowerCase(), '@path': path, '@query': `?${query}` };
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name]}`);
  return [...lines, `"@signature-params": ${parameters}`].join('\n');
}

// `signer`: { keyId, privateKey }, a CryptoKey for ECDSA P-256 or Ed25519.
// `call`: { method, url, body?, contentType?, practitioner, purpose?, reason?, share?, cardSeen? }; `url` is absolute.
// Gives { method, url, headers, body } with names in lower case. Each call has a fresh nonce: a retry is signed anew.
export async function signCall({ keyId, privateKey }, call, { created = Math.floor(Date.now() / 1000), nonce = newNonce() } = {}) {
  const { method, url, purpose = 'TREAT', contentType = 'application/fhir+json' } = call;
  const headers = { 'purpose-of-use': purpose, practitioner: call.practitioner };
  const whereSent = { 'purpose-reason': call.reason, share: call.share, 'card-seen': call.cardSeen };
  for (const [name, value] of Object.entries(whereSent)) if (value) headers[name] = value;
  const body = call.body?.length ? asBytes(call.body) : undefined;
  if (body) {
    headers['content-type'] = contentType;
    headers['content-digest'] = `sha-256=:${toBase64(await crypto.subtle.digest('SHA-256', body))}:`;
  }
  const covered = [...ALWAYS_SIGNED, ...SIGNED_WHERE_SENT.filter((name) => name in headers)];
  const { name } = privateKey.algorithm;
  const parameters = `(${covered.map((part) => `"${part}"`).join(' ')});created=${created};keyid="${keyId}";alg="${ALGORITHM_NAMES[name]}";expires=${created + SIGNATURE_LIFE_SECONDS};nonce="${nonce}";tag="${SIGNATURE_TAG}"`;
  const base = new TextEncoder().encode(signatureBase({ method, url, headers }, covered, parameters));
  const signature = await crypto.subtle.sign({ name, hash: 'SHA-256' }, privateKey, base);
  headers['signature-input'] = `sig1=${parameters}`;
  headers.signature = `sig1=:${toBase64(signature)}:`;
  return { method, url, headers, body };
}
