"""`<pinecall-chat>` by voice and from visit to visit, with the real agent and real audio."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import speak, until
from tests.e2e.site import SCRIPTED
from tests.e2e.visitor import bubbles, button, chat, told
from tests.payloads import PAYLOADS
from web_client.elements.chat.threads import KEPT, PREFIX, TITLE

QUESTION = "when are you open on friday"
OPTION = "When are you open on Friday?"
HOURS = "On Friday we are open from nine to six."
INDEX = f'{PREFIX}:["mara", ""]'
STRANGE = "script, iframe, style, img, form form, object, embed, link, meta, base"
TAKES_BACK = re.compile("(Cancel the call to|Hang up on) Mara")
HOSTILE = '<img src=x onerror="pwned(1)">'


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def answered(box: Locator, text: str) -> None:
    expect(bubbles(box, "bot").last).to_have_text(text)


def in_call(page: Page, box: Locator) -> None:
    """The greeting is over: what is said now interrupts nothing."""
    expect(button(page, "Hang up on Mara")).to_be_visible()
    expect(bubbles(box, "bot").last).to_have_text("Hello, this is Mara.")
    until(page, "!document.getElementById('it').getState().call.agentSpeaking")


def test_a_call_knows_what_was_written_and_the_chat_what_was_said(page: Page) -> None:
    box = chat(page, feedback="")
    write(page, QUESTION)
    answered(box, HOURS)
    button(page, "Call Mara").click()
    expect(page.get_by_role("button", name=TAKES_BACK)).to_be_focused()
    in_call(page, box)
    write(page, "what did we talk about")
    answered(box, f"Before, you said: {QUESTION}")
    until(page, "!document.getElementById('it').getState().call.agentSpeaking")

    speak(page, "free_hour")
    expect(bubbles(box, "user").last).to_have_text("what is available on friday")
    expect(box.locator(".message.user.spoken")).to_have_count(2)
    expect(bubbles(box, "bot").last).to_contain_text("On Friday I have")
    button(page, "Hang up on Mara").click()
    expect(box.locator(".ended")).to_contain_text("Call ended")
    expect(button(page, "Call Mara")).to_be_focused()
    assert page.evaluate("witness.open()") == {"tracks": 0, "peers": 0, "sockets": 1}

    write(page, "what did i say")
    answered(box, "Before, you said: what is available on friday")
    assert [detail["status"] for detail in told(page, "call")] == [
        "connecting",
        "connected",
        "idle",
    ]
    _rated(page, box)
    _a_call_that_is_left(page, box)


def _rated(page: Page, box: Locator) -> None:
    good = box.get_by_role("button", name="Good answer").last
    good.click()
    expect(good).to_be_focused()
    expect(good).to_have_attribute("aria-pressed", "true")
    text = "Before, you said: what is available on friday"
    [rated] = told(page, "feedback")
    assert (rated["text"], rated["rating"]) == (text, "up")


def _a_call_that_is_left(page: Page, box: Locator) -> None:
    """Closed, it goes on where the button shows it; the page takes the element away in the end."""
    button(page, "Call Mara").click()
    expect(button(page, "Hang up on Mara")).to_be_visible()
    write(page, HOSTILE)
    expect(bubbles(box, "user").last).to_have_text(HOSTILE)
    expect(box.locator(STRANGE)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(button(page, "Back to the call with Mara")).to_be_focused()
    expect(box.locator(".caption")).to_contain_text("Mara")
    assert page.evaluate("witness.open().tracks") > 0


def test_dictation_into_the_field(page: Page) -> None:
    box = chat(page)
    field = page.get_by_role("textbox")
    field.fill("Hello,")
    dictate = button(page, "Dictate a message")
    dictate.click()
    expect(dictate).to_have_attribute("aria-pressed", "true")
    until(page, "witness.open().tracks === 1 && witness.open().sockets === 2")
    speak(page, "yes_please")
    # A busy agent may need longer than the moment that it has for the rest once this is over.
    expect(field).to_have_value("Hello, yes please")
    page.keyboard.press("Escape")
    expect(dictate).to_have_attribute("aria-pressed", "false")
    expect(field).to_have_value("Hello, yes please")
    expect(field).to_be_editable()
    assert page.evaluate("witness.open().tracks") == 0
    field.press("End")
    page.keyboard.type(" for today")
    page.keyboard.press("Enter")
    expect(bubbles(box, "user")).to_have_text(["Hello, yes please for today"])


def test_what_is_written_waits_for_a_reply_and_for_the_line(page: Page) -> None:
    box = chat(page)
    # Who holds the frames of a chat that isn't connected holds it back for ever.
    until(page, "document.getElementById('it').getState().status === 'connected'")
    page.evaluate("witness.holdFrames()")
    write(page, "tell me your story")
    until(page, "witness.framesHeld('chat.done')")
    page.evaluate("witness.releaseFrames('chat.token')")
    expect(bubbles(box, "bot")).to_have_text("Our")
    write(page, QUESTION)
    expect(box.get_by_text("Waiting to be sent")).to_be_visible()
    page.evaluate("witness.releaseFrames()")
    answered(box, HOURS)
    SCRIPTED.socket.close(code=1012)
    write(page, "thank you")
    answered(box, "You are welcome.")
    expect(box.get_by_text("Waiting to be sent")).to_have_count(0)
    expect(bubbles(box, "user")).to_have_count(3)


def test_a_conversation_outlives_its_page(new_page: NewPage) -> None:
    """On the demo page, which shows all there is."""
    page = new_page()
    page.goto("embed-chat.html")
    button(page, "Chat with Mara").click()
    box = page.locator("pinecall-chat")
    button(page, OPTION).press("Enter")
    expect(page.get_by_role("textbox")).to_be_focused()
    answered(box, HOURS)
    page.reload()
    button(page, "Chat with Mara").click()
    expect(bubbles(box, "user")).to_have_text([OPTION])
    answered(box, HOURS)
    button(page, "New conversation").click()
    expect(bubbles(box, "user")).to_have_count(0)
    button(page, "Past conversations").click()
    box.get_by_role("button", name=OPTION).first.click()
    expect(bubbles(box, "user")).to_have_text([OPTION])
    expect(page.get_by_role("textbox")).to_be_focused()


def test_no_title_is_markup_or_code(page: Page) -> None:
    titles = [text[:TITLE] for text in PAYLOADS if text.strip()][:KEPT]
    threads = [{"id": f"{n:032x}", "title": text, "at": 1.0} for n, text in enumerate(titles)]
    page.evaluate(
        "kept => localStorage.setItem(...kept)", [INDEX, json.dumps({"threads": threads})]
    )
    box = chat(page)
    button(page, "Past conversations").click()
    expect(box.locator(".thread")).to_have_count(len(titles))
    assert box.locator(".thread span").all_text_contents() == titles
    expect(box.locator(STRANGE)).to_have_count(0)
    box.get_by_role("button", name="Remove from the list").first.click()
    expect(box.locator(".thread")).to_have_count(len(titles) - 1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox")).to_be_visible()


def test_the_keyboard_of_a_phone_covers_no_field(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    box = chat(page)
    box.locator(".panel").evaluate(
        "panel => Promise.all(panel.getAnimations().map(a => a.finished))"
    )
    page.evaluate(KEYBOARD)
    assert _place(box) == (60, 420)
    place = page.get_by_role("textbox").bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 480
    page.evaluate("hide()")
    assert _place(box) == (0, 844)


def _place(box: Locator) -> tuple[float, float]:
    """From where on, and how high, the box is."""
    place = box.locator(".box").bounding_box()
    assert place is not None
    return place["y"], place["height"]


KEYBOARD = """() => {
  const tell = (height, offsetTop) => {
    Object.defineProperty(visualViewport, "height", {value: height, configurable: true});
    Object.defineProperty(visualViewport, "offsetTop", {value: offsetTop, configurable: true});
    visualViewport.dispatchEvent(new Event("resize"));
  };
  tell(420, 60);
  window.hide = () => {
    tell(844, 0);
    delete visualViewport.height;
    delete visualViewport.offsetTop;
  };
}"""
