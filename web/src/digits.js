// Digits as people write them: full-width, Arabic-Indic and Persian ones count too.
const ARABIC = 0x0660;
const PERSIAN = 0x06f0;

export function plainDigits(text) {
  return text.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => {
    const point = digit.codePointAt(0);
    return String(point - (point < PERSIAN ? ARABIC : PERSIAN));
  });
}

export function digitsOnly(text) {
  return plainDigits(text).replace(/[^0-9]/g, '');
}
