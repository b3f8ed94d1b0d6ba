// Plays a sound into the recorder, in an OfflineAudioContext: any rate, no microphone, no waiting.
"use strict";

/** @returns the bytes of each frame, in base64 */
globalThis.recorded = async (recorder, rate, samples) => {
  const context = new OfflineAudioContext(1, samples.length, rate);
  await context.audioWorklet.addModule(recorder);
  const node = new AudioWorkletNode(context, "pinecall-recorder", { numberOfOutputs: 0 });
  const sound = context.createBufferSource();
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(Float32Array.from(samples), 0);
  sound.buffer = buffer; // filled before: Firefox looks at it now
  sound.connect(node);
  sound.start();
  const frames = [];
  const all = new Promise((told) => {
    node.port.onmessage = ({ data }) => (data ? frames.push(data) : told());
  });
  await context.startRendering();
  node.port.postMessage("finish");
  await all;
  return frames.map((frame) => btoa(String.fromCharCode(...new Uint8Array(frame))));
};
