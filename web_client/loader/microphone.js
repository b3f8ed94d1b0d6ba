// @ts-check
/** The microphone, asked for inside the click, with the settings of Python's default request. */

const SETTINGS = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** A refusal is not lost: Python awaits the promise, and says what to do. */
export function askForMicrophone() {
  const asked = navigator.mediaDevices?.getUserMedia({ audio: SETTINGS });
  asked?.catch(() => {});
  return asked;
}

/** @param {Promise<MediaStream> | undefined} microphone */
export function releaseMicrophone(microphone) {
  microphone?.then((stream) => stream.getTracks().forEach((track) => track.stop())).catch(() => {});
}
