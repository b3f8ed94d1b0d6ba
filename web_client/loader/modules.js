// @ts-check

/** @type {Record<string, number>} */
const failures = {};

/**
 * A module, which may be asked for again where it didn't come. Firefox keeps such a module as one
 * that never will, so that each further try has a fragment of its own.
 *
 * @param {string} address
 * @returns {Promise<any>}
 */
export async function moduleAt(address) {
  const failed = failures[address] ?? 0;
  try {
    return await import(failed ? `${address}#${failed}` : address);
  } catch (error) {
    failures[address] = failed + 1;
    throw error;
  }
}
