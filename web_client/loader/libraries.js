// @ts-check
/**
 * What happens to the machine before Python's `main()`: shared libraries come in.
 *
 * A snapshot holds addresses of functions, so each must have the same place in the function
 * table of the builder (build/snapshot.mjs) and of every visitor. Hence the libraries come before
 * anything else could take a place, in the same order, and from a fixed place on: engines differ
 * in what stands before it (5-facts, 5.2).
 */

/** @typedef {import("./emscripten.js").Machine} Machine */
/** @typedef {import("./emscripten.js").Factory} Factory */
/** @typedef {{ name: string, module: Promise<WebAssembly.Module> }} Library `name`: of a module */

const FIRST_PLACE = 16384;
const FOLDER = "/lib/native"; // where sitecustomize.py finds their names

/**
 * Pyodide's factory, with something to do before `main()`. Pyodide would wait for ever where that
 * fails; here it fails as well.
 *
 * @param {Factory} factory
 * @param {(machine: Machine) => Promise<void>} prepare
 * @returns {Factory}
 */
export function prepared(factory, prepare) {
  return (settings) => {
    const failed = new Promise((_, reject) => {
      settings.preRun.push((machine) => {
        machine.addRunDependency("pinecall");
        prepare(machine).then(() => machine.removeRunDependency("pinecall"), reject);
      });
    });
    return Promise.race([factory(settings), failed]);
  };
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
