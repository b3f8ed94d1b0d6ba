// @ts-check
/**
 * How long to wait for what may never come: not so long in all, since a line may be slow, but so
 * long with nothing heard.
 */
export class Patience {
  #heard = performance.now();
  #isOver = false;

  /** Something has come. */
  heard = () => {
    this.#heard = performance.now();
    if (this.#isOver) throw new Error("Nobody waits for this Python any more");
  };

  /** What hears of something from now on, is stopped by it. */
  end() {
    this.#isOver = true;
  }

  /**
   * What `work` comes to; rejects when nothing was heard for so long.
   *
   * @template T
   * @param {Promise<T>} work
   * @param {number} silence in milliseconds
   * @returns {Promise<T>}
   */
  with(work, silence) {
    /** @type {ReturnType<typeof setTimeout>} */
    let timer;
    const silent = new Promise((_, reject) => {
      const look = () => {
        const left = this.#heard + silence - performance.now();
        if (left > 0) timer = setTimeout(look, left);
        else reject(new Error(`Nothing of Python came for ${silence / 1000} s`));
      };
      look();
    });
    return Promise.race([work, silent]).finally(() => clearTimeout(timer));
  }
}

/** Lets the page go on, before the next piece of work. */
export async function breathe() {
  const { scheduler } = /** @type {any} */ (globalThis);
  if (scheduler?.yield) return scheduler.yield();
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {() => void} callback called once the page has time, where a browser tells */
export function whenIdle(callback) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(callback);
  else setTimeout(callback, 200);
}

/** Whether this visitor spares data, or waits long for it: then Python comes when it is asked for. */
export function isSparing() {
  const { saveData, effectiveType } = /** @type {any} */ (navigator).connection ?? {};
  return saveData || ["slow-2g", "2g", "3g"].includes(effectiveType);
}
