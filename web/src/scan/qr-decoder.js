// Reads a QR code from a canvas: by the browser's own detector where it has one, else by a decoder that is loaded only then.
let detector;
let script = null;

// The text of the code on `canvas`, or null; `address` is that of the decoder of web/vendor. Throws where it cannot be loaded.
export async function readCode(canvas, address) {
  if (detector === undefined) detector = await ownDetector();
  if (detector) {
    try {
      return (await detector.detect(canvas))[0]?.rawValue ?? null;
    } catch {
      detector = null; // some browsers name a detector whose service is not there
    }
  }
  const decode = await loadDecoder(address);
  const { width, height } = canvas;
  try {
    return decode(canvas.getContext('2d').getImageData(0, 0, width, height));
  } catch {
    return null; // no code, or one that cannot be read
  }
}

async function ownDetector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => []);
  return formats?.includes('qr_code') ? new globalThis.BarcodeDetector({ formats: ['qr_code'] }) : null;
}

function loadDecoder(address) {
  script ||= import(address).then((module) => module.decodeQR);
  script.catch(() => { script = null; });
  return script;
}
