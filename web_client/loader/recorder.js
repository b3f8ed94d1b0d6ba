// @ts-check
/**
 * The recorder of a dictation: what a page's audio graph plays into it becomes frames for the
 * wire, PCM16, mono, 16 kHz, little-endian, 1,600 samples each (1-protocol, 1.4). It runs as an
 * AudioWorklet, on the thread of the sound: a busy page loses none of it.
 *
 * Browsers resample too, with `new AudioContext({ sampleRate: 16000 })`, but Firefox refuses to
 * connect a microphone of another rate to such a context. So the context keeps the rate it likes,
 * whichever that is, and the sound is resampled here.
 *
 * Each frame is posted as an ArrayBuffer. A posted "finish" is answered with what is left, a
 * shorter frame, and then `null`: of N samples heard, at R Hz, N · 16,000 / R have gone out,
 * rounded up.
 */

const RATE = 16_000;
const FRAME = 1_600;

/** The low-pass filter: how many zero crossings of the sinc it keeps to each side of a sample… */
const CROSSINGS = 32;
/** …and where it begins to cut, so that nothing of 8 kHz and more is folded back: half of the
 * lower rate is 80 dB down. */
const ROLLOFF = 0.926;
const KAISER_BETA = 7.857;
/** Entries of the table between two crossings; between two entries a straight line is exact to
 * 16 bits. */
const STEPS = 512;

const KERNEL = kernel();

/** One half of a sinc under a Kaiser window, over crossings. */
function kernel() {
  const table = new Float32Array(CROSSINGS * STEPS + 2);
  for (let i = 0; i < CROSSINGS * STEPS; i++) {
    const x = i / STEPS;
    const window = bessel(KAISER_BETA * Math.sqrt(1 - (x / CROSSINGS) ** 2)) / bessel(KAISER_BETA);
    table[i] = window * (x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1);
  }
  return table;
}

/** The modified Bessel function of order zero. @param {number} x */
function bessel(x) {
  let sum = 1;
  for (let k = 1, term = 1; term > 1e-12 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/**
 * From any rate to 16 kHz, a piece at a time, without a seam: sample k of the output is the sound
 * at second k / 16,000, whichever pieces the input came in.
 */
class Resampler {
  /** @param {number} rate of the input, Hz */
  constructor(rate) {
    this.rate = rate;
    // Crossings in one sample of input. At 16 kHz the kernel is 1 here and 0 at all others.
    this.scale = rate === RATE ? 1 : (ROLLOFF * Math.min(rate, RATE)) / rate;
    this.reach = Math.ceil(CROSSINGS / this.scale); // samples of input to each side
    /** What may still be needed; before the first sample there was silence. */
    this.held = new Float32Array(this.reach);
    /** Where in `held` the next sample of output lies: whole samples, and 16,000ths of one. */
    this.place = this.reach;
    this.part = 0;
    this.due = 0;
  }

  /**
   * @param {Float32Array} samples
   * @param {(sample: number) => void} out
   */
  push(samples, out) {
    this.due += samples.length * RATE;
    this.#take(samples, out);
  }

  /** What waited for sound that doesn't come any more. @param {(sample: number) => void} out */
  finish(out) {
    this.#take(new Float32Array(this.reach + 1), out);
  }

  /**
   * @param {Float32Array} samples
   * @param {(sample: number) => void} out
   */
  #take(samples, out) {
    const held = new Float32Array(this.held.length + samples.length);
    held.set(this.held);
    held.set(samples, this.held.length);
    // Silence at the end only helps the last ones out; it brings none of its own.
    while (this.due > 0 && this.place + this.reach < held.length) {
      out(this.#at(held));
      this.due -= this.rate;
      this.part += this.rate;
      this.place += Math.floor(this.part / RATE);
      this.part %= RATE;
    }
    const past = this.place - this.reach;
    this.held = held.slice(past);
    this.place = this.reach;
  }

  /** @param {Float32Array} held */
  #at(held) {
    const offset = this.part / RATE;
    let sum = 0;
    for (let i = 1 - this.reach; i <= this.reach; i++) {
      const x = Math.abs(i - offset) * this.scale * STEPS;
      const step = Math.min(Math.floor(x), CROSSINGS * STEPS);
      sum += held[this.place + i] * (KERNEL[step] + (x - step) * (KERNEL[step + 1] - KERNEL[step]));
    }
    return sum * this.scale;
  }
}

class Recorder extends AudioWorkletProcessor {
  #resampler = new Resampler(sampleRate);
  #frame = new DataView(new ArrayBuffer(2 * FRAME));
  #filled = 0;
  #finished = false;

  constructor() {
    super();
    this.port.onmessage = () => this.#finish();
  }

  /** @param {Float32Array[][]} inputs mono, or without a channel while nobody is connected */
  process([[sound]]) {
    if (sound && !this.#finished) this.#resampler.push(sound, this.#write);
    return !this.#finished;
  }

  /** @param {number} sample */
  #write = (sample) => {
    const level = Math.max(-1, Math.min(1, sample));
    this.#frame.setInt16(2 * this.#filled++, Math.round(level * 32_767), true);
    if (this.#filled === FRAME) this.#post();
  };

  #finish() {
    if (this.#finished) return;
    this.#finished = true;
    this.#resampler.finish(this.#write);
    if (this.#filled) this.#post();
    this.port.postMessage(null);
  }

  #post() {
    const frame = this.#frame.buffer.slice(0, 2 * this.#filled);
    this.#filled = 0;
    this.port.postMessage(frame, [frame]);
  }
}

registerProcessor("pinecall-recorder", Recorder);
