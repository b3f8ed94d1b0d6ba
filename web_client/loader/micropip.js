// @ts-check
/**
 * A stand-in for micropip. PyScript installs the packages of a page's config through it (unless
 * the config says `"packages_cache": "passthrough"`), and micropip would ask PyPI. Here a name
 * means the package in our lock file, and any other is refused.
 */

/** @typedef {import("pyodide").PyodideInterface} Pyodide */
/** @typedef {import("pyodide").LockfilePackage} Package */

/**
 * Makes Pyodide know the name; it is never fetched.
 *
 * @type {Package}
 */
const ENTRY = {
  name: "micropip",
  version: "0",
  file_name: "micropip",
  package_type: "package",
  install_dir: "site",
  sha256: "",
  imports: [],
  depends: [],
};

/**
 * @param {import("pyodide").Lockfile} lock
 * @returns {import("pyodide").Lockfile}
 */
export function withStandIn(lock) {
  return { ...lock, packages: { ...lock.packages, micropip: ENTRY } };
}

/**
 * @param {Pyodide} pyodide
 * @param {(names: string[]) => Promise<void>} install
 */
export function standIn(pyodide, install) {
  pyodide.loadedPackages.micropip = "default channel";
  pyodide.registerJsModule("micropip", {
    /** @param {string | Iterable<string>} names */
    install: (names) => install(typeof names === "string" ? [names] : [...names]),
    freeze: () => "{}", // PyScript keeps it for the next visit; loadPyodide() has its own
    set_index_urls() {},
    destroy() {},
  });
}
