// Asks for a QR code by camera or photo; what is seen stays on the device, and only the code's text is handed on.
import { text } from '../texts.js';

const PAUSE_MS = 100;
let tools = null;
const HELP_AFTER = 40; // pictures without a code

// What takes and reads pictures stands beside the decoder of `address`, and is loaded when somebody scans.
function loadTools(address) {
  tools ||= Promise.all(['pictures.js', 'qr-decoder.js'].map((name) => import(address.replace(/[^/]+$/, name)))).then((all) => Object.assign({}, ...all));
  tools.catch(() => { tools = null; });
  return tools;
}

// Gives what opens `dialog` (templates/scan.html). It closes when `take(text)` gives true for a code that was read, and says
// the sentence that it gives instead, or that this is no card; `address` is that of the decoder.
export function startScan(dialog, address, take) {
  const video = dialog.querySelector('video');
  const photo = dialog.querySelector('input');
  let endCamera = null;
  let readCode;
  let takeFrame;
  const say = (key) => { dialog.querySelector('.status').textContent = key && text(key); };
  const handOn = (found) => {
    if (!dialog.open || !found) return;
    const taken = take(found);
    if (taken === true) dialog.close();
    else say(taken || 'scan_other');
  };

  async function watch() {
    for (let count = 1; endCamera; count += 1) {
      handOn(await readCode(takeFrame(video, count), address));
      if (count === HELP_AFTER && endCamera) say('scan_closer');
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
    }
  }

  async function showCamera() {
    video.hidden = false;
    try {
      const loaded = await loadTools(address);
      ({ readCode, takeFrame } = loaded);
      endCamera = await loaded.openCamera(video);
    } catch {
      video.hidden = true;
      return say('scan_no_camera');
    }
    if (!dialog.open) stopCamera();
    return watch().catch(() => say('scan_unloaded'));
  }

  function stopCamera() {
    endCamera?.();
    endCamera = null;
  }

  async function readPhoto() {
    const [file] = photo.files;
    photo.value = '';
    if (!file) return;
    say('working');
    const loaded = await loadTools(address).catch(() => null);
    if (!loaded) return say('scan_unloaded');
    const { PHOTO_SIDES, drawPhoto, openPhoto } = loaded;
    ({ readCode } = loaded);
    const image = await openPhoto(file).catch(() => null);
    if (!image) return say('scan_no_picture');
    let found = null;
    for (const side of PHOTO_SIDES) found ||= await readCode(drawPhoto(image, side), address).catch(() => say('scan_unloaded'));
    if (found) handOn(found);
    else if (found === null) say('scan_no_code');
  }

  dialog.addEventListener('close', stopCamera);
  dialog.querySelector('[data-close]').addEventListener('click', () => dialog.close());
  dialog.querySelector('[data-photo]').addEventListener('click', () => photo.click());
  photo.addEventListener('change', readPhoto);
  // Whoever takes the photo with another app comes back.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stopCamera();
    else if (dialog.open) showCamera();
  });
  return () => {
    say('');
    dialog.showModal();
    showCamera();
  };
}
