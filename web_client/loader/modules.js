// @ts-check

/** @type {Record<string, Promise<any>>} the last try of each address */
const tries = {};
let again = 0;

/**
 * A module, which may be asked for again where it didn't come. A browser keeps one that is coming
 * for all who ask, whatever becomes of it, and Firefox one that failed for ever. So a try waits
 * for the one before, and if that fails has a fragment of its own.
 *
 * @param {string} address
 * @returns {Promise<any>}
 */
export function moduleAt(address) {
  const before = tries[address];
  tries[address] = before
    ? before.catch(() => import(`${address}#${++again}`))
    : import(address);
  return tries[address];
}
