// @ts-check
/**
 * The parts that a start is made of, and what can keep them from coming. Each is fetched at once,
 * whatever else is on its way.
 *
 * Pyodide would ask for its WebAssembly last, and hang, instead of failing, when the page's policy
 * forbids it, the server sends a wrong type (5-facts, 5.2) or it doesn't arrive. So it comes from
 * here, where all three are looked for, and Pyodide fetches an empty one.
 *
 * A hint that failed must not spoil the next try. Chromium keeps what became of it until
 * something fetches that address, so that a try which ended early would leave its failures for
 * the next one to find. Each is fetched away as soon as it is known.
 */
import { assets } from "virtual:assets";
import { take } from "./kept.js";
import { moduleAt } from "./modules.js";

export const base = new URL("./", import.meta.url).href;
const folder = new URL(assets.pyodide, base).href;
export const standardLibrary = `${folder}python_stdlib.zip`;

/**
 * What Python can't carry with it, as the module `pinecall_addresses`. A page that brings a
 * Pyodide of its own registers it there.
 */
export const addresses = { recorder: new URL(assets.recorder, base).href };

/** @returns {Promise<[typeof import("pyodide"), import("./emscripten.js").Factory]>} */
export async function modules() {
  const parts = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => moduleAt(folder + name));
  const [pyodide, machine] = await Promise.all(parts);
  return [pyodide, machine.default];
}

/** @returns {Promise<WebAssembly.Module>} */
export async function interpreter() {
  return compiled(`${folder}pyodide.asm.wasm`);
}

/** @returns {import("./libraries.js").Library[]} */
export function libraries() {
  return Object.entries(assets.libraries).map(([name, place]) => {
    const module = compiled(base + place);
    module.catch(() => {}); // whoever awaits it is told
    return { name, module };
  });
}

/**
 * WebAssembly, compiled while it comes.
 *
 * @param {string} part its address
 * @returns {Promise<WebAssembly.Module>}
 */
async function compiled(part) {
  refuseForbidden();
  const fetched = () => fetch(part).catch((cause) => refuseUnreachable(part, cause));
  return take(part, fetched, async (answer) => {
    refuseOther(part, answer);
    return WebAssembly.compileStreaming(answer).catch(() => refuseLost(part));
  });
}

/**
 * @param {string} part its address
 * @param {{ signal?: AbortSignal, heard?: () => void }} [how] `heard` at each piece of it
 * @returns {Promise<Uint8Array>}
 */
export async function bytes(part, { signal, heard = () => {} } = {}) {
  const fetched = () => fetch(part, { signal }).catch(() => refuseLost(part));
  return take(part, fetched, async (answer) => {
    if (!answer.ok || !answer.body) refuseLost(part);
    heard();
    return joined(answer.body.getReader(), heard).catch(() => refuseLost(part));
  });
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {() => void} heard
 */
async function joined(reader, heard) {
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    heard();
    pieces.push(value);
    size += value.length;
  }
  const whole = new Uint8Array(size);
  let place = 0;
  for (const piece of pieces) {
    whole.set(piece, place);
    place += piece.length;
  }
  return whole;
}

/**
 * The page stands still until it is there.
 *
 * @param {string} part
 * @returns {Uint8Array}
 */
export function bytesNow(part) {
  const request = new XMLHttpRequest();
  request.open("GET", part, false);
  request.overrideMimeType("text/plain; charset=x-user-defined"); // each byte as one character
  try {
    request.send();
  } catch {
    refuseLost(part);
  }
  if (request.status !== 200) refuseLost(part);
  const text = request.responseText;
  const whole = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) whole[i] = text.charCodeAt(i);
  return whole;
}

function refuseForbidden() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch (cause) {
    const advice = "add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy";
    throw new Error(`This page may not run WebAssembly: ${advice}`, { cause });
  }
}

/** Of an archive that is missing Pyodide dies with a word that tells nobody what to mend. */
export async function refuseMissing() {
  await bytes(standardLibrary);
}

/**
 * @param {string} part
 * @param {unknown} cause
 * @returns {never}
 */
function refuseUnreachable(part, cause) {
  const advice = "is the server up, and does it allow this page's origin (CORS)?";
  throw new Error(`${part} can't be fetched: ${advice}`, { cause });
}

/**
 * @param {string} part which is WebAssembly
 * @param {Response} answer
 */
function refuseOther(part, { ok, status, headers }) {
  if (!ok) throw new Error(`${part} answers ${status}`);
  const type = headers.get("Content-Type") ?? "no type";
  if (!type.startsWith("application/wasm")) {
    throw new Error(`${part} is served as ${type}; it must be application/wasm`);
  }
}

/**
 * @param {string} part
 * @returns {never}
 */
export function refuseLost(part) {
  throw new Error(`${part} didn't arrive: it is missing, or the connection broke`);
}

/**
 * Lets the browser fetch what will be asked for; a worker has no document to hint in.
 *
 * @param {string[]} parts their addresses
 */
export function preload(parts) {
  if (typeof document === "undefined") return;
  for (const part of parts) hint(part);
}

/** @param {string} href */
function hint(href) {
  const link = document.createElement("link");
  link.crossOrigin = "anonymous";
  link.rel = "preload";
  link.href = href;
  link.as = "fetch";
  link.addEventListener("error", () => fetchAway(href));
  document.head.append(link);
}

/**
 * To the end: to cancel it would cancel what the next try may share.
 *
 * @param {string} href an address whose hint has failed
 */
function fetchAway(href) {
  fetch(href).then((answer) => answer.arrayBuffer()).catch(() => {});
}
