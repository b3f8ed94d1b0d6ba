// @ts-check
/**
 * Starts Python. Two doors to the same room:
 *
 * - `boot()`, for the shell: one Python for the whole page, with `web_client` imported. Whoever
 *   calls it again gets the same one; a boot that failed may be tried again.
 * - `loadPyodide()` and `version`: this module is also the `interpreter` of a PyScript page.
 *   Packages named in the page's config come from our lock file, never from a CDN.
 *
 * Stock Pyodide fetches the interpreter, then the packages. Hints placed in the document make
 * the browser fetch all of them at once. And it hangs, instead of failing, when WebAssembly is
 * forbidden by the page's policy, the server sends a wrong type (5-facts, 5.2) or the WebAssembly
 * doesn't arrive: all three are looked for here, and a time limit catches the rest.
 *
 * A hint that failed must not spoil the next try. Chromium keeps what became of it until
 * something fetches that address, so that a try which ended early would leave its failures for
 * the next one to find. Each is fetched away as soon as it is known.
 */
import { assets } from "virtual:assets";
import { standIn, withStandIn } from "./micropip.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {NonNullable<Parameters<typeof import("pyodide").loadPyodide>[0]>} Options */
/** @typedef {import("pyodide").LockfilePackage} Package */
/** @typedef {{ timeout?: number }} Limit `timeout` in milliseconds; a minute unless told. */

export const version = assets.version;

const TIMEOUT = 60_000;
const lock = withStandIn(assets.lock);
const base = new URL("./", import.meta.url).href;
const interpreter = new URL(assets.pyodide, base).href;
const wasm = `${interpreter}pyodide.asm.wasm`;

/**
 * What Python can't carry with it, as the module `pinecall_addresses`. A page that brings a
 * Pyodide of its own registers it there.
 */
export const addresses = { recorder: new URL(assets.recorder, base).href };

const NEEDED = [wasm, `${interpreter}python_stdlib.zip`];

/** @type {Promise<Pyodide> | undefined} */
let running;

/**
 * The page's Python, with `web_client` imported.
 *
 * @param {Limit} [limit]
 * @returns {Promise<Pyodide>} rejects with an Error that says what to mend
 */
export function boot(limit) {
  running ??= start(limit).catch((error) => {
    running = undefined;
    throw error;
  });
  return running;
}

/** @param {Limit} [limit] */
async function start(limit) {
  const pyodide = await loadPyodide(limit);
  pyodide.pyimport("web_client").destroy();
  return pyodide;
}

/**
 * A Python of its own, as PyScript wants it: with the caller's packages and streams.
 *
 * @param {Options & Limit} [options] as Pyodide's, but where things are is our affair
 * @returns {Promise<Pyodide>}
 */
export async function loadPyodide({ timeout = TIMEOUT, packages = [], ...options } = {}) {
  const wanted = [...assets.packages, ...[packages].flat()];
  refuseUnknown(wanted);
  delete options.lockFileURL;
  const allowed = refuseHindrance(); // before the hints, which it would seem to ignore
  const lost = preload(withDependencies(wanted));
  const hindrance = allowed.then(() => lost).then(refuseLost);
  const started = stock(options, wanted).catch(async (error) => {
    // Of a part that is missing Pyodide dies with a word that tells nobody what to mend.
    await allowed;
    await Promise.all(NEEDED.map(arrives));
    throw error;
  });
  return inTime(Promise.race([started, hindrance]), timeout);
}

/**
 * @param {Options} options
 * @param {string[]} wanted
 */
async function stock(options, wanted) {
  const places = { indexURL: interpreter, packageBaseUrl: base, lockFileContents: lock };
  const { loadPyodide } = await import(`${interpreter}pyodide.mjs`);
  const pyodide = await loadPyodide({ ...options, ...places });
  pyodide.registerJsModule("pinecall_addresses", addresses);
  await install(pyodide, wanted);
  standIn(pyodide, (names) => install(pyodide, names));
  return pyodide;
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

/** Rejects when WebAssembly can't work here. */
async function refuseHindrance() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch (cause) {
    const advice = "add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy";
    throw new Error(`This page may not run WebAssembly: ${advice}`, { cause });
  }
  refuseWrongType(await fetch(wasm, { method: "HEAD" }).catch(unreachable));
}

/** @param {Response} answer */
function refuseWrongType({ ok, status, headers }) {
  if (status === 405 || status === 501) return; // no HEAD here; the time limit remains
  if (!ok) throw new Error(`${wasm} answers ${status}`);
  const type = headers.get("Content-Type") ?? "no type";
  if (!type.startsWith("application/wasm")) {
    throw new Error(`${wasm} is served as ${type}; it must be application/wasm`);
  }
}

/**
 * @param {unknown} cause
 * @returns {never}
 */
function unreachable(cause) {
  const advice = "is the server up, and does it allow this page's origin (CORS)?";
  throw new Error(`${wasm} can't be fetched: ${advice}`, { cause });
}

/** @param {string} part */
async function arrives(part) {
  const answer = await fetch(part).catch(() => refuseLost(part));
  // Read to its end: to cancel it would cancel the hint that brings it, and look like a loss.
  await answer.arrayBuffer().catch(() => refuseLost(part));
  if (!answer.ok) refuseLost(part);
}

/**
 * @param {string} part
 * @returns {never}
 */
function refuseLost(part) {
  throw new Error(`${part} didn't arrive: it is missing, or the connection broke`);
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

/** @param {string[]} wanted names in the lock file; addresses of wheels are the page's own */
function refuseUnknown(wanted) {
  const unknown = wanted.filter((name) => isName(name) && !lookUp(name));
  if (!unknown.length) return;
  const known = Object.keys(assets.lock.packages).join(", ");
  throw new Error(`Not among this site's Python packages: ${unknown.join(", ")}. It has ${known}`);
}

/**
 * @param {string[]} wanted
 * @returns {Package[]} each once
 */
function withDependencies(wanted) {
  const found = new Set();
  for (const name of wanted) add(name);
  return [...found];

  /** @param {string} name */
  function add(name) {
    const entry = lookUp(name);
    if (!entry || found.has(entry)) return;
    found.add(entry);
    entry.depends.forEach(add);
  }
}

/**
 * Lets the browser fetch all parts at once; a worker has no document to hint in.
 *
 * @param {Package[]} packages
 * @returns {Promise<string>} the first part that Pyodide can't do without, and doesn't report,
 *   as soon as it is known not to come; pending when all is well
 */
function preload(packages) {
  return new Promise((lost) => {
    if (typeof document === "undefined") return;
    hint("modulepreload", `${interpreter}pyodide.mjs`);
    hint("modulepreload", `${interpreter}pyodide.asm.mjs`);
    for (const part of NEEDED) hint("preload", part, lost);
    for (const { file_name } of packages) hint("preload", base + file_name);
  });
}

/**
 * @param {"preload" | "modulepreload"} rel
 * @param {string} href
 * @param {(href: string) => void} [lost]
 */
function hint(rel, href, lost) {
  const link = document.createElement("link");
  link.crossOrigin = "anonymous";
  link.rel = rel;
  link.href = href;
  if (rel === "preload") {
    link.as = "fetch";
    link.addEventListener("error", () => {
      lost?.(href);
      fetchAway(href);
    });
  }
  document.head.append(link);
}

/** @param {string} href an address whose hint has failed; modules are forgotten by themselves */
function fetchAway(href) {
  fetch(href).then(({ body }) => body?.cancel(), () => {});
}

/** @param {string} name */
function lookUp(name) {
  return lock.packages[normal(name)];
}

/** @param {string} name */
function isName(name) {
  return !name.includes("/") && !name.endsWith(".whl");
}

/** @param {string} name */
function normal(name) {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}
