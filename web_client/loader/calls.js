// @ts-check
/** What a page calls of an element while Python isn't there: kept, and handed over in order. */
import { attempt } from "./seam.js";

/**
 * @typedef {object} Call
 * @property {string} method
 * @property {unknown[]} values
 * @property {(result: unknown) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

export class Calls {
  /** @type {Call[]} */
  #waiting = [];

  /**
   * @param {string} method
   * @param {unknown[]} values
   * @returns {Promise<unknown>} what it comes to, once Python is there
   */
  add(method, values) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ method, values, resolve, reject });
    });
  }

  /** Take back what somebody waits for at the screen; the rest waits on. */
  takeBack() {
    for (const call of this.#waiting.splice(0)) {
      const { method, resolve, reject } = call;
      if (!isAwaited(method)) this.#waiting.push(call);
      else if (method === "open") resolve(undefined);
      else reject(new DOMException("Disconnected", "AbortError"));
    }
  }

  /** @param {unknown} reason */
  refuse(reason) {
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  /** @param {(method: string, values: unknown[]) => unknown} invoke */
  handOver(invoke) {
    for (const { method, values, resolve, reject } of this.#waiting.splice(0)) {
      attempt(() => resolve(invoke(method, values)), reject);
    }
  }
}

/**
 * Whether somebody waits at the screen for what was called.
 *
 * @param {string} method
 */
export function isAwaited(method) {
  return method === "connect" || method === "open";
}
