// @ts-check
/**
 * Two ways to a running Python that has the library and what it needs.
 *
 * `restored`: memory as it was when the build had imported everything. Nothing is imported and
 * nothing compiled; the archives with all other modules come behind. Random numbers are seeded
 * anew. The secret of `hash()` is the build's, hence public: an agent that means harm could send
 * keys that collide, and would slow down its own visitor's page.
 *
 * `imported`: the usual start, from archives of bytecode. For when the first way fails, and for
 * pages that want what a snapshot can't give, an environment or arguments of their own.
 */
import { assets } from "virtual:assets";
import { ENVIRONMENT, PACKAGES } from "./environment.js";
import { bringIn, prepared } from "./libraries.js";
import { lock } from "./packages.js";
import { addresses, base, bytes, interpreter, libraries, modules, standardLibrary } from "./parts.js";
import { opened, restore } from "./snapshot.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {NonNullable<Parameters<typeof import("pyodide").loadPyodide>[0]>} Options */
/** @typedef {import("./emscripten.js").Factory} Factory */

const STANDARD_LIBRARY = "/lib/python314.zip";
const packages = base + assets.archive;
const PLACES = { indexURL: interpreter, packageBaseUrl: base, lockFileContents: lock };

/**
 * @param {Options} options
 * @returns {boolean} whether a restored Python can be what they ask for
 */
export function canBeRestored({ args, env, jsglobals }) {
  return !args && !env && !jsglobals;
}

/**
 * @param {Options} options
 * @param {AbortSignal} signal
 */
export async function restored(options, signal) {
  const snapshot = bytes(base + assets.snapshot, { signal });
  snapshot.catch(() => {}); // it may be known before it is awaited
  const pyodide = await load({ ...options, ...BEHIND }, async (machine) => {
    const image = opened(await snapshot, machine.API.config.BUILD_ID);
    machine.API.restoreSnapshot = () => restore(machine, image);
  });
  call(pyodide, "random", "seed");
  return pyodide;
}

/** Pyodide insists on an archive to begin with, and on bytes that it needn't know. */
const BEHIND = { stdLibURL: base + assets.empty, _loadSnapshot: new Uint8Array(0) };

/** @param {Options} options */
export async function imported({ env, ...options }) {
  const archive = bytes(packages);
  archive.catch(() => {});
  return load({ ...options, env: { ...env, ...ENVIRONMENT } }, async (machine) => {
    machine.FS.writeFile(PACKAGES, new Uint8Array(await archive), { canOwn: true });
  });
}

/**
 * @param {object} options
 * @param {(machine: import("./emscripten.js").Machine) => Promise<void>} prepare
 * @returns {Promise<Pyodide>}
 */
async function load(options, prepare) {
  const parts = libraries();
  const [{ loadPyodide }, factory] = await modules();
  const createPyodideModule = prepared(factory, async (machine) => {
    await bringIn(machine, parts);
    await prepare(machine);
  });
  const all = /** @type {any} */ ({ ...options, ...PLACES, createPyodideModule });
  const pyodide = await loadPyodide(all);
  pyodide.registerJsModule("pinecall_addresses", addresses);
  for (const name of assets.packages) pyodide.loadedPackages[name] = "default channel";
  return pyodide;
}

/**
 * The modules that the snapshot doesn't hold, put where Python looks for them.
 *
 * @param {Pyodide} pyodide
 * @param {RequestInit} [how]
 */
export async function complete(pyodide, how) {
  const [library, others] = await Promise.all([bytes(standardLibrary, how), bytes(packages, how)]);
  pyodide.FS.writeFile(STANDARD_LIBRARY, new Uint8Array(library), { canOwn: true });
  pyodide.FS.writeFile(PACKAGES, new Uint8Array(others), { canOwn: true });
  call(pyodide, "importlib", "invalidate_caches");
}

/**
 * @param {Pyodide} pyodide
 * @param {string} module
 * @param {string} name
 */
function call(pyodide, module, name) {
  const imported = pyodide.pyimport(module);
  imported[name]();
  imported.destroy();
}
