/**
 * Python's memory, made to say the same in fewer bytes, and written down as
 * web_client/loader/snapshot.js will read it.
 */
import { HASH, HEAD, LINE, MAGIC, breakOf, checksum } from "../web_client/loader/snapshot.js";

const FLAGS = 3; // the low bits of the collector's links
const UNHASHED = 0x5eed5eed;
const UNKNOWN = 0xffffffff;
const LONGEST = 1 << 20;

/** Free memory and the dead part of the stack hold what was: make them zeros. */
export function wipe(machine) {
  const top = breakOf(machine);
  const taken = [];
  for (let size = 1 << 22; size >= 12; size = size > 256 ? Math.floor(size * 0.8) : size - 8) {
    for (;;) {
      const address = machine._malloc(size);
      if (!address || address + size > top) {
        if (address) machine._free(address);
        break;
      }
      machine.HEAPU8.fill(0, address, address + size);
      taken.push(address);
    }
  }
  for (const address of taken) machine._free(address);
  const red = machine._emscripten_stack_get_current() - LINE;
  machine.HEAPU8.fill(0, machine._emscripten_stack_get_end(), red);
}

/**
 * Untie the objects that the garbage collector has in one of its lists.
 *
 * @param memory in words; keeps the flags that each link carries
 * @param object the address of one of them
 * @returns their places in order; the list's own comes first, since it is static
 */
export function untie(memory, object) {
  const nodes = [];
  for (let node = object - 8; !nodes.length || node !== nodes[0]; ) {
    nodes.push(node);
    node = memory[node >> 2] & ~FLAGS;
  }
  for (const node of nodes) {
    memory[node >> 2] &= FLAGS;
    memory[(node >> 2) + 1] &= FLAGS;
  }
  return nodes.sort((a, b) => a - b);
}

/**
 * Take the hashes from all strings. Whether something is one, that has a hash, the machine says:
 * its memory is the same but for what is taken out here.
 */
export function unhash(memory, machine) {
  const { HEAPU32, _PyObject_Hash, _PyUnicode_Type } = machine;
  if (memory.includes(UNHASHED)) throw new Error("UNHASHED is in memory already");
  for (let type = memory.indexOf(_PyUnicode_Type); type > 0; ) {
    const place = type - 1 + HASH / 4;
    if (memory[place] !== UNKNOWN && memory[type + 1] < LONGEST && isHash(place)) {
      memory[place] = UNHASHED;
    }
    type = memory.indexOf(_PyUnicode_Type, type + 1);
  }

  function isHash(place) {
    const kept = memory[place];
    if (HEAPU32[place] !== kept) return false;
    HEAPU32[place] = UNKNOWN;
    try {
      return _PyObject_Hash(place * 4 - HASH) >>> 0 === kept && HEAPU32[place] === kept;
    } catch {
      return false; // no string, but something that points at the type of strings
    } finally {
      HEAPU32[place] = kept;
    }
  }
}

/**
 * The snapshot as a file.
 *
 * @param text what Pyodide says of it, and the layout
 * @param memory in words, untied and unhashed
 * @param nodes what was untied
 * @param fresh two memories of a machine at its start, before and after it has set itself up
 */
export function encoded(text, memory, nodes, fresh) {
  const runs = differing(memory, text, fresh);
  const json = new TextEncoder().encode(JSON.stringify({ ...text, unhashed: UNHASHED }));
  const start = HEAD + Math.ceil(json.length / 4);
  const count = runs.reduce((sum, [, lines]) => sum + lines, 0);
  const words = new Uint32Array(start + 2 * runs.length + nodes.length + (count * LINE) / 4);
  const steps = nodes.map((node, i) => node - (nodes[i - 1] ?? 0));
  words.set([MAGIC, 0, json.length, runs.length, nodes.length]);
  new Uint8Array(words.buffer).set(json, HEAD * 4);
  words.set(runs.flat(), start);
  words.set(steps, start + 2 * runs.length);
  let place = start + 2 * runs.length + nodes.length;
  for (const [line, lines] of runs) {
    const taken = memory.subarray((line * LINE) / 4, ((line + lines) * LINE) / 4);
    words.set(taken, place);
    place += taken.length;
  }
  words[1] = checksum(words.subarray(2));
  return new Uint8Array(words.buffer);
}

/** The lines that a machine doesn't have from its start, as [first, number]. */
function differing(memory, { stack, heap }, [before, after]) {
  const runs = [];
  for (let line = 0; line < (memory.length * 4) / LINE; line++) {
    const start = (line * LINE) / 4;
    const end = start + LINE / 4;
    const address = line * LINE;
    const isStatic = address < stack[0] || (address >= stack[1] && address < heap);
    if (!(isStatic ? differs(start, end) : isUsed(start, end))) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === line) last[1]++;
    else runs.push([line, 1]);
  }
  return runs;

  function isUsed(start, end) {
    for (let i = start; i < end; i++) if (memory[i]) return true;
    return false;
  }

  // What setting up has changed may be another at a visitor's, and is stored in any case.
  function differs(start, end) {
    for (let i = start; i < end; i++) {
      if (memory[i] !== before[i] || after[i] !== before[i]) return true;
    }
    return false;
  }
}
