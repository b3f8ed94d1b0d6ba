// @ts-check
/** What crosses between the page and Python, made safe for the other side. */

/**
 * Python waits for ever on a promise that rejects with anything but an Error.
 *
 * @param {any} value
 */
export function forPython(value) {
  if (typeof value !== "function") return value;
  return async () => {
    try {
      return await value();
    } catch (error) {
      throw error instanceof Error ? error : new Error(String(error));
    }
  };
}

/**
 * What Python gives: plain data at once, or an awaitable, whose proxy is let go in the end.
 *
 * @param {any} result
 */
export function settle(result) {
  return typeof result?.then === "function" && result.destroy ? finished(result) : result;
}

/** @param {{ destroy(): void } & PromiseLike<unknown>} proxy */
async function finished(proxy) {
  try {
    return await proxy;
  } finally {
    proxy.destroy();
  }
}

/** @type {{ createHTML(html: string): string } | undefined} */
let policy;

/**
 * Python's templates escape all data; a page that demands Trusted Types is told so.
 *
 * @param {string} html
 */
export function trusted(html) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (!types) return html;
  policy ??= types.createPolicy("pinecall", { createHTML: (/** @type {string} */ h) => h });
  return /** @type {NonNullable<typeof policy>} */ (policy).createHTML(html);
}
