// node snapshot.mjs job.json: {stdlib, packages, libraries: {module: wasm}, target}: the memory of
// a Python that has imported everything, for web_client/loader/snapshot.js. Two runs over the same
// files give the same bytes: while Python runs here, the clock stands still and chance is fixed.
import crypto from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { loadPyodide } from "pyodide";
import factory from "pyodide/pyodide.asm.mjs";
import { ENVIRONMENT, PACKAGES } from "../web_client/loader/environment.js";
import { bringIn, prepared } from "../web_client/loader/libraries.js";
import { HEAD, LINE, MAGIC, checksum, opened, restore } from "../web_client/loader/snapshot.js";

const job = JSON.parse(await readFile(process.argv[2], "utf8"));
const NOBODY = "./this.program"; // as in a browser: no path of this machine
const INSTANT = Date.UTC(2020, 0, 1);

function standStill() {
  Date.now = () => INSTANT;
  performance.now = () => 0;
  crypto.randomFillSync = (view) => view.fill(1);
  syncBuiltinESMExports();
}

async function read(file) {
  const body = await readFile(file);
  return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
}

async function python(prepare, options) {
  const libraries = [];
  for (const [name, file] of Object.entries(job.libraries)) {
    libraries.push({ name, module: WebAssembly.compile(await read(file)) });
  }
  return loadPyodide({
    stdLibURL: job.stdlib,
    lockFileContents: { info: job.info, packages: {} },
    _sysExecutable: NOBODY,
    env: { ...ENVIRONMENT, PYTHONHASHSEED: "0", LANG: "C.UTF-8", _: NOBODY },
    createPyodideModule: prepared(factory, async (machine) => {
      await bringIn(machine, libraries);
      await prepare(machine);
    }),
    ...options,
  });
}

/** Free memory and the dead part of the stack hold what was: make them zeros. */
function wipe(machine) {
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

function breakOf(machine) {
  return machine.HEAPU32[machine._emscripten_get_sbrk_ptr() >>> 2];
}

/** Pyodide's own snapshot: sixteen words of head, JSON, the whole memory. */
function parsed(snapshot) {
  const [, start, length] = new Uint32Array(snapshot.buffer, 0, 3);
  const config = JSON.parse(new TextDecoder().decode(snapshot.subarray(48, 48 + length)));
  return { config, memory: snapshot.slice(start) };
}

function differing(memory, fresh, border) {
  const runs = [];
  const now = new Uint32Array(memory.buffer);
  const then = new Uint32Array(fresh.buffer);
  const words = LINE / 4;
  for (let line = 0; line < memory.length / LINE; line++) {
    const isStatic = line * LINE < border;
    const differs = (i) => now[i] !== (isStatic ? then[i] : 0);
    let i = line * words;
    while (i < (line + 1) * words && !differs(i)) i++;
    if (i === (line + 1) * words) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[1] === line) last[1]++;
    else runs.push([line, 1]);
  }
  return runs;
}

function encoded(config, memory, fresh, border) {
  const text = new TextEncoder().encode(JSON.stringify(config));
  const runs = differing(memory, fresh, border);
  const start = HEAD + Math.ceil(text.length / 4);
  const count = runs.reduce((sum, [, lines]) => sum + lines, 0);
  const words = new Uint32Array(start + 2 * runs.length + (count * LINE) / 4);
  const bytes = new Uint8Array(words.buffer);
  words.set([MAGIC, 0, text.length, memory.length, border, runs.length]);
  bytes.set(text, HEAD * 4);
  words.set(runs.flat(), start);
  let place = (start + 2 * runs.length) * 4;
  for (const [line, lines] of runs) {
    bytes.set(memory.subarray(line * LINE, (line + lines) * LINE), place);
    place += lines * LINE;
  }
  words[1] = checksum(words.subarray(2));
  return bytes;
}

standStill();
const packages = await read(job.packages);
const first = await python((machine) => machine.FS.writeFile(PACKAGES, packages), {
  _makeSnapshot: true,
});
first.runPython(await readFile(new URL("inside/ready.py", import.meta.url), "utf8"), {
  globals: first.toPy({ __name__: "__ready__" }),
});
for (const name of Object.keys(first.loadedPackages)) delete first.loadedPackages[name];
wipe(first._module);
const { config, memory } = parsed(first.makeMemorySnapshot());
config.buildId = first._module.API.config.BUILD_ID;
const border = first._module._emscripten_stack_get_end() & ~0xfff; // static data, then the stack

// A second machine, up to where a visitor's is restored, shows what each has from its start.
let snapshot;
const second = await python(
  (machine) => {
    machine.API.restoreSnapshot = () => {
      snapshot = encoded(config, memory, machine.HEAPU8.slice(), border);
      return restore(machine, opened(snapshot.buffer, config.buildId));
    };
  },
  { _loadSnapshot: new Uint8Array(0) },
);
const library = second.runPython("import web_client, sys; web_client.__name__");
if (library !== "web_client") throw new Error("The snapshot can't be restored");
await writeFile(job.target, snapshot);
process.exit(0); // Pyodide keeps timers
