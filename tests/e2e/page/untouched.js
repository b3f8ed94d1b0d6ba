// A call that begins without anybody's touch: it signs in and calls from within the page, since
// what Playwright evaluates counts as a touch. When sound is refused, it says so on the console.
//
// The microphone is WebAudio's: Chromium lets a page that uses a real one play what it likes.
// `hear()` wakes what watches the sound, which like the sound itself waits for a touch.
(() => {
  const contexts = [];
  const Context = window.AudioContext;
  window.AudioContext = class extends Context {
    constructor(...values) {
      super(...values);
      contexts.push(this);
    }
  };
  window.hear = () => Promise.all(contexts.map((context) => context.resume()));
  witness.microphone();

  function go() {
    const form = document.getElementById("sign-in");
    const call = document.getElementById("call");
    const name = form.elements.namedItem("name");
    if (document.querySelector("[data-sound]")) console.log("no sound");
    else if (!call.disabled && document.body.dataset.status === "idle") call.click();
    else if (!name.value && !form.querySelector("button").disabled) {
      name.value = "Ada";
      form.requestSubmit();
    }
  }
  const all = { attributes: true, childList: true, subtree: true };
  const watch = () => new MutationObserver(go).observe(document.body, all);
  document.addEventListener("DOMContentLoaded", watch);
})();
