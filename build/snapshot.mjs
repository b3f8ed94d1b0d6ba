// node snapshot.mjs job.json: {stdlib, packages, empty, libraries: {module: wasm}, target}: the memory of
// a Python that has imported everything, for web_client/loader/snapshot.js. Two runs over the same
// files give the same bytes: while Python runs here, the clock stands still and chance is fixed.
import crypto from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { loadPyodide } from "pyodide";
import factory from "pyodide/pyodide.asm.mjs";
import { ENVIRONMENT, PACKAGES } from "../web_client/loader/environment.js";
import { bringIn, prepared } from "../web_client/loader/libraries.js";
import { breakOf, makeRoom, opened, restoreHigh } from "../web_client/loader/snapshot.js";
import { encoded, unhash, untie, wipe } from "./memory.mjs";

const job = JSON.parse(await readFile(process.argv[2], "utf8"));
const NOBODY = "./this.program"; // as in a browser: no path of this machine
const INSTANT = Date.UTC(2020, 0, 1);
const PAGE = 4096;
const INTERPRETER = new URL("../node_modules/pyodide/pyodide.asm.wasm", import.meta.url);
const RESTORED = { _loadSnapshot: new Uint8Array(0) };

// Node would show the line of Pyodide's code that failed, which is all of it, before the words.
process.on("uncaughtException", (error) => {
  console.error(error.stack);
  process.exit(1);
});

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
  const interpreter = WebAssembly.compile(await read(INTERPRETER));
  return loadPyodide({
    stdLibURL: job.stdlib,
    lockFileContents: { info: job.info, packages: {} },
    _sysExecutable: NOBODY,
    env: { ...ENVIRONMENT, PYTHONHASHSEED: "0", LANG: "C.UTF-8", _: NOBODY },
    createPyodideModule: prepared(factory, interpreter, async (machine) => {
      machine.FS.writeFile(PACKAGES, ""); // its number is the same, whenever the others come
      await bringIn(machine, libraries);
      await prepare(machine);
    }),
    ...options,
  });
}

/** Imports everything and tidies up; the address of an object that the collector knows. */
async function makeReady(pyodide) {
  const { FS } = pyodide;
  FS.mkdir("/inside");
  for (const name of ["ready", "sleeping"]) {
    const file = new URL(`inside/${name}.py`, import.meta.url);
    FS.writeFile(`/inside/${name}.py`, await read(file));
  }
  return pyodide.runPython(`
    import sys; sys.path.append("/inside"); sys.dont_write_bytecode = True
    import ready; ready.make()
  `);
}

/** Pyodide's own snapshot: sixteen words of head, JSON, the whole memory. */
function parsed(snapshot) {
  const [, start, length] = new Uint32Array(snapshot.buffer, 0, 3);
  const config = JSON.parse(new TextDecoder().decode(snapshot.subarray(48, 48 + length)));
  return { config, memory: new Uint32Array(snapshot.slice(start).buffer) };
}

/** Where a machine has what, as it is before it sets itself up. */
function layoutOf(machine) {
  return {
    buildId: machine.API.config.BUILD_ID,
    stack: [machine._emscripten_stack_get_end(), machine._emscripten_stack_get_base()],
    heap: Math.ceil(breakOf(machine) / PAGE) * PAGE,
  };
}

standStill();
const packages = await read(job.packages);
const first = await python((machine) => machine.FS.writeFile(PACKAGES, packages), {
  _makeSnapshot: true,
});
const tracked = await makeReady(first);
for (const name of Object.keys(first.loadedPackages)) delete first.loadedPackages[name];
wipe(first._module);
const { config, memory } = parsed(first.makeMemorySnapshot());
const nodes = untie(memory, tracked);
unhash(memory, first._module);

// A second machine shows what each has from its start, up to where a visitor's is restored.
let snapshot;
const shown = {};
await python(async (machine) => {
  shown.layout = { ...config, ...layoutOf(machine), size: memory.length * 4 };
  shown.before = machine.HEAPU32.slice();
  machine.onRuntimeInitialized = () => {
    snapshot = encoded(shown.layout, memory, nodes, [shown.before, machine.HEAPU32]);
  };
}, {});

// A third, with no archive to help it, whether the snapshot is any good.
const third = await python(async (machine) => {
  const image = opened(snapshot, machine.API.config.BUILD_ID);
  makeRoom(machine, image.layout);
  machine.API.restoreSnapshot = await restoreHigh(machine, image);
}, { ...RESTORED, stdLibURL: job.empty });
const library = third.runPython("import web_client, sys; web_client.__name__");
if (library !== "web_client") throw new Error("The snapshot can't be restored");
await writeFile(job.target, snapshot);
process.exit(0); // Pyodide keeps timers
