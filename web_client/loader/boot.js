// @ts-check
/**
 * Starts Python. Two doors to the same room:
 *
 * - `boot()`, for the shell: one Python for the whole page, with `web_client` imported. Whoever
 *   calls it again gets the same one; a boot that failed may be tried again. Modules that the
 *   library doesn't need come behind: `loadPackage` and `runPythonAsync` wait for them, and an
 *   import that can't wait has them brought at once (archives.js).
 * - `loadPyodide()` and `version`: this module is also the `interpreter` of a PyScript page. All
 *   modules are there when it resolves. Packages named in the page's config come from our lock
 *   file, never from a CDN. `begin()`, in a script before PyScript's (early.mjs), has this Python
 *   come while PyScript itself does. Who wants to wait for a promise in the middle of a call, by
 *   `run_sync` or `asyncio.run`, asks for it with `enableRunUntilComplete: true` (starts.js says
 *   why).
 *
 * Python comes out of a snapshot (starts.js). Where that fails, for whatever reason, it starts
 * the usual way, says so on the console, and takes longer. What spoils both ways is named
 * (parts.js). A slow line may take its time: given up is a start of which nothing more is heard.
 */
import { assets } from "virtual:assets";
import { keep } from "./kept.js";
import { standIn } from "./micropip.js";
import { refuseUnknown, toFetch } from "./packages.js";
import { base, interpreter, preload, refuseMissing } from "./parts.js";
import { Patience, breathe, whenIdle } from "./patience.js";
import { started } from "./starts.js";

export { addresses } from "./parts.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./starts.js").Options} Options */
/** @typedef {{ timeout?: number }} Limit milliseconds with no sign of life; two minutes if not told */
/** @typedef {import("./starts.js").Started} Started */

export const version = assets.version;

const TIMEOUT = 120_000;

/** What may be told to a Python that has begun already. */
const AFTERWARDS = ["indexURL", "lockFileContents", "stderr", "stdout"];

/** @type {Promise<Pyodide> | undefined} */
let running;

/** @type {Promise<Started> | undefined} for the first `loadPyodide()` */
let begun;

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
  const { pyodide, whole } = await start({}, timeout, false);
  await breathe();
  pyodide.pyimport("web_client").destroy();
  const { loadPackage, runPythonAsync } = pyodide;
  pyodide.loadPackage = async (...args) => whole().then(() => loadPackage(...args));
  pyodide.runPythonAsync = async (...args) => whole().then(() => runPythonAsync(...args));
  whenIdle(() => whole().then(() => keep(base), console.warn));
  return pyodide;
}

/** Start the Python that `loadPyodide()` will be asked for, if that asks for nothing unusual. */
export function begin() {
  begun ??= start({}, TIMEOUT, true);
  begun.catch(() => {}); // whoever asks for it tries again, and is told
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
  const coming = taken(options).then((begun) => begun ?? start(options, timeout, true));
  preload(toFetch(wanted).map(({ file_name }) => base + file_name));
  const { pyodide, whole } = await coming;
  await whole();
  await install(pyodide, wanted);
  standIn(pyodide, (names) => install(pyodide, names));
  whenIdle(() => keep(base));
  return pyodide;
}

/**
 * What `begin()` has begun, for whoever asks first.
 *
 * @param {Options} options
 * @returns {Promise<Started | undefined>} nothing where none has, where it failed, or where more is
 *   asked for than it can be
 */
async function taken(options) {
  const started = begun;
  begun = undefined;
  if (!Object.keys(options).every((name) => AFTERWARDS.includes(name))) return undefined;
  return started?.then(
    ({ pyodide, whole }) => {
      const { stdout, stderr } = options;
      if (stdout) pyodide.setStdout({ batched: stdout });
      if (stderr) pyodide.setStderr({ batched: stderr });
      return { pyodide, whole };
    },
    () => undefined,
  );
}

/**
 * @param {Options} options
 * @param {number} timeout
 * @param {boolean} isWholeSoon whether what comes behind will be asked for at once
 * @returns {Promise<Started>}
 */
async function start(options, timeout, isWholeSoon) {
  const patience = new Patience();
  const compiled = interpreter();
  const spoiled = compiled.then(() => new Promise(() => {})); // pending when all is well
  const running = started(options, compiled, patience, timeout / 2, isWholeSoon);
  const diagnosed = running.catch(async (error) => {
    await compiled;
    await refuseMissing();
    throw error;
  });
  return patience.with(Promise.race([diagnosed, spoiled]), timeout).catch((error) => {
    patience.end();
    throw error;
  });
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
