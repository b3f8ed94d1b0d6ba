// @ts-check
/**
 * What comes behind a snapshot: two archives with the modules, and the bodies of functions, that
 * it doesn't hold; and tables that the interpreter hardly reads (build/tables.py). Python can't
 * wait for a promise in the middle of an import, nor of a call (build/inside/waking.py). When it
 * wants them before they are there, they are brought at once, and the page stands still meanwhile.
 */
import { assets } from "virtual:assets";
import { PACKAGES } from "./environment.js";
import { base, bytes, bytesNow, standardLibrary } from "./parts.js";

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("./emscripten.js").Machine} Machine */

const PLACES = { "/lib/python314.zip": standardLibrary, [PACKAGES]: base + assets.archive };

const behind = [base + assets.tables, ...Object.values(PLACES)];

/**
 * @param {{ signal?: AbortSignal, heard?: () => void }} [how]
 * @returns {Promise<Uint8Array[]>}
 */
export async function fetched(how) {
  return Promise.all(behind.map((part) => bytes(part, how)));
}

/**
 * Put them where Python looks for them.
 *
 * @param {Machine} machine
 * @param {Uint8Array[]} parts as `fetched` gives them
 */
export function place({ FS, HEAPU8 }, [tables, ...archives]) {
  for (const [i, path] of Object.keys(PLACES).entries()) {
    FS.writeFile(path, archives[i], { canOwn: true });
  }
  let taken = 0;
  for (const [address, length] of assets.runs) {
    HEAPU8.set(tables.subarray(taken, taken + length), address);
    taken += length;
  }
}

export class Behind {
  #pyodide;
  #isThere;
  #archives;
  #late = new AbortController();
  /** @type {Promise<void> | undefined} */
  #coming;

  /**
   * @param {Pyodide} pyodide
   * @param {boolean} isRestored from the snapshot; otherwise they are there already
   * @param {Promise<Uint8Array[]>} [archives] if they are on their way
   */
  constructor(pyodide, isRestored, archives) {
    this.#pyodide = pyodide;
    this.#isThere = !isRestored;
    this.#archives = archives;
    pyodide.registerJsModule("pinecall_archives", { bring: () => this.#bring() });
  }

  /** Resolves when they are there; if they didn't come, whoever asks next tries again. */
  async whole() {
    if (this.#isThere) return;
    this.#coming ??= this.#fetch().finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #fetch() {
    const { signal } = this.#late;
    const coming = this.#archives ?? fetched({ signal });
    this.#archives = undefined;
    try {
      const archives = await coming;
      if (!this.#isThere) this.#place(archives);
    } catch (error) {
      if (!this.#isThere) throw error;
    }
  }

  #bring() {
    if (this.#isThere) return false;
    this.#late.abort();
    this.#late = new AbortController();
    this.#place(behind.map(bytesNow));
    return true;
  }

  /** @param {Uint8Array[]} archives */
  #place(archives) {
    place(/** @type {any} */ (this.#pyodide)._module, archives);
    this.#isThere = true;
    this.#archives = undefined;
    const importlib = this.#pyodide.pyimport("importlib");
    importlib.invalidate_caches();
    importlib.destroy();
  }
}
