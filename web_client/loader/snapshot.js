// @ts-check
/**
 * The memory of a Python that has imported everything, and how a new machine comes by it.
 *
 * What has to be stored is little of it. Memory goes in lines of 64 bytes. Below `border` lies
 * what every machine has from its start: only lines that differ are stored. Above it only those
 * that aren't zero. build/snapshot.mjs writes this:
 *
 *     magic, checksum of all that follows, length of text, memory size, border, number of runs
 *     text: JSON, what Pyodide's own snapshot says of JavaScript objects, and `buildId`
 *     runs: first line and number of lines, for each
 *     lines
 *
 * all numbers being 32 bits, low byte first. A snapshot that is cut off, changed, or made by
 * another Pyodide is refused before a byte of memory is written.
 */

/** @typedef {import("./emscripten.js").Machine} Machine */

export const MAGIC = 0x50414e53;
export const LINE = 64;
export const HEAD = 6;

/**
 * @param {Uint32Array} words
 * @returns {number} FNV-1a over words instead of bytes
 */
export function checksum(words) {
  let sum = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) sum = Math.imul(sum ^ words[i], 0x01000193);
  return sum >>> 0;
}

/**
 * The bytes as Pyodide is to know them, checked. Throws an Error that says what is wrong.
 *
 * @param {ArrayBuffer} buffer
 * @param {string} buildId of the Pyodide that is running
 */
export function opened(buffer, buildId) {
  const words = new Uint32Array(buffer, 0, buffer.byteLength >> 2);
  const [magic, sum, length, size, border, count] = words;
  if (magic !== MAGIC) throw new Error("This is no snapshot");
  if (sum !== checksum(words.subarray(2))) throw new Error("The snapshot is damaged");
  const text = new TextDecoder().decode(new Uint8Array(buffer, HEAD * 4, length));
  const config = JSON.parse(text);
  if (config.buildId !== buildId) throw new Error("The snapshot is of another Pyodide");
  const start = HEAD + Math.ceil(length / 4);
  const runs = words.subarray(start, start + 2 * count);
  const lines = new Uint8Array(buffer, (start + 2 * count) * 4);
  return { config, size, border, runs, lines };
}

/**
 * Put the snapshot in place of what the machine has in memory.
 *
 * @param {Machine} machine
 * @param {ReturnType<typeof opened>} snapshot
 * @returns {object} what Pyodide wants to know of it
 */
export function restore(machine, { config, size, border, runs, lines }) {
  const trampoline = trampolineOf(machine);
  const used = inUse(machine);
  if (machine.HEAPU8.length < size) machine.growMemory(size);
  if (machine.HEAPU8.length < size) throw new Error("There isn't memory enough for Python");
  const memory = machine.HEAPU8;
  memory.fill(0, border, used);
  let taken = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const bytes = runs[i + 1] * LINE;
    memory.set(lines.subarray(taken, taken + bytes), runs[i] * LINE);
    taken += bytes;
  }
  machine.HEAP32[trampoline.place] = trampoline.value;
  return config;
}

/**
 * How Python calls C depends on the engine, and is kept in its memory.
 *
 * @param {Machine} machine
 */
function trampolineOf({ HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET }) {
  const offset = HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
  const place = (__PyRuntime + offset) >>> 2;
  return { place, value: HEAP32[place] };
}

/** @param {Machine} machine */
function inUse(machine) {
  const top = machine.HEAPU32[machine._emscripten_get_sbrk_ptr() >>> 2];
  return Math.min(machine.HEAPU8.length, Math.max(top, machine._emscripten_stack_get_base()));
}
