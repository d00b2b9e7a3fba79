// The page's own sentences: built into the page in its language, looked up by key.
export const main = document.getElementById('main');
const TEXTS = JSON.parse(main.dataset.texts || '{}');

export function text(key, values = {}) {
  return TEXTS[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

export const hasText = (key) => Object.hasOwn(TEXTS, key);

export const language = document.documentElement.lang;

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
