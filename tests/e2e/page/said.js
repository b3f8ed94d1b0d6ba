// Has texts said to the element with id="it", and tells which nodes came of them: each attribute
// of each, and where links and pictures lead.
//
// - `said.connect(method)` begins a call by that method, on a line that the page can speak on.
// - `said.inCall(texts)` has all that is told in a call say them, and the page before it.
// - `said.byPage(texts)` has the page say them in all that a page can set.
// - `said.made()`: what stands there now.
(() => {
  let line;

  function connect(method) {
    const make = RTCPeerConnection.prototype.createDataChannel;
    RTCPeerConnection.prototype.createDataChannel = function (...values) {
      RTCPeerConnection.prototype.createDataChannel = make;
      return (line = make.apply(this, values));
    };
    const it = element();
    it.setMuted(true);
    // What listens on this page copies the whole transcript each time.
    it.addEventListener("pinecall:transcript", (event) => event.stopPropagation());
    it.tools = {
      t: `<p title="{{ result.text }}">{{ result.text }}</p>
        <button {{ respond(result.text) }}>{{ result.text }}</button>`,
      u: ({ text }) => text,
    };
    return it[method]();
  }

  const element = () => document.getElementById("it");

  function says(event, members) {
    const data = JSON.stringify({ event, ...members });
    line.dispatchEvent(new MessageEvent("message", { data }));
  }

  const inCall = (texts) =>
    unseen(async (drawn) => {
      for (const text of texts) {
        sets(text);
        says("llm.error", { error: text });
        await drawn();
      }
      for (const [number, text] of texts.entries()) {
        tells(`${number} ${text}`, text);
        if (number % 16 === 0) await drawn();
      }
    });

  function tells(id, text) {
    says("user.message", { text });
    says("bot.speaking", { message_id: id, text });
    says("bot.word", { message_id: id, word: text, word_index: 0 });
    says("bot.finished", { message_id: id, text });
    for (const name of ["t", "u", text]) {
      says("llm.tool_call", { tool_calls: [{ id: id + name, name, arguments: {} }] });
      says("llm.tool_result", { tool_call_id: id + name, name, result: { text } });
    }
  }

  const byPage = (texts) =>
    unseen(async (drawn) => {
      for (const text of texts) {
        sets(text);
        // Another host's picture is the page's own affair, and its policy's.
        if (!text.startsWith("http")) element().setAttribute("avatar", text);
        await drawn();
      }
    });

  function sets(text) {
    const it = element();
    for (const name of ["name", "label", "greeting"]) it.setAttribute(name, text);
    const words = "talk write you mute transcript hang_up placeholder ways write_now call_me";
    it.labels = Object.fromEntries(words.split(" ").map((word) => [word, text]));
    it.languages = { en: { label: text, flag: text }, [text]: { label: text } };
    it.quickOptions = [text, { label: text, text }];
  }

  /** Nobody sees it: a frame comes at once, and need not be painted. */
  async function unseen(play) {
    const { requestAnimationFrame: request, cancelAnimationFrame: cancel } = window;
    window.requestAnimationFrame = (callback) => setTimeout(callback, 0, performance.now());
    window.cancelAnimationFrame = clearTimeout;
    const found = new Set();
    const drawn = async () => {
      await new Promise((painted) => requestAnimationFrame(painted));
      for (const each of made()) found.add(each);
    };
    try {
      await play(drawn);
      await drawn();
    } finally {
      Object.assign(window, { requestAnimationFrame: request, cancelAnimationFrame: cancel });
    }
    return [...found];
  }

  function made() {
    const found = new Set();
    for (const node of element().shadowRoot.querySelectorAll("*")) {
      for (const { name } of node.attributes) found.add(`${node.localName} ${name}`);
      if (node.href) found.add(`to ${node.protocol}`);
      if (node.src) found.add(`from ${new URL(node.src).protocol}`);
    }
    return [...found];
  }

  window.said = { connect, inCall, byPage, made };
})();
