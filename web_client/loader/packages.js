// @ts-check
/** The Python packages of this site: those in the lock file, by their normalised names. */
import { assets } from "virtual:assets";
import { withStandIn } from "./micropip.js";

/** @typedef {import("pyodide").LockfilePackage} Package */

export const lock = withStandIn(assets.lock);

/** @param {string[]} wanted names in the lock file; addresses of wheels are the page's own */
export function refuseUnknown(wanted) {
  const unknown = wanted.filter((name) => isName(name) && !lookUp(name));
  if (!unknown.length) return;
  const known = Object.keys(assets.lock.packages).join(", ");
  throw new Error(`Not among this site's Python packages: ${unknown.join(", ")}. It has ${known}`);
}

/**
 * What has to be fetched for `wanted`, each once: not what every Python here has from its start.
 *
 * @param {string[]} wanted
 * @returns {Package[]}
 */
export function toFetch(wanted) {
  const found = new Set();
  for (const name of wanted) add(name);
  return [...found];

  /** @param {string} name */
  function add(name) {
    const entry = lookUp(name);
    if (!entry || found.has(entry) || assets.packages.includes(entry.name)) return;
    found.add(entry);
    entry.depends.forEach(add);
  }
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
