// Runs before the page's own scripts, and notes what an orb tells the page.
//
// - `orb.told` holds every `pinecall:…` event that reaches the document: [name, detail, id].
// - `orb.captions()` has the first orb's caption noted from now on, in `orb.captioned`.
// - `orb.violations` holds what the page's Content-Security-Policy forbade.
(() => {
  const NAMES = "status transcript error ready open close languagechange call feedback".split(" ");
  const told = [];
  for (const name of NAMES) {
    document.addEventListener(`pinecall:${name}`, ({ detail, target }) => {
      told.push([name, JSON.parse(JSON.stringify(detail)), target.id]);
    });
  }

  const captioned = [];
  function captions() {
    const caption = document.querySelector("pinecall-orb").shadowRoot.querySelector(".caption");
    const look = () => captioned.push(caption.textContent.trim());
    new MutationObserver(look).observe(caption, { childList: true, subtree: true });
  }

  const violations = [];
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    violations.push(`${violatedDirective}: ${blockedURI}`);
  });

  window.orb = { told, captions, captioned, violations };
})();
