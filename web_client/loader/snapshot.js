// @ts-check
/**
 * The memory of a Python that has imported everything, and how a new machine comes by it.
 *
 * What has to be stored is little of it. Memory goes in lines of 64 bytes. What is static, in the
 * interpreter and its libraries, every machine has from its start: only lines that differ are
 * stored. Of the rest, the stack and the heap, only those that aren't zero. build/snapshot.mjs
 * writes this:
 *
 *     magic, checksum of all that follows, length of text, number of runs, number of nodes
 *     text: JSON, what Pyodide's own snapshot says of JavaScript objects, and `Layout`
 *     runs: first line and number of lines, for each
 *     nodes: from each to the next, the first from 0
 *     lines
 *
 * all numbers being 32 bits, low byte first. A snapshot that is cut off, changed, or made by
 * another Pyodide is refused before a byte of memory is written.
 *
 * Two things are not stored, since they hardly compress and are quickly made again: the links
 * between the objects that the garbage collector knows (`nodes` are their places; the first is
 * the list's own), and the hashes of strings, for which `unhashed` stands.
 */
import { breathe } from "./patience.js";

/** @typedef {import("./emscripten.js").Machine} Machine */
/** @typedef {ReturnType<typeof opened>} Snapshot */

/**
 * @typedef {object} Layout
 * @property {string} buildId of the Pyodide that made it
 * @property {number} size of the memory
 * @property {[number, number]} stack from, to
 * @property {number} heap from
 * @property {number} unhashed
 */

export const MAGIC = 0x51414e53;
export const LINE = 64;
export const HEAD = 5;
export const HASH = 12; // where a string has its hash
const WORDS = LINE / 4;
const MARGIN = 1 << 20;
const BIT = 8; // milliseconds

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
 * @param {Uint8Array} bytes
 * @param {string} buildId of the Pyodide that is running
 */
export function opened({ buffer, byteLength }, buildId) {
  const words = new Uint32Array(buffer, 0, byteLength >> 2);
  const [magic, sum, length, ...counts] = words.subarray(0, HEAD);
  if (magic !== MAGIC) throw new Error("This is no snapshot");
  if (sum !== checksum(words.subarray(2))) throw new Error("The snapshot is damaged");
  const text = new TextDecoder().decode(new Uint8Array(buffer, HEAD * 4, length));
  const layout = /** @type {Layout} */ (JSON.parse(text));
  if (layout.buildId !== buildId) throw new Error("The snapshot is of another Pyodide");
  const start = HEAD + Math.ceil(length / 4);
  const runs = words.subarray(start, start + 2 * counts[0]);
  const nodes = words.subarray(start + runs.length, start + runs.length + counts[1]);
  return { layout, runs, nodes, lines: words.subarray(start + runs.length + nodes.length) };
}

/**
 * Make the machine's memory big enough.
 *
 * @param {Machine} machine
 * @param {Layout} layout
 */
export function makeRoom(machine, { size }) {
  if (machine.HEAPU8.length < size) machine.growMemory(size);
  if (machine.HEAPU8.length < size) throw new Error("There isn't memory enough for Python");
}

/**
 * Put in place what lies so high in the heap that a machine which sets itself up doesn't touch
 * it; bit by bit, so that the page goes on.
 *
 * @param {Machine} machine
 * @param {Snapshot} snapshot
 */
export async function restoreHigh(machine, snapshot) {
  const { runs } = snapshot;
  let { run, taken } = low(snapshot);
  let began = performance.now();
  for (; run < runs.length; run += 2) {
    taken = put(machine, snapshot, run, taken);
    if (performance.now() - began < BIT) continue;
    await breathe();
    began = performance.now();
  }
  return () => restore(machine, snapshot);
}

/**
 * The rest, in place of what the machine has in memory by now.
 *
 * @param {Machine} machine
 * @param {Snapshot} snapshot
 * @returns {object} what Pyodide wants to know of it
 */
function restore(machine, snapshot) {
  const { layout, nodes } = snapshot;
  const trampoline = trampolineOf(machine);
  const memory = machine.HEAPU32;
  const top = breakOf(machine);
  if (top > layout.heap + MARGIN) throw new Error("The machine has set up more than it should");
  memory.fill(0, layout.stack[0] >> 2, layout.stack[1] >> 2);
  memory.fill(0, layout.heap >> 2, top >> 2);
  const { run: end } = low(snapshot);
  for (let run = 0, taken = 0; run < end; run += 2) taken = put(machine, snapshot, run, taken);
  memory[trampoline.place] = trampoline.value;
  link(memory, nodes);
  return layout;
}

/**
 * @param {Snapshot} snapshot
 * @returns how many runs are not high, and the words in them
 */
function low({ runs, layout }) {
  const border = (layout.heap + MARGIN) / LINE;
  let run = 0;
  let taken = 0;
  for (; run < runs.length && runs[run] < border; run += 2) taken += runs[run + 1] * WORDS;
  return { run, taken };
}

/**
 * One run of lines, and the hashes of the strings in it.
 *
 * @param {Machine} machine
 * @param {Snapshot} snapshot
 * @param {number} run
 * @param {number} taken how many words were taken before
 */
function put({ HEAPU32, _PyObject_Hash }, { layout, runs, lines }, run, taken) {
  const words = runs[run + 1] * WORDS;
  const place = runs[run] * WORDS;
  HEAPU32.set(lines.subarray(taken, taken + words), place);
  for (let i = place; i < place + words; i++) {
    if (HEAPU32[i] !== layout.unhashed) continue;
    HEAPU32[i] = -1; // as yet unknown
    _PyObject_Hash(i * 4 - HASH);
  }
  return taken + words;
}

/**
 * @param {Uint32Array} memory in which each link has its flags
 * @param {Uint32Array} nodes
 */
function link(memory, nodes) {
  const first = nodes[0];
  let last = 0;
  for (const step of nodes) {
    const node = last + step;
    if (last) tie(last, node);
    last = node;
  }
  tie(last, first);

  /** @param {number} before @param {number} after */
  function tie(before, after) {
    memory[before >> 2] |= after;
    memory[(after >> 2) + 1] |= before;
  }
}

/**
 * How Python calls C depends on the engine, and is kept in its memory.
 *
 * @param {Machine} machine
 */
function trampolineOf({ HEAPU32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET }) {
  const offset = HEAPU32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >>> 2];
  const place = (__PyRuntime + offset) >>> 2;
  return { place, value: HEAPU32[place] };
}

/** @param {Machine} machine */
export function breakOf({ HEAPU32, _emscripten_get_sbrk_ptr }) {
  return HEAPU32[_emscripten_get_sbrk_ptr() >>> 2];
}
