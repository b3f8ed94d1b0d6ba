// Puts elements on a page of somebody's own and takes them off it, within a strict policy.
//
// - `elements.strict(policy)` sets the page's policy, and loads the elements.
// - `elements.put(tag, attributes)` gives the element, with `id="it"`, in the `id="room"` if any.
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

  function put(tag, attributes) {
    const element = document.createElement(tag);
    element.id = "it";
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    (document.getElementById("room") ?? document.body).append(element);
    return element;
  }

  function host() {
    const own = [...document.querySelectorAll("html, body, head > *, body > *:not(#it)")];
    const { scrollX, scrollY } = window;
    // The boot's hints, which fetch Python, are in the head.
    const kept = own.filter((node) => node.localName !== "link");
    return [scrollX, scrollY, document.title, ...kept.map((node) => node.cloneNode().outerHTML)];
  }

  window.elements = { strict, put, host, pwned };
})();
