"""No text of a call becomes markup or code in the browser, whoever it comes from (6-faults,
Privacy): bot, tools, names, labels, languages, errors. The chat's are in test_elements.py.

The call is a real one with the real agent; what the texts are in comes on its own channel.
"""

import pytest
from playwright.sync_api import Page

from tests.e2e.person import until
from tests.e2e.site import put
from tests.payloads import PAYLOADS

CONNECT = """() => {
  const make = RTCPeerConnection.prototype.createDataChannel;
  RTCPeerConnection.prototype.createDataChannel = function (...values) {
    RTCPeerConnection.prototype.createDataChannel = make;
    return (window.line = make.apply(this, values));
  };
  const it = document.getElementById("it");
  it.setMuted(true);
  // What listens on this page copies the whole transcript each time.
  it.addEventListener("pinecall:transcript", (event) => event.stopPropagation());
  it.tools = {
    t: `<p title="{{ result.text }}">{{ result.text }}</p>
      <button {{ respond(result.text) }}>{{ result.text }}</button>`,
    u: ({ text }) => text,
  };
  return it.connect();
}"""

HEAR = """async (texts) => {
  const it = document.getElementById("it");
  const says = (event, members) => {
    const data = JSON.stringify({ event, ...members });
    line.dispatchEvent(new MessageEvent("message", { data }));
  };
  const made = new Set();
  const { requestAnimationFrame: request, cancelAnimationFrame: cancel } = window;
  // Nobody sees them: a frame comes at once, and need not be painted.
  window.requestAnimationFrame = (callback) => setTimeout(callback, 0, performance.now());
  window.cancelAnimationFrame = clearTimeout;
  const look = async () => {
    await new Promise((painted) => requestAnimationFrame(painted));
    for (const node of it.shadowRoot.querySelectorAll("*")) {
      for (const { name } of node.attributes) made.add(`${node.localName} ${name}`);
      if (node.href) made.add(`to ${node.protocol}`);
    }
  };
  for (const text of texts) {
    for (const name of ["name", "label"]) it.setAttribute(name, text);
    it.labels = { talk: text, you: text, mute: text, transcript: text, hang_up: text };
    it.languages = { en: { label: text, flag: text }, [text]: { label: text } };
    says("llm.error", { error: text });
    await look();
  }
  for (const [number, text] of texts.entries()) {
    const id = `${number} ${text}`;
    says("user.message", { text });
    says("bot.speaking", { message_id: id, text });
    says("bot.word", { message_id: id, word: text, word_index: 0 });
    says("bot.finished", { message_id: id, text });
    for (const name of ["t", "u", text]) {
      says("llm.tool_call", { tool_calls: [{ id: id + name, name, arguments: {} }] });
      says("llm.tool_result", { tool_call_id: id + name, name, result: { text } });
    }
    if (number % 16 === 0) await look();
  }
  await look();
  Object.assign(window, { requestAnimationFrame: request, cancelAnimationFrame: cancel });
  return [...made].sort();
}"""


@pytest.mark.parametrize("tag", ["pinecall-orb", "pinecall-widget"])
def test_no_text_of_a_call_is_markup_or_code(page: Page, tag: str) -> None:
    put(page, tag)
    page.evaluate(CONNECT)
    until(page, "document.getElementById('it').getState().status === 'connected'")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    usual = set(page.evaluate(HEAR, ["words"] * 3))
    assert set(page.evaluate(HEAR, list(PAYLOADS))) <= usual
    assert asked == []
