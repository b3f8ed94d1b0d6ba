// @ts-check
/**
 * The parts of a start, unpacked, in the browser's Cache Storage.
 *
 * Its HTTP cache has them compressed, as they came. At each visit they are unpacked, all 30 MB by one
 * thread, and a start waits for little else. So once a page has started, and has time, they are put
 * where they come from in a third of that.
 *
 * Nothing depends on it. What isn't there, doesn't come or is no good, is fetched as ever. What is kept
 * comes out of the HTTP cache; where that has lost it already, it is sent once more, and no third time.
 * Who wants to save data keeps nothing.
 */

const NAME = "pinecall";
const SECOND = 1000;
const LASTING = /\bmax-age=[1-9]/;

/** @type {Set<string>} */
const asked = new Set();
/** @type {Set<string>} */
const toKeep = new Set();

/**
 * @template T
 * @param {string} part its address
 * @param {() => Promise<Response>} fetched has it come, where it isn't kept
 * @param {(answer: Response) => Promise<T>} use rejects if it is no good
 * @returns {Promise<T>} what `use` makes of it
 */
export async function take(part, fetched, use) {
  asked.add(part);
  const kept = await stored((storage) => storage.match(part, { cacheName: NAME }));
  if (kept) {
    try {
      return await use(kept);
    } catch {
      forget(part);
    }
  }
  const answer = await fetched();
  if (isWorthIt(answer)) toKeep.add(part);
  return use(answer);
}

/** @param {string} part that turned out to be no good */
export function forget(part) {
  toKeep.delete(part);
  stored(async (storage) => (await storage.open(NAME)).delete(part));
}

/**
 * Keep what was fetched, in place of what an earlier version had in the same folder.
 *
 * @param {string} folder
 */
export async function keep(folder) {
  const { connection } = /** @type {{ connection?: { saveData: boolean } }} */ (navigator);
  const parts = [...toKeep];
  toKeep.clear();
  if (!parts.length || connection?.saveData) return;
  await stored(async (storage) => {
    const cache = await storage.open(NAME);
    for (const { url } of await cache.keys()) {
      if (url.startsWith(folder) && !asked.has(url)) await cache.delete(url);
    }
    await cache.addAll(parts.map((part) => new Request(part, { cache: "force-cache" })));
  }, Infinity);
}

/**
 * Of another origin's answers a page isn't told whether they are packed.
 *
 * @param {Response} answer
 */
function isWorthIt({ ok, type, headers }) {
  const isPacked = type !== "basic" || headers.has("Content-Encoding");
  return ok && isPacked && LASTING.test(headers.get("Cache-Control") ?? "");
}

/**
 * @template T
 * @param {(storage: CacheStorage) => Promise<T>} work
 * @param {number} [limit] in milliseconds
 * @returns {Promise<T | undefined>} nothing where the browser has no such storage, doesn't allow it
 *   here, has no room, or takes too long
 */
async function stored(work, limit = SECOND) {
  const late = new Promise((resolve) => limit < Infinity && setTimeout(resolve, limit));
  try {
    return await Promise.race([work(caches), late]);
  } catch {
    return undefined;
  }
}
