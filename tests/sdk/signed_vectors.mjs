// Signs the sound vectors by `sdk/js` and tells what came of each: the base, the headers, whether the signature holds.
import { readFileSync } from 'node:fs';

const [, , vectorsFile, folder] = process.argv;
const { signCall, signatureBase } = await import(`${folder}/signing.js`);
const { addressOf } = await import(`${folder}/facility-client.js`);
const { origin, keys, sound } = JSON.parse(readFileSync(vectorsFile, 'utf8'));
const kinds = { ed25519: { name: 'Ed25519' }, 'ecdsa-p256-sha256': { name: 'ECDSA', namedCurve: 'P-256' } };
const results = [];
for (const { algorithm, call, created, nonce } of sound) {
  const { jwk, key_id: keyId } = keys[algorithm];
  const { d, ...open } = jwk;
  const privateKey = await crypto.subtle.importKey('jwk', jwk, kinds[algorithm], false, ['sign']);
  const publicKey = await crypto.subtle.importKey('jwk', open, kinds[algorithm], true, ['verify']);
  const { content_type: contentType, card_seen: cardSeen, path, query, ...rest } = call;
  const asked = { ...rest, cardSeen, url: addressOf(origin, path, query), ...(contentType && { contentType }) };
  const { url, headers } = await signCall({ keyId, privateKey }, asked, { created, nonce });
  const [, parameters, covered] = /^sig1=(\((.*)\).*)$/.exec(headers['signature-input']);
  const base = signatureBase({ method: call.method, url, headers }, covered.split(' ').map((name) => name.slice(1, -1)), parameters);
  const signature = Buffer.from(headers.signature.slice(6, -1), 'base64');
  const holds = await crypto.subtle.verify({ name: kinds[algorithm].name, hash: 'SHA-256' }, publicKey, signature, new TextEncoder().encode(base));
  results.push({ url, headers, base, holds });
}
console.log(JSON.stringify(results));
