// @ts-check
/**
 * Starts Python. Two doors to the same room:
 *
 * - `boot()`, for the shell: one Python for the whole page, with `web_client` imported. Whoever
 *   calls it again gets the same one; a boot that failed may be tried again. Modules that the
 *   library doesn't need come behind: `loadPackage` and `runPythonAsync` wait for them.
 * - `loadPyodide()` and `version`: this module is also the `interpreter` of a PyScript page. All
 *   modules are there when it resolves. Packages named in the page's config come from our lock
 *   file, never from a CDN.
 *
 * Python comes out of a snapshot (starts.js). Where that fails, for whatever reason, it starts
 * the usual way, says so on the console, and takes longer. What spoils both ways is named
 * (parts.js), and a time limit catches the rest.
 */
import { assets } from "virtual:assets";
import { standIn } from "./micropip.js";
import { refuseUnknown, toFetch } from "./packages.js";
import { preload, refuseHindrance, refuseLost, refuseMissing } from "./parts.js";
import { canBeRestored, complete, imported, restored } from "./starts.js";

export { addresses } from "./parts.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./starts.js").Options} Options */
/** @typedef {{ timeout?: number }} Limit `timeout` in milliseconds; three minutes unless told. */
/** @typedef {{ pyodide: Pyodide, whole: () => Promise<void> }} Started */

export const version = assets.version;

// Half of it is the snapshot's, which a line of one megabit a second brings in that time.
const TIMEOUT = 180_000;

/** @type {Promise<Pyodide> | undefined} */
let running;

/**
 * The page's Python, with `web_client` imported.
 *
 * @param {Limit} [limit]
 * @returns {Promise<Pyodide>} rejects with an Error that says what to mend
 */
export function boot(limit) {
  running ??= library(limit).catch((error) => {
    running = undefined;
    throw error;
  });
  return running;
}

/** @param {Limit} [limit] */
async function library({ timeout = TIMEOUT } = {}) {
  const { pyodide, whole } = await start({}, [], timeout);
  pyodide.pyimport("web_client").destroy();
  const { loadPackage, runPythonAsync } = pyodide;
  pyodide.loadPackage = async (...args) => whole().then(() => loadPackage(...args));
  pyodide.runPythonAsync = async (...args) => whole().then(() => runPythonAsync(...args));
  whenIdle(() => whole().catch(console.warn));
  return pyodide;
}

/**
 * A Python of its own, as PyScript wants it: with the caller's packages and streams.
 *
 * @param {Options & Limit} [options] as Pyodide's, but where things are is our affair
 * @returns {Promise<Pyodide>}
 */
export async function loadPyodide({ timeout = TIMEOUT, packages = [], ...options } = {}) {
  const wanted = [packages].flat();
  refuseUnknown(wanted);
  delete options.lockFileURL;
  return inTime(withPackages(start(options, wanted, timeout), wanted), timeout);
}

/**
 * @param {Promise<Started>} started
 * @param {string[]} wanted
 */
async function withPackages(started, wanted) {
  const { pyodide, whole } = await started;
  await whole();
  await install(pyodide, wanted);
  standIn(pyodide, (names) => install(pyodide, names));
  return pyodide;
}

/**
 * @param {Options} options
 * @param {string[]} wanted
 * @param {number} timeout
 * @returns {Promise<Started>}
 */
function start(options, wanted, timeout) {
  const allowed = refuseHindrance(); // before the hints, which it would seem to ignore
  const lost = preload(toFetch(wanted));
  const hindrance = allowed.then(() => lost).then(refuseLost);
  return inTime(Promise.race([eitherWay(options, allowed, timeout), hindrance]), timeout);
}

/**
 * @param {Options} options
 * @param {Promise<void>} allowed
 * @param {number} timeout
 * @returns {Promise<Started>}
 */
async function eitherWay(options, allowed, timeout) {
  if (canBeRestored(options)) {
    const late = new AbortController();
    try {
      const pyodide = await inTime(restored(options, late.signal), timeout / 2);
      return { pyodide, whole: once(() => complete(pyodide)) };
    } catch (error) {
      late.abort();
      await allowed; // what spoils the other way as well is not worth a warning
      const { message } = /** @type {Error} */ (error);
      console.warn(`Python starts without its snapshot, which takes longer: ${message}`);
    }
  }
  const pyodide = await imported(options).catch(async (error) => {
    await allowed;
    await refuseMissing();
    throw error;
  });
  return { pyodide, whole: async () => {} };
}

/**
 * Addresses hold the hash of what is there: checking it once more would only keep the browser
 * from using what was hinted at. Pyodide reports a package that doesn't load, and goes on.
 *
 * @param {Pyodide} pyodide
 * @param {string[]} wanted
 */
async function install(pyodide, wanted) {
  refuseUnknown(wanted);
  /** @type {string[]} */
  const errors = [];
  const quietly = { messageCallback() {}, errorCallback: errors.push.bind(errors) };
  await pyodide.loadPackage(wanted, { ...quietly, checkIntegrity: false });
  if (errors.length) throw new Error(`Python packages didn't load: ${errors.join("; ")}`);
}

/**
 * @template T
 * @param {Promise<T>} work
 * @param {number} milliseconds
 * @returns {Promise<T>}
 */
function inTime(work, milliseconds) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const late = new Promise((_, reject) => {
    const message = `Python didn't start within ${milliseconds / 1000} s`;
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * The work is done once; if it failed, whoever asks next tries again.
 *
 * @param {() => Promise<void>} work
 * @returns {() => Promise<void>}
 */
function once(work) {
  /** @type {Promise<void> | undefined} */
  let done;
  return () => {
    done ??= work().catch((error) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}

/** @param {() => void} callback */
function whenIdle(callback) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(callback);
  else setTimeout(callback, 200);
}
