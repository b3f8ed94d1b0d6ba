// @ts-check
/** What Python tells a page at every token, in one crossing: the module `pinecall_telling`. */

const NAME = "pinecall:transcript";

/**
 * Raise `pinecall:transcript` with the list told last, of which `json` replaces all that stands
 * from `start` on. The page gets a copy, which it may sort or cut short.
 *
 * @param {EventTarget} element
 * @param {unknown[]} told
 * @param {number} start
 * @param {string} json
 */
export function transcript(element, told, start, json) {
  told.length = start;
  for (const message of JSON.parse(json)) told.push(message);
  const detail = { messages: told.slice() };
  element.dispatchEvent(new CustomEvent(NAME, { bubbles: true, composed: true, detail }));
}
