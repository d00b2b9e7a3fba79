// Asks for a QR code by camera or photo; what is seen stays on the device, and only the code's text is handed on.
import { text } from '../texts.js';
import { PHOTO_SIDES, drawPhoto, openCamera, openPhoto, takeFrame } from './pictures.js';
import { readCode } from './qr-decoder.js';

const PAUSE_MS = 100;
const HELP_AFTER = 40; // pictures without a code

// Gives what opens `dialog` (templates/scan.html). It closes when `take(text)` gives true for a code that was read;
// `address` is that of the decoder.
export function startScan(dialog, address, take) {
  const video = dialog.querySelector('video');
  const photo = dialog.querySelector('input');
  let endCamera = null;
  const say = (key) => { dialog.querySelector('.status').textContent = key && text(key); };
  const handOn = (found) => {
    if (!dialog.open || !found) return;
    if (take(found)) dialog.close();
    else say('scan_other');
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
      endCamera = await openCamera(video);
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
