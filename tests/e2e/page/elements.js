// Puts elements on a page of somebody's own and takes them off it, within a strict policy.
//
// - `elements.strict(policy)` sets the page's policy, and loads the elements.
// - `elements.made(tag, attributes)` is one that stands nowhere yet.
// - `elements.put(tag, attributes)` gives the element, with `id="it"`, as the first thing on the page,
//   or in its `id="room"` if any.
// - `elements.pwned` holds what a text has had done that wanted to be code.
// - `elements.host()` is what an element must leave as it was: the page around it.
(() => {
  const pwned = [];
  window.pwned = (...what) => pwned.push(what);

  function strict(policy) {
    const meta = Object.assign(document.createElement("meta"), { content: policy });
    meta.httpEquiv = "Content-Security-Policy";
    const script = Object.assign(document.createElement("script"), { src: "pinecall.js" });
    document.head.append(meta, script);
  }

  function made(tag, attributes) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function put(tag, attributes) {
    const element = made(tag, { id: "it", ...attributes });
    (document.getElementById("room") ?? document.body).prepend(element);
    return element;
  }

  function host() {
    const own = [...document.querySelectorAll("html, body, head > *, body > *:not(#it)")];
    const { scrollX, scrollY } = window;
    // The boot's hints, which fetch Python, are in the head.
    const kept = own.filter((node) => node.localName !== "link");
    return [scrollX, scrollY, document.title, ...kept.map((node) => node.cloneNode().outerHTML)];
  }

  window.elements = { strict, made, put, host, pwned };
})();
