// Canvases that a decoder may read: from the camera's picture, or from a photo that somebody chose.
const CAMERA_SIDES = [720, 540, 1080]; // one picture after the other: blur and tilt are read at one size and not at another
export const PHOTO_SIDES = [1280, 2000, 800]; // the likeliest first

// Shows the camera behind the phone in `video`; gives what ends it. Throws as getUserMedia does, or where there is none.
export async function openCamera(video) {
  const wanted = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted });
  video.srcObject = stream;
  await video.play();
  return () => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
}

// The square in the middle of the camera's picture, as it is shown.
export function takeFrame(video, count) {
  const side = Math.min(video.videoWidth, video.videoHeight);
  const from = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  const to = Math.min(CAMERA_SIDES[count % CAMERA_SIDES.length], 1.5 * side);
  return drawn(to, to, video, ...from, side, side);
}

// The picture of a file that somebody chose; throws where it is none.
export async function openPhoto(file) {
  const image = new Image();
  image.src = await new Promise((resolve, reject) => {
    const reader = Object.assign(new FileReader(), { onload: () => resolve(reader.result), onerror: reject });
    reader.readAsDataURL(file);
  });
  await image.decode();
  return image;
}

// The whole photo, its longer side about so many pixels.
export function drawPhoto(image, side) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(side / Math.max(width, height), 1.5);
  return drawn(width * scale, height * scale, image, 0, 0, width, height);
}

function drawn(width, height, source, ...part) {
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.round(width), height: Math.round(height) });
  canvas.getContext('2d').drawImage(source, ...part, 0, 0, canvas.width, canvas.height);
  return canvas;
}
