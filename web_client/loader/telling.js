// @ts-check
/**
 * What happens between Python and a page at every token, each in one crossing: the module
 * `pinecall_telling`.
 */

/** @typedef {{ root: ShadowRoot, trusted: (html: string) => string }} Page an element's (shell.js) */

const NAME = "pinecall:transcript";
const UTF8 = new TextEncoder();
const LONG = 500;

/** All that was said, as the page knows it. */
export class Transcript {
  /** @type {unknown[]} */
  #told = [];
  #news;
  #element;

  /**
   * @param {() => string | undefined} news since it was last called: `{start, messages}` as JSON, of
   *   which the latter replace all that stands from `start` on
   * @param {EventTarget} element
   */
  constructor(news, element) {
    this.#news = news;
    this.#element = element;
  }

  /**
   * Raise `pinecall:transcript`. Its messages are made when somebody looks at them: a page that
   * doesn't listen pays nothing for them. It gets a copy, which it may sort or cut short.
   */
  tell() {
    /** @type {unknown[] | undefined} */
    let messages;
    const all = () => (messages ??= this.#all());
    const detail = {
      get messages() {
        return all();
      },
    };
    this.#element.dispatchEvent(new CustomEvent(NAME, { bubbles: true, composed: true, detail }));
  }

  /** Nothing new comes any more. */
  close() {
    this.#all();
    this.#news = () => undefined;
  }

  #all() {
    const news = this.#news();
    if (news) {
      const { start, messages } = JSON.parse(news);
      this.#told.length = start;
      for (const message of messages) this.#told.push(message);
    }
    return this.#told.slice();
  }
}

/**
 * A listener for the texts of a socket or a channel. A string goes to Python character by
 * character: a long one goes as UTF-8, in a third of the time.
 *
 * @param {(text: string) => void} receive
 * @param {(text: Uint8Array) => void} receiveLong
 */
export function textOf(receive, receiveLong) {
  return (/** @type {MessageEvent} */ { data }) => {
    if (typeof data !== "string") return;
    if (data.length < LONG) receive(data);
    else receiveLong(UTF8.encode(data));
  };
}

/**
 * Words at the end of what a row says.
 *
 * @param {Page} page
 * @param {number} row
 * @param {string} words
 */
export function goOn(page, row, words) {
  const text = /** @type {Element} */ (part(page, row, ".text"));
  const line = text.querySelector("[data-cut]") ?? text.lastElementChild ?? text;
  const last = /** @type {Text} */ (line.lastChild);
  last.appendData(words);
}

/**
 * Markup in place of what is open of a row's last line, and what has been settled before it.
 *
 * @param {Page} page
 * @param {number} row
 * @param {string} settled
 * @param {string} open
 */
export function growInLine(page, row, settled, open) {
  const mark = /** @type {Element} */ (part(page, row, "[data-cut]"));
  if (settled) mark.insertAdjacentHTML("beforebegin", page.trusted(settled));
  mark.innerHTML = page.trusted(open);
}

/**
 * The same of its last blocks.
 *
 * @param {Page} page
 * @param {number} row
 * @param {string} settled
 * @param {string} open
 */
export function grow(page, row, settled, open) {
  const mark = /** @type {Element} */ (part(page, row, "[data-open]"));
  if (settled) mark.insertAdjacentHTML("beforebegin", page.trusted(settled));
  while (mark.nextSibling) mark.nextSibling.remove();
  mark.insertAdjacentHTML("afterend", page.trusted(open));
}

/**
 * The list of messages at its end.
 *
 * @param {Page} page
 * @returns {number} in pixels, how far down that is
 */
export function follow({ root }) {
  const box = root.querySelector("[data-scroller]");
  if (!box) return 0;
  box.scrollTop = box.scrollHeight;
  return box.scrollTop;
}

/**
 * @param {Page} page
 * @param {number} row
 * @param {string} selector
 */
function part({ root }, row, selector) {
  return root.getElementById(`message-${row}`)?.querySelector(selector);
}
