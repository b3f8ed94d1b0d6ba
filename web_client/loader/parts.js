// @ts-check
/**
 * The parts that a start is made of, and what can keep them from coming.
 *
 * Pyodide hangs, instead of failing, when WebAssembly is forbidden by the page's policy, the
 * server sends a wrong type (5-facts, 5.2) or the WebAssembly doesn't arrive: all three are
 * looked for here. Each part is fetched at once, whatever else is on its way.
 *
 * A hint that failed must not spoil the next try. Chromium keeps what became of it until
 * something fetches that address, so that a try which ended early would leave its failures for
 * the next one to find. Each is fetched away as soon as it is known.
 */
import { assets } from "virtual:assets";
import { moduleAt } from "./modules.js";

export const base = new URL("./", import.meta.url).href;
export const interpreter = new URL(assets.pyodide, base).href;
const wasm = `${interpreter}pyodide.asm.wasm`;
export const standardLibrary = `${interpreter}python_stdlib.zip`;

/**
 * What Python can't carry with it, as the module `pinecall_addresses`. A page that brings a
 * Pyodide of its own registers it there.
 */
export const addresses = { recorder: new URL(assets.recorder, base).href };

/** @returns {Promise<[typeof import("pyodide"), import("./emscripten.js").Factory]>} */
export async function modules() {
  const parts = ["pyodide.mjs", "pyodide.asm.mjs"].map((name) => moduleAt(interpreter + name));
  const [pyodide, machine] = await Promise.all(parts);
  return [pyodide, machine.default];
}

/** @returns {import("./libraries.js").Library[]} compiled while they come */
export function libraries() {
  return Object.entries(assets.libraries).map(([name, place]) => {
    const module = WebAssembly.compileStreaming(fetch(base + place));
    module.catch(() => {}); // whoever awaits it is told
    return { name, module };
  });
}

/**
 * @param {string} part its address
 * @param {{ signal?: AbortSignal, heard?: () => void }} [how] `heard` at each piece of it
 * @returns {Promise<Uint8Array>}
 */
export async function bytes(part, { signal, heard = () => {} } = {}) {
  const answer = await fetch(part, { signal }).catch(() => refuseLost(part));
  if (!answer.ok || !answer.body) refuseLost(part);
  heard();
  return joined(answer.body.getReader(), heard).catch(() => refuseLost(part));
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

/** Rejects when WebAssembly can't work here. */
export async function refuseHindrance() {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch (cause) {
    const advice = "add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy";
    throw new Error(`This page may not run WebAssembly: ${advice}`, { cause });
  }
  const told = await fetch(wasm, { method: "HEAD" }).catch(unreachable);
  refuseWrongType(told.ok ? told : await given());
}

/** Some hosts refuse HEAD and nothing else: only what becomes of a GET says whether it is there. */
async function given() {
  const answer = await fetch(wasm).catch(unreachable);
  await answer.arrayBuffer().catch(unreachable); // to the end: as in refuseMissing
  return answer;
}

/** @param {Response} answer */
function refuseWrongType({ ok, status, headers }) {
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

/** Of a part that is missing Pyodide dies with a word that tells nobody what to mend. */
export async function refuseMissing() {
  // Read to the end: to cancel it would cancel the hint that brings it, and look like a loss.
  await Promise.all([bytes(wasm), bytes(standardLibrary)]);
}

/**
 * @param {string} part
 * @returns {never}
 */
export function refuseLost(part) {
  throw new Error(`${part} didn't arrive: it is missing, or the connection broke`);
}

/**
 * Lets the browser fetch what Pyodide will ask for; a worker has no document to hint in.
 *
 * @param {string[]} others besides the interpreter, without which Pyodide says so
 * @returns {Promise<string>} the part that Pyodide can't do without, and doesn't report, as soon
 *   as it is known not to come; pending when all is well
 */
export function preload(others) {
  return new Promise((lost) => {
    if (typeof document === "undefined") return;
    hint(wasm, lost);
    for (const other of others) hint(other);
  });
}

/**
 * @param {string} href
 * @param {(href: string) => void} [lost]
 */
function hint(href, lost) {
  const link = document.createElement("link");
  link.crossOrigin = "anonymous";
  link.rel = "preload";
  link.href = href;
  link.as = "fetch";
  link.addEventListener("error", () => {
    lost?.(href);
    fetchAway(href);
  });
  document.head.append(link);
}

/**
 * To the end, as in refuseMissing: the next try may share what comes.
 *
 * @param {string} href an address whose hint has failed
 */
function fetchAway(href) {
  fetch(href).then((answer) => answer.arrayBuffer()).catch(() => {});
}
