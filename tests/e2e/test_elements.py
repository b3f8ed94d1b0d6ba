"""`<pinecall-chat>` and `<pinecall-widget>` on one page that has a strict policy (3-elements)."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.person import until
from tests.e2e.site import MARA, SCRIPTED, put
from tests.e2e.visitor import bubbles, button, chat, last_told, told

TWO_SECONDS_OR_MORE = re.compile(r"\d:(0[2-9]|[1-5]\d)")


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
    until(page, "orb.told.some(([name]) => name === 'close')")
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


def test_a_page_that_opens_a_chat_later_need_not_wait_for_anybody(page: Page) -> None:
    box = page.locator("#it")
    page.evaluate("its => void elements.put('pinecall-chat', its)", MARA)
    expect(box.get_by_role("textbox")).to_have_count(0)
    box.evaluate("it => it.setAttribute('open', '')")
    expect(box.get_by_role("textbox")).to_be_visible()


def test_a_transcript_is_made_for_who_looks_at_it(page: Page) -> None:
    SCRIPTED.history = [{"role": "user", "text": "Are you open?"}]
    box = put(page, "pinecall-chat")
    box.evaluate(
        """it => it.addEventListener("pinecall:transcript", (event) => {
          event.stopPropagation();
          (it.kept ??= []).push(event.detail);
        })"""
    )
    box.evaluate("it => it.open()")
    box.evaluate("it => it.connect()")
    texts = "(it, place) => it.kept.at(place).messages.map(({ text }) => text)"
    assert box.evaluate(texts, -1) == ["Are you open?"]
    token("We are")
    token("We are open.")
    expect(bubbles(box, "bot")).to_have_text("We are open.")
    late = ["Are you open?", "We are open."]
    assert box.evaluate(texts, -2) == box.evaluate(texts, -1) == late
    box.evaluate("it => void it.kept.at(-1).messages.pop()")  # a copy, as the page's own
    token("We are open until six.", "other")
    expect(bubbles(box, "bot").last).to_have_text("We are open until six.")
    box.evaluate("it => { globalThis.gone = it; it.remove(); }")
    all_of_it = [*late, "We are open until six."]
    assert page.evaluate("gone.kept.at(-1).messages.map(({ text }) => text)") == all_of_it
    page.evaluate("document.body.append(gone); delete globalThis.gone")


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
    assert last_told(page, "languagechange") == {"language": "es"}
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
