// @ts-check
/**
 * What happens to the machine before Python's `main()`: the interpreter is instantiated, and shared
 * libraries come in.
 *
 * A snapshot holds addresses of functions, so each must have the same place in the function
 * table of the builder (build/snapshot.mjs) and of every visitor. Hence the libraries come before
 * anything else could take a place, in the same order, and from a fixed place on: engines differ
 * in what stands before it (5-facts, 5.2).
 */

import { breathe } from "./patience.js";

/** @typedef {import("./emscripten.js").Machine} Machine */
/** @typedef {import("./emscripten.js").Factory} Factory */
/** @typedef {{ name: string, module: Promise<WebAssembly.Module> }} Library `name`: of a module */

const FIRST_PLACE = 16384;
const FOLDER = "/lib/native"; // where sitecustomize.py finds their names
const ERROR = Symbol("error marker");

/** What Pyodide has the interpreter import besides: how JavaScript tells C that it has failed. */
const MARKER = {
  Jsv_GetError_import: () => ERROR,
  JsvError_Check: (/** @type {unknown} */ value) => value === ERROR,
};

/**
 * Pyodide's factory in several tasks, so that the page goes on between them; with an interpreter
 * that may be compiled before anybody knows what it imports, something to do before `main()`, and
 * something when all else is done. Pyodide would wait for ever where one fails; here the factory
 * fails as well.
 *
 * @param {Factory} factory
 * @param {Promise<WebAssembly.Module>} interpreter
 * @param {(machine: Machine) => Promise<void>} prepare
 * @param {(machine: Machine) => Promise<void>} [complete]
 * @returns {Factory}
 */
export function prepared(factory, interpreter, prepare, complete = async () => {}) {
  return async (settings) => {
    const failed = new Promise((_, reject) => {
      settings.preRun.push((machine) => {
        machine.addRunDependency("pinecall");
        prepare(machine).then(() => machine.removeRunDependency("pinecall"), reject);
      });
      settings.instantiateWasm = (imports, receive) => {
        Object.assign(imports.env, MARKER);
        const received = interpreter.then(async (module) => {
          const instance = await WebAssembly.instantiate(module, imports);
          await breathe();
          sharing(() => receive(instance, module));
        });
        received.catch(reject);
        return {};
      };
    });
    await breathe();
    const machine = await Promise.race([factory(settings), failed]);
    await breathe();
    await complete(machine);
    return machine;
  };
}

/**
 * Emscripten makes a module for each JavaScript function that C may call, hundreds of them, of
 * which all with one signature are the same. Meanwhile each is compiled once.
 *
 * @param {() => void} work
 */
function sharing(work) {
  const { Module } = WebAssembly;
  /** @type {Record<string, WebAssembly.Module>} */
  const known = {};
  WebAssembly.Module = new Proxy(Module, {
    construct: (_, [bytes]) => (known[bytes] ??= new Module(bytes)),
  });
  try {
    work();
  } finally {
    WebAssembly.Module = Module;
  }
}

/**
 * @param {Machine} machine
 * @param {Library[]} libraries
 */
export async function bringIn(machine, libraries) {
  const { length } = machine.wasmTable;
  if (length > FIRST_PLACE) throw new Error(`The function table has ${length} entries already`);
  machine.wasmTable.grow(FIRST_PLACE - length);
  machine.FS.mkdirTree(FOLDER);
  for (const library of libraries) await instantiate(machine, library);
}

/**
 * @param {Machine} machine
 * @param {Library} library
 */
async function instantiate(machine, { name, module }) {
  const path = `${FOLDER}/${name}.so`;
  machine.FS.writeFile(path, ""); // Python asks whether it is there, and then for the library
  const entry = machine.newDSO(path, undefined, "loading");
  entry.refcount = Infinity;
  entry.global = false;
  const flags = /** @type {const} */ ({ loadAsync: true, nodelete: true, allowUndefined: false });
  entry.exports = await machine.loadWebAssemblyModule(await module, flags, path, {});
}
