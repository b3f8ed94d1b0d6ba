"""`<pinecall-chat>` and `<pinecall-widget>` on one page that has a strict policy (3-elements).

One Python serves all tests. Each puts an element of its own on the page; taken off it at the
end, it must leave nothing behind.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import Visit
from tests.e2e.person import NOTHING, until
from tests.e2e.test_orb_on_a_page import POLICY
from tests.e2e.visitor import button, told
from tests.payloads import PAYLOADS

HERE = Path(__file__).parent / "page"
TWO_SECONDS_OR_MORE = re.compile(r"\d:(0[2-9]|[1-5]\d)")
MARA = {"agent": "mara", "name": "Mara", "server": "/"}


@pytest.fixture(scope="module")
def site(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[Page]:
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    visit = Visit(agent.url, config)
    page = visit.page(browser.new_context(base_url=agent.url, **config.WIDE))
    for script in ("orb.js", "elements.js"):
        page.add_init_script(path=HERE / script)
    page.route_web_socket("**/chat/ws*", SCRIPTED.serve)
    # A real page: of one that a test made up Chromium doesn't know whence it came, and denies it
    # every socket.
    page.goto("manifest.json")
    page.evaluate("policy => elements.strict(policy)", POLICY)
    yield page
    visit.end()


@pytest.fixture
def page(site: Page, config: SimpleNamespace) -> Iterator[Page]:
    """Nothing on it yet; in the end nothing any more, and nobody has noticed."""
    site.set_viewport_size(config.WIDE["viewport"])
    site.evaluate("witness.microphone()")
    site.evaluate("orb.told.length = 0")
    before = site.evaluate("elements.host()")
    yield site
    SCRIPTED.history = None
    site.evaluate("document.getElementById('it').remove()")
    until(site, "Object.values(witness.open()).every(count => count === 0)")
    assert site.evaluate("witness.open()") == NOTHING
    assert site.evaluate("elements.host()") == before
    assert site.evaluate("orb.violations") == []
    assert site.evaluate("elements.pwned") == []


class Scripted:
    """The server of a chat, when there is a `history` to tell; else it is the agent."""

    history: list[dict[str, str]] | None = None
    socket: WebSocketRoute

    def serve(self, socket: WebSocketRoute) -> None:
        if self.history is None:
            socket.connect_to_server()
            return
        self.socket = socket
        self.says("chat.connected", session_id="s")
        self.says("chat.history", messages=self.history)

    def says(self, event: str, **members: object) -> None:
        self.socket.send(json.dumps({"event": event, **members}))


SCRIPTED = Scripted()


def put(page: Page, tag: str, **attributes: str) -> Locator:
    """A new element on the page, with Python behind it."""
    page.evaluate("tag => customElements.whenDefined(tag).then(() => {})", tag)
    page.evaluate("([tag, its]) => void elements.put(tag, its)", [tag, MARA | attributes])
    page.evaluate("document.getElementById('it').setContext('page', 'test')")
    until(page, "orb.told.some(([name]) => name === 'ready')")
    return page.locator("#it")


def chat(page: Page, **attributes: str) -> Locator:
    """A chat box, opened by hand."""
    box = put(page, "pinecall-chat", **attributes)
    button(page, "Chat with Mara").click()
    expect(box.get_by_role("textbox")).to_be_focused()
    return box


def bubbles(box: Locator, role: str) -> Locator:
    return box.locator(f".message.{role} .text")


def test_a_chat_from_the_first_press_to_escape(page: Page) -> None:
    box = chat(page, greeting="Hello, **this** is Mara.")
    expect(box.locator("strong")).to_have_text("this")
    page.keyboard.type("Please tell me:")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("what are the opening hours on friday")
    page.keyboard.press("Enter")
    expect(bubbles(box, "user")).to_contain_text("Please tell me:")
    expect(bubbles(box, "bot").last).to_have_text("On Friday we are open from nine to six.")
    expect(bubbles(box, "system")).to_have_text("get opening hours")
    expect(box.get_by_role("log")).to_have_text("On Friday we are open from nine to six.")
    expect(box.get_by_role("textbox")).to_have_value("")
    page.keyboard.press("Escape")
    expect(button(page, "Chat with Mara")).to_be_focused()
    expect(box.get_by_role("textbox")).to_be_hidden()
    assert [name for name, _, _ in page.evaluate("orb.told") if name in ("open", "close")] == [
        "open",
        "close",
    ]


def test_enter_ends_a_word_of_japanese_and_sends_nothing(page: Page) -> None:
    box = chat(page)
    page.keyboard.insert_text("こんにちは")
    box.get_by_role("textbox").evaluate(
        """field => field.dispatchEvent(new KeyboardEvent("keydown", {
          key: "Enter", isComposing: true, bubbles: true, composed: true, cancelable: true}))"""
    )
    expect(box.get_by_role("textbox")).to_have_value("こんにちは")
    page.keyboard.press("Enter")
    expect(bubbles(box, "user")).to_have_text(["こんにちは"])


def test_a_phone_gives_the_chat_the_whole_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    box = chat(page)
    box.locator(".panel").evaluate(
        "panel => Promise.all(panel.getAnimations().map(a => a.finished))"
    )
    assert box.locator(".box").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    assert box.get_by_role("textbox").evaluate("field => getComputedStyle(field).fontSize") == (
        "16px"
    )


def test_who_reads_back_is_left_there(page: Page) -> None:
    lines = [f"message {number}" for number in range(60)]
    SCRIPTED.history = [{"role": "user", "text": line} for line in lines]
    box = chat(page)
    expect(bubbles(box, "user")).to_have_count(60)
    expect(bubbles(box, "user").last).to_be_in_viewport()
    scroller = box.locator("[data-scroller]")
    scroller.evaluate("box => (box.scrollTop = 100)")
    newest = button(page, "Newest messages")
    expect(newest).to_be_visible()
    token("We **are")
    expect(bubbles(box, "bot")).to_have_text("We **are")
    assert scroller.evaluate("box => box.scrollTop") == 100
    newest.click()
    expect(newest).to_be_hidden()
    expect(bubbles(box, "bot")).to_be_in_viewport()
    token("We **are** open.\n\n" + "And so on.\n\n" * 40 + "The end.")
    expect(bubbles(box, "bot").get_by_text("The end.")).to_be_in_viewport()


def test_no_text_of_the_agent_s_is_markup_or_code(page: Page) -> None:
    SCRIPTED.history = [{"role": "bot", "text": text} for text in PAYLOADS]
    box = chat(page)
    expect(bubbles(box, "bot")).to_have_count(len(PAYLOADS))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    names = [{"id": str(n), "name": text, "arguments": {}} for n, text in enumerate(PAYLOADS)]
    SCRIPTED.says("chat.tool_call", tool_calls=names)
    for number, text in enumerate(PAYLOADS):
        token(text, f"m{number}")
        SCRIPTED.says("chat.done", message_id=f"m{number}", text=text)
        SCRIPTED.says("chat.error", error=text)
    expect(bubbles(box, "bot")).to_have_count(2 * len(PAYLOADS))
    expect(bubbles(box, "system")).to_have_count(len(PAYLOADS))
    strange = "script, iframe, style, img, form, object, embed, link, meta, base"
    expect(box.locator(".message").locator(strange)).to_have_count(0)
    links = box.locator("a")
    addresses = links.evaluate_all("links => links.map(link => link.protocol)")
    assert set(addresses) <= {"http:", "https:", "mailto:", "tel:"}
    links.evaluate_all("links => links.forEach(link => link.dispatchEvent(new Event('mouseover')))")
    assert asked == []


def token(text: str, message_id: str = "m") -> None:
    SCRIPTED.says("chat.token", message_id=message_id, text=text)


TOOLS = """
const it = document.getElementById("it");
it.languages = {en: {label: "English", language: "en"}, es: {label: "Español", language: "es"}};
it.tools = {
  get_available_slots: (result, call, {respond}) => {
    const button = document.createElement("button");
    button.textContent = `Take ${result.slots[0]} on ${result.day}, from ${call.name}`;
    button.onclick = () => respond("my appointment");
    return button;
  },
};
"""


def test_a_call_with_the_widget(page: Page) -> None:
    widget = put(page, "pinecall-widget")
    page.evaluate(TOOLS)
    button(page, "Talk to Mara").click()
    expect(button(page, "Hang up on Mara")).to_be_visible()
    expect(widget.locator(".caption")).to_have_text("Hello, this is Mara.")
    expect(widget.get_by_role("timer")).to_have_text(TWO_SECONDS_OR_MORE)

    page.evaluate("document.getElementById('it').sendText('what is free on friday')")
    expect(widget.get_by_role("dialog")).to_be_visible()
    expect(bubbles(widget, "bot").last).to_contain_text("Which would you like?")
    widget.get_by_role("button", name="Take").click()
    expect(bubbles(widget, "user").last).to_have_text("my appointment")
    expect(widget.get_by_role("button", name="Take")).to_have_count(0)

    mute = widget.get_by_role("button", name="Mute the microphone")
    mute.click()
    expect(mute).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.getElementById('it').getState().isMuted")
    widget.get_by_role("button", name="ES Español").click()
    assert told(page, "languagechange") == [{"language": "es"}]
    page.keyboard.press("Escape")
    expect(widget.get_by_role("button", name="Transcript")).to_be_focused()
    button(page, "Hang up on Mara").click()
    expect(button(page, "Talk to Mara")).to_be_visible()


def test_a_key_held_to_talk(page: Page) -> None:
    """Also while the button that began the call has the focus: the key doesn't press it."""
    widget = put(page, "pinecall-widget", **{"push-to-talk": "Space"})
    button(page, "Talk to Mara").click()
    expect(widget.locator(".caption")).to_have_text("Hold Space to talk")
    muted = "document.getElementById('it').getState().isMuted"
    page.keyboard.down("Space")
    until(page, f"!{muted}")
    page.keyboard.up("Space")
    until(page, muted)
    assert told(page, "status")[-1] == {"status": "connected"}
