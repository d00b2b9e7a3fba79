// SMART Health Links: what a link says, and the file in a compact JWE (direct key, A256GCM, perhaps deflated).
export function linkOf(text) {
  const found = /shlink:\/([\w-]+)$/.exec(text);
  try {
    const link = JSON.parse(textOf(bytesOf(found[1])));
    return typeof link.url === 'string' && typeof link.key === 'string' ? link : null;
  } catch {
    return null;
  }
}

// Whether this browser can open what a link leads to: Safari from 16.4, Chrome from 103.
export function canOpen() {
  try {
    return Boolean(crypto.subtle && new DecompressionStream('deflate-raw'));
  } catch {
    return false;
  }
}

export async function contentOf(jwe, key) {
  const [head, , nonce, content, tag] = jwe.split('.');
  const secret = await crypto.subtle.importKey('raw', bytesOf(key), 'AES-GCM', false, ['decrypt']);
  const how = { name: 'AES-GCM', iv: bytesOf(nonce), additionalData: new TextEncoder().encode(head) };
  const sealed = new Blob([bytesOf(content), bytesOf(tag)]);
  const plain = new Blob([await crypto.subtle.decrypt(how, secret, await sealed.arrayBuffer())]);
  const deflated = JSON.parse(textOf(bytesOf(head))).zip === 'DEF';
  const stream = deflated ? plain.stream().pipeThrough(new DecompressionStream('deflate-raw')) : plain.stream();
  return new Response(stream).json();
}

function bytesOf(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function textOf(bytes) {
  return new TextDecoder().decode(bytes);
}
