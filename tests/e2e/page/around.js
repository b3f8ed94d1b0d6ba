// Watches the page around the elements: what they must leave as it is.
//
// - `around.look()`: every node of the page with its attributes, its place and its style, its style
//   sheets and its global names. Not the elements themselves, nor what the boot hints at.
// - `around.painted()`: what of the page has jumped so far, also right after a touch.
// - `around.load(src, nonce)` loads the elements; `around.defined` is the page before, and once
//   they are there.
(() => {
  const TAGS = "orb widget modal chat hub".split(" ").map((kind) => `pinecall-${kind}`);
  const not = [...TAGS, "link[rel=preload]", "script"].map((each) => `:not(${each})`).join("");

  function look() {
    const own = [...document.querySelectorAll(not)];
    return {
      nodes: own.map((node) => [node.cloneNode().outerHTML, place(node), style(node)]),
      sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
      names: Object.keys(window).filter((name) => !name.startsWith("__pw")).sort(), // Playwright's
      rest: [scrollX, scrollY, document.title],
    };
  }

  function place(node) {
    const { x, y, width, height } = node.getBoundingClientRect();
    return [x, y, width, height];
  }

  function style(node) {
    const computed = getComputedStyle(node);
    return [...computed].map((name) => computed.getPropertyValue(name)).join();
  }

  const shifted = [];
  // A node within an element is told as none.
  const page = ({ node }) => node && node.id !== "it" && (node.id || node.nodeName);
  const jumped = ({ sources }) => sources.map(page).filter(Boolean);
  const told = (list) => shifted.push(...list.getEntries().flatMap(jumped));
  new PerformanceObserver(told).observe({ type: "layout-shift", buffered: true });

  async function load(src, nonce) {
    const before = look();
    document.head.append(Object.assign(document.createElement("script"), { src, nonce }));
    await Promise.all(TAGS.map((tag) => customElements.whenDefined(tag)));
    await painted();
    around.defined = [before, look()];
    for (const tag of TAGS) document.querySelector(tag).remove();
  }

  /** Whoever observes a frame's shifts is told behind it. */
  async function painted() {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return shifted;
  }

  window.around = { look, load, painted };
})();
