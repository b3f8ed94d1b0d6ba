// @ts-check
/**
 * Two ways to a running Python that has the library and what it needs, in one machine.
 *
 * Out of a snapshot: memory as it was when the build had imported everything. Nothing is imported
 * and nothing compiled; all other modules come behind (archives.js). Random numbers are seeded
 * anew. The secret of `hash()` is the build's, hence public: an agent that means harm could send
 * keys that collide, and would slow down its own visitor's page.
 *
 * Python waits for nothing in the middle of a call unless it is asked for. Where it may, each callback
 * has a stack of its own, which takes time; and when Chromium looks at the stack there, as it does at
 * an allocation out of many, it reads past its end, and the page is gone.
 *
 * The usual way, from archives of bytecode: when the snapshot doesn't come or is no good, and for
 * pages that want what it can't give, an environment or arguments of their own. Which way it is
 * to be, a machine needn't know before everything else about it is ready.
 */
import { assets } from "virtual:assets";
import { Behind, fetched, place } from "./archives.js";
import { ENVIRONMENT } from "./environment.js";
import { forget } from "./kept.js";
import { bringIn, prepared } from "./libraries.js";
import { lock } from "./packages.js";
import { addresses, base, bytes, libraries, modules } from "./parts.js";
import { breathe } from "./patience.js";
import { makeRoom, opened, restoreHigh } from "./snapshot.js";
import * as telling from "./telling.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./emscripten.js").Machine} Machine */
/** @typedef {import("./patience.js").Patience} Patience */
/** @typedef {NonNullable<Parameters<typeof import("pyodide").loadPyodide>[0]>} Options */
/** @typedef {{ pyodide: Pyodide, whole: () => Promise<void> }} Started */
/** @typedef {(machine: Machine) => Promise<() => object | undefined>} Way makes its memory ready */

// What Pyodide itself runs first. What that has the browser compile is a task of its own.
const WARMING = "from _pyodide._base import eval_code; eval_code('{}')";
const PLACES = { packageBaseUrl: base, lockFileContents: lock };
// Pyodide insists on fetching an interpreter and an archive to begin with, and is told of a snapshot
// that it needn't know.
const empty = base + assets.empty;
const LATER = {
  indexURL: empty,
  stdLibURL: `${empty}empty.zip`,
  _loadSnapshot: new Uint8Array(0),
};

/**
 * @param {Options} options
 * @returns {boolean} whether a restored Python can be what they ask for
 */
export function canBeRestored({ args, env, jsglobals }) {
  return !args && !env && !jsglobals;
}

/**
 * @param {Options} options
 * @param {Promise<WebAssembly.Module>} interpreter
 * @param {Patience} patience
 * @param {number} silence in milliseconds, after which the snapshot is given up
 * @param {boolean} isWholeSoon whether what comes behind will be asked for at once
 * @returns {Promise<Started>}
 */
export async function started(options, interpreter, patience, silence, isWholeSoon) {
  if (!canBeRestored(options)) return imported(options, interpreter, patience);
  const late = new AbortController();
  const { heard } = patience;
  const snapshot = base + assets.snapshot;
  const image = patience.with(bytes(snapshot, { signal: late.signal, heard }), silence);
  image.catch(() => {}); // it may be known before it is awaited
  let hasTried = false;
  const way = /** @type {Way} */ (
    async (machine) => {
      try {
        const restore = await arrived(machine, await image, heard);
        return () => {
          hasTried = true;
          return restore();
        };
      } catch (error) {
        late.abort();
        forget(snapshot);
        warn(error);
        return fromArchives(machine, patience);
      }
    }
  );
  try {
    const loading = load(options, interpreter, way, patience);
    const archives = isWholeSoon ? fetched({ heard }) : undefined; // after what is wanted first
    archives?.catch(() => {}); // whoever awaits them tries again
    const pyodide = await loading;
    call(pyodide, "random", "seed");
    const behind = new Behind(pyodide, hasTried, archives);
    return { pyodide, whole: () => behind.whole() };
  } catch (error) {
    if (!hasTried) throw error;
    forget(snapshot);
    warn(error);
    return imported(options, interpreter, patience);
  }
}

/**
 * @param {Options} options
 * @param {Promise<WebAssembly.Module>} interpreter
 * @param {Patience} patience
 * @returns {Promise<Started>}
 */
async function imported(options, interpreter, patience) {
  const way = (/** @type {Machine} */ machine) => fromArchives(machine, patience);
  const pyodide = await load(options, interpreter, way, patience);
  return { pyodide, whole: async () => {} };
}

/**
 * @param {Machine} machine
 * @param {Uint8Array} snapshot
 * @param {() => void} heard
 */
async function arrived(machine, snapshot, heard) {
  heard();
  const image = opened(snapshot, machine.API.config.BUILD_ID);
  await breathe();
  makeRoom(machine, image.layout);
  const restore = await restoreHigh(machine, image);
  heard();
  return restore;
}

/**
 * @param {Machine} machine
 * @param {Patience} patience
 */
async function fromArchives(machine, { heard }) {
  const archives = await fetched({ heard });
  // Pyodide puts its own archive there, at some time before this.
  machine.onRuntimeInitialized = () => place(machine, archives);
  machine.noInitialRun = false;
  return () => undefined;
}

/**
 * @param {Options} options
 * @param {Promise<WebAssembly.Module>} interpreter
 * @param {Way} way
 * @param {Patience} patience
 * @returns {Promise<Pyodide>}
 */
async function load({ env, ...options }, interpreter, way, { heard }) {
  const parts = libraries();
  const [{ loadPyodide }, factory] = await modules();
  heard();
  await breathe();
  /** @type {() => object | undefined} */
  let restore;
  const prepare = async (/** @type {Machine} */ machine) => {
    machine.jspiSupported &&= options.enableRunUntilComplete === true;
    heard();
    await breathe();
    await bringIn(machine, parts);
    await breathe();
    restore = await way(machine);
    await breathe();
  };
  const complete = async (/** @type {Machine} */ { API }) => {
    const layout = restore();
    API.restoreSnapshot = () => layout;
    await breathe();
    API.rawRun(WARMING);
    await breathe();
  };
  const createPyodideModule = prepared(factory, interpreter, prepare, complete);
  const all = { ...options, ...LATER, ...PLACES, env: { ...env, ...ENVIRONMENT } };
  const pyodide = await loadPyodide(/** @type {any} */ ({ ...all, createPyodideModule }));
  await breathe();
  pyodide.registerJsModule("pinecall_addresses", addresses);
  pyodide.registerJsModule("pinecall_telling", { ...telling });
  for (const name of assets.packages) pyodide.loadedPackages[name] = "default channel";
  return pyodide;
}

/** @param {unknown} error */
function warn(error) {
  const { message } = /** @type {Error} */ (error);
  console.warn(`Python starts without its snapshot, which takes longer: ${message}`);
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
