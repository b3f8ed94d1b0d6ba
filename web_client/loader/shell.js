// @ts-check
/**
 * The elements before Python: all that can't wait for it, and nothing else.
 *
 * - Defines the custom elements and shows their idle view, made at build time from the very
 *   templates that Python renders later.
 * - Keeps what the page says meanwhile (attributes, properties, method calls, the press of a
 *   button) and hands it over, in order, once Python is there. A button says in `data-act` what
 *   it is for.
 * - Opens another element from within one: a button with `data-opens="modal"`, or any button of an
 *   element whose attribute `opens` says so, makes that element in the shadow root of this one. It
 *   takes our attributes and properties, then and later, as far as its own table knows them; its
 *   events bubble, so that the page hears them on the element that it knows. While Python isn't
 *   there, the one that was pressed shows how far it is.
 * - Asks for the microphone **inside the click**: by the time Python is up, a browser would no
 *   longer take the click for one. A press that is taken back, or an element that is removed,
 *   stops the microphone, also one that is granted later.
 *
 * The seam is one object each way. Python gets a `Page`: the element, its shadow root, and the
 * way markup gets in. It gives back a `Controller` (web_client/browser/mounted.py).
 */
import { idle } from "virtual:idle";
import { Calls, isAwaited } from "./calls.js";
import { askForMicrophone, releaseMicrophone } from "./microphone.js";
import { isSparing, whenIdle } from "./patience.js";
import { python } from "./python.js";
import { attempt, forPython, settle, trusted } from "./seam.js";
import { named, pageLanguage, word } from "./words.js";

/** @typedef {import("virtual:idle").Idle} Idle */
/** @typedef {import("./seam.js").Outcome} Outcome */

/**
 * @typedef {object} Controller
 * @property {(name: string, value: string, microphone?: Promise<MediaStream>) => void} act
 * @property {(name: string, value: string | null) => void} attribute
 * @property {(name: string, value: unknown) => Outcome} assign
 * @property {(method: string, values: unknown[]) => any} invoke
 * @property {() => void} moved
 * @property {() => void} unmount
 * @property {() => void} destroy
 */

const METHOD = "()";
const common = new CSSStyleSheet();
common.replaceSync(idle.css);

class PinecallElement extends HTMLElement {
  /** @type {Idle} */
  static look;
  /** @type {CSSStyleSheet} */
  static sheet;

  static get observedAttributes() {
    return this.look.attributes;
  }

  #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  /** @type {Controller | undefined} */
  #controller;
  /** @type {Promise<void> | undefined} */
  #loading;
  /** @type {Record<string, unknown>} */
  #properties = {};
  #calls = new Calls();
  /** What was asked for and waits for Python: a button's `data-act`, or `METHOD`. */
  #pressed = "";
  #base = "";
  /** @type {Promise<MediaStream> | undefined} */
  #microphone;
  /** @type {PinecallElement | undefined} whose companion this is */
  #owner;
  /** @type {Map<string, PinecallElement>} what was opened from here, by kind */
  #companions = new Map();

  constructor() {
    super();
    this.#root.adoptedStyleSheets = [common, this.#kind.sheet];
    this.#root.innerHTML = trusted(this.#look.html);
    this.#base = this.#outermost.className;
    this.#root.addEventListener("click", ({ target }) => {
      const button = /** @type {Element} */ (target).closest("button[data-act], button[data-opens]");
      if (button) this.#press(/** @type {HTMLButtonElement} */ (button));
    });
    const early = () => this.#wish() === "interaction" && this.#load();
    for (const event of ["pointerenter", "focusin"]) this.addEventListener(event, early);
  }

  connectedCallback() {
    for (const name of this.#look.properties) this.#adopt(name);
    if (this.#controller) return this.#controller.moved();
    this.#rest();
    if (this.#wish() === "eager" || this.hasAttribute("open")) this.#load();
    if (this.#wish() === "idle") whenIdle(() => this.isConnected && this.#load());
  }

  /** Moving an element takes it off the page for a moment, and that is no hanging up. */
  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#free());
  }

  /**
   * @param {string} name
   * @param {string | null} _before
   * @param {string | null} value
   */
  attributeChangedCallback(name, _before, value) {
    for (const other of this.#companions.values()) other.#inherit(name, value);
    if (this.#controller) this.#controller.attribute(name, value);
    else if (this.isConnected) {
      if (!this.#pressed) this.#rest();
      if (name === "open" && value !== null) this.#load();
    }
  }

  /**
   * Make the element of one tag, with the properties and methods that its table names.
   *
   * @param {string} tag
   * @param {Idle} look
   */
  static define(tag, look) {
    if (customElements.get(tag)) return; // the script stands twice in the page
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look.css);
    const Tag = class extends PinecallElement {
      static look = look;
      static sheet = sheet;
    };
    for (const name of look.properties) {
      Object.defineProperty(Tag.prototype, name, PinecallElement.#accessor(name));
    }
    for (const method of look.methods) {
      Object.defineProperty(Tag.prototype, method, PinecallElement.#method(method));
    }
    customElements.define(tag, Tag);
  }

  /**
   * @param {string} name
   * @returns {PropertyDescriptor & ThisType<PinecallElement>}
   */
  static #accessor(name) {
    return {
      enumerable: true,
      get() {
        return this.#properties[name];
      },
      set(value) {
        this.#properties[name] = value;
        for (const other of this.#companions.values()) Object.assign(other, { [name]: value });
        if (this.#controller) settle(this.#controller.assign(name, forPython(value)));
      },
    };
  }

  /**
   * @param {string} name
   * @returns {PropertyDescriptor & ThisType<PinecallElement>}
   */
  static #method(name) {
    return {
      /** @param {unknown[]} values */
      value(...values) {
        return this.#call(name, values);
      },
    };
  }

  /**
   * @param {string} method
   * @param {unknown[]} values
   * @returns {any}
   */
  #call(method, values) {
    if (this.#opens) return this.#companion(this.#opens).#call(method, values);
    if (this.#controller) return settle(this.#controller.invoke(method, values));
    if (method === "getState") return { ...this.#look.state, status: this.#status() };
    if (method === "disconnect") return this.#cancel();
    const result = this.#calls.add(method, values);
    if (isAwaited(method)) this.#expect(METHOD);
    this.#load();
    return result;
  }

  get #outermost() {
    return /** @type {HTMLElement} */ (this.#root.firstElementChild);
  }

  get #kind() {
    return /** @type {typeof PinecallElement} */ (this.constructor);
  }

  get #look() {
    return this.#kind.look;
  }

  #wish() {
    return isSparing() ? "press" : (this.getAttribute("boot") ?? "interaction");
  }

  #status() {
    return this.#pressed ? "connecting" : "idle";
  }

  /** The kind of element that this one's own button opens, and that its methods are for. */
  get #opens() {
    const kind = this.#look.attributes.includes("opens") && this.getAttribute("opens");
    return kind === "modal" || kind === "chat" ? kind : "";
  }

  /** @param {string} kind */
  #companion(kind) {
    const there = this.#companions.get(kind);
    if (there) return there;
    const other = /** @type {PinecallElement} */ (document.createElement(`pinecall-${kind}`));
    for (const name of this.#look.attributes) other.#inherit(name, this.getAttribute(name));
    Object.assign(other, this.#properties, { lang: pageLanguage(this) });
    other.toggleAttribute("no-fab", true);
    other.toggleAttribute("auto-call", kind === "modal");
    other.#owner = this;
    this.#root.append(other);
    this.#companions.set(kind, other);
    return other;
  }

  /**
   * @param {string} name
   * @param {string | null} value
   */
  #inherit(name, value) {
    if (/^(open|no-fab)$/.test(name)) return; // of each its own
    if (value === null) this.removeAttribute(name);
    else this.setAttribute(name, value);
  }

  /** @param {HTMLButtonElement} button */
  #press(button) {
    const kind = button.dataset.opens ?? this.#opens;
    if (!kind) return this.#act(button);
    this.#load();
    const other = this.#companion(kind);
    // Python may have drawn it anew meanwhile.
    const back = () => (this.#find(`[data-opens=${kind}]`) ?? button).focus();
    other.addEventListener("pinecall:close", back, { once: true });
    other.#act(/** @type {HTMLButtonElement} */ (other.#find("[data-focus=launcher]")));
  }

  /** @param {HTMLButtonElement} button */
  #act({ dataset, value }) {
    const name = /** @type {string} */ (dataset.act);
    if (this.#controller) return this.#controller.act(name, value);
    if (this.#pressed) return this.#cancel();
    if (name === "talk" || (name === "open" && this.hasAttribute("auto-call"))) {
      this.#microphone = askForMicrophone();
    }
    this.#expect(name);
    this.#load();
  }

  /**
   * Somebody waits for Python now.
   *
   * @param {string} name
   */
  #expect(name) {
    this.#pressed = name;
    this.#show("loading", this.#says("cancel"), word(this, "loading"), "note");
  }

  /** Taken back before Python was there: it may come up, but nobody calls. */
  #cancel() {
    this.#pressed = "";
    releaseMicrophone(this.#microphone);
    this.#microphone = undefined;
    this.#calls.takeBack();
    this.#rest();
  }

  #load() {
    this.#loading ??= this.#start().catch((error) => this.#failed(error));
    return this.#loading;
  }

  async #start() {
    const pyodide = await python();
    if (!this.isConnected) return this.#free();
    if (this.#controller) return; // taken off and put back meanwhile, and mounted by then
    const runtime = pyodide.pyimport("web_client.runtime");
    this.#controller = runtime.mount({ element: this, root: this.#root, trusted });
    runtime.destroy();
    this.#handOver(/** @type {Controller} */ (this.#controller));
  }

  /** @param {Controller} controller */
  #handOver(controller) {
    controller.attribute("lang", pageLanguage(this));
    for (const name of this.#look.attributes) {
      if (this.hasAttribute(name)) controller.attribute(name, this.getAttribute(name));
    }
    for (const [name, value] of Object.entries(this.#properties)) {
      attempt(() => settle(controller.assign(name, forPython(value))));
    }
    const microphone = this.#microphone;
    const pressed = this.#pressed;
    this.#microphone = undefined;
    this.#pressed = "";
    if (pressed && pressed !== METHOD) attempt(() => controller.act(pressed, "", microphone));
    this.#calls.handOver((method, values) => settle(controller.invoke(method, values)));
    if (!this.#owner) this.#emit("pinecall:ready", {});
  }

  /**
   * Python didn't come. Only who waits for it is told; the next press tries again.
   *
   * @param {unknown} error
   */
  #failed(error) {
    const expected = this.#pressed;
    this.#calls.refuse(error);
    this.#loading = undefined;
    console.error(error);
    if (!expected) return; // what is shown may be a companion's failure
    this.#cancel();
    if (!this.isConnected) return;
    const message = word(this, "boot_failed");
    this.#show("error", this.#says("retry"), message, "error");
    this.#emit("pinecall:error", { message, code: "boot_failed" });
  }

  /** Off the page: nothing of it goes on. Put back, it begins anew. */
  #free() {
    this.#cancel();
    this.#calls.refuse(new DOMException("The element was removed", "AbortError"));
    this.#loading = undefined;
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.unmount();
    controller?.destroy();
    this.#rest();
  }

  #rest() {
    const label = named(this, this.getAttribute("label") || this.#says("rest"));
    this.#show("", label, label, "label");
  }

  /**
   * @param {string} state
   * @param {string} press the button's name
   * @param {string} caption
   * @param {string} tone
   */
  #show(state, press, caption, tone) {
    const owner = this.#owner;
    this.#outermost.className = `${this.#base} ${state} ${owner ? "" : "early"}`;
    this.#find('[data-region="press"]').textContent = press;
    const words = document.createElement("p");
    words.className = tone;
    words.dir = "auto";
    words.textContent = caption;
    this.#find('[data-region="caption"]').replaceChildren(words);
    this.#find('[data-region="spoken"]').textContent = state ? caption : "";
    if (!owner || owner.#controller) return;
    if (state) owner.#show(state, press, caption, tone);
    else owner.#rest();
  }

  /** @param {"rest" | "cancel" | "retry"} moment of its button */
  #says(moment) {
    const { says } = idle.elements[`pinecall-${this.#opens}`] ?? this.#look;
    return word(this, says[moment]);
  }

  /** @param {string} selector */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(selector));
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  /**
   * A property that was set before the element was defined hides ours: take it over.
   *
   * @param {string} name
   */
  #adopt(name) {
    if (!Object.hasOwn(this, name)) return;
    const element = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this));
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

for (const [tag, look] of Object.entries(idle.elements)) PinecallElement.define(tag, look);
