// @ts-check
/** What crosses between the page and Python, made safe for the other side. */

/**
 * Python waits for ever on a promise that rejects with anything but an Error.
 *
 * @param {any} value
 */
export function forPython(value) {
  if (typeof value !== "function") return value;
  return async (/** @type {unknown[]} */ ...values) => {
    try {
      return await value(...values);
    } catch (/** @type {any} */ error) {
      throw error instanceof Error ? error : new Error(String(error?.message ?? error ?? ""));
    }
  };
}

/** @typedef {{ value?: unknown, message?: string, code?: string }} Outcome */

/**
 * What came of a call into Python: at once, or of an awaitable, whose proxy is let go in the end.
 *
 * @param {any} result
 */
export function settle(result) {
  return typeof result.then === "function" ? finished(result) : given(result);
}

/** @param {{ destroy(): void } & PromiseLike<Outcome>} proxy */
async function finished(proxy) {
  try {
    return given(await proxy);
  } finally {
    proxy.destroy();
  }
}

/** @param {Outcome} outcome with a code where it failed: the message is for whoever reads it */
function given({ value, message, code }) {
  if (code) throw Object.assign(new Error(message), { code });
  return value;
}

/**
 * One mistake of the page must not keep the rest from Python.
 *
 * @param {() => void} action
 * @param {(error: unknown) => void} failed
 */
export function attempt(action, failed = reportError) {
  try {
    action();
  } catch (error) {
    failed(error);
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
