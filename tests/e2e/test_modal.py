"""`<pinecall-modal>` on a page that has a strict policy, with the real agent and real sound."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.person import NOTHING, SILENCE_BEFORE, speak, until
from tests.e2e.site import put
from tests.e2e.visitor import button, told

QUESTION = "what are the opening hours on friday"
ANSWER = "On Friday we are open from nine to six."
TOO_LONG = "That is too long for a call. Shorten it, then send it again."
RECOGNISED = 60_000
"""Milliseconds: a busy machine takes its time to understand."""
BELOW, ABOVE = (f"node => node.getBoundingClientRect().{side}" for side in ("bottom", "top"))
TALL = 20
"""Units of the wave's 120: speech, and no noise."""


def opened(page: Page, **attributes: str) -> Locator:
    modal = put(page, "pinecall-modal", **attributes)
    button(page, "Talk to Mara").click()
    expect(modal.get_by_role("dialog", name="Call with Mara")).to_be_visible()
    return modal


def lines(modal: Locator, role: str) -> Locator:
    return modal.locator(f".message.{role} .text")


def test_a_call_from_ring_to_escape(page: Page) -> None:
    modal = opened(page, visual="wave")
    page.evaluate("modal.watch()")
    expect(modal.get_by_role("dialog").get_by_role("button", name="Talk to Mara")).to_be_focused()
    assert page.evaluate("witness.open()") == NOTHING
    page.keyboard.press("Enter")
    words = modal.locator(".words p")
    expect(words).to_have_text("Hello, this is Mara.")
    until(page, "!document.getElementById('it').getState().agentSpeaking")
    speak(page, "question", SILENCE_BEFORE)
    expect(words).to_have_text(ANSWER, timeout=RECOGNISED)
    expect(modal.get_by_role("log")).to_have_text(f"Mara: {ANSWER}")
    steps = page.evaluate("modal.steps")
    # A busy machine paints no frame for the short ones; their order is proved without a browser.
    assert steps[0] == "Ring"
    assert {"Listen", "Speak"} <= set(steps)
    assert min(page.evaluate("Object.values(modal.tallest)")) > TALL
    for side in ("input", "output"):
        expect(modal.locator(f"[data-path={side}]")).to_have_attribute("d", "")

    _writes(modal, "who am I", 2)
    modal.get_by_role("button", name="Mute the microphone").click()
    expect(modal.locator(".mute")).to_have_attribute("aria-pressed", "true")
    speak(page, "question", SILENCE_BEFORE)
    _writes(modal, "what is free on friday", 3)
    expect(lines(modal, "user")).to_have_text([QUESTION, "who am I", "what is free on friday"])

    _writes_too_much(modal)

    page.keyboard.press("Escape")
    expect(modal.get_by_role("dialog")).to_be_hidden()
    expect(button(page, "Talk to Mara")).to_be_focused()
    assert page.evaluate("witness.open()") == NOTHING
    assert [name for name, _, _ in page.evaluate("orb.told") if name in ("open", "close")] == [
        "open",
        "close",
    ]


def _writes(modal: Locator, text: str, count: int) -> None:
    """And is answered."""
    field = modal.get_by_role("textbox")
    if field.is_hidden():
        modal.get_by_role("button", name="Transcript").click()
    field.fill(text)
    field.press("Enter")
    expect(field).to_have_value("")
    expect(lines(modal, "user")).to_have_count(count)
    expect(lines(modal, "bot")).to_have_count(count + 1)


def _writes_too_much(modal: Locator) -> None:
    field = modal.get_by_role("textbox")
    field.fill("a" * 65_536)
    field.press("Enter")
    alert = modal.get_by_role("alert")
    expect(alert).to_have_text(TOO_LONG)
    expect(field).not_to_have_value("")
    modal.page.set_viewport_size({"width": 844, "height": 390})  # a phone on its side
    assert modal.locator(".composer").evaluate(BELOW) <= modal.locator(".controls").evaluate(ABOVE)
    field.fill("at eleven please")
    expect(alert).to_have_count(0)
    expect(field).to_be_focused()


def test_an_attribute_opens_a_dialog_that_holds_the_focus_and_calls_nobody(page: Page) -> None:
    before = page.evaluate("witness.opened()")
    modal = put(page, "pinecall-modal", **{"open": "", "auto-call": "", "no-fab": ""})
    dialog = modal.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id || document.activeElement.localName") in (
            "it",
            "body",
        )
    modal.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert page.evaluate("document.getElementById('it').hasAttribute('open')") is False
    assert page.evaluate("witness.opened()") == before
    assert told(page, "status") == []

    page.evaluate("document.getElementById('it').open()")
    expect(modal.get_by_role("button", name="Hang up on Mara")).to_be_focused()
    expect(modal.get_by_role("timer")).to_be_visible()
    modal.get_by_role("button", name="Mute the microphone").focus()
    page.evaluate("document.getElementById('it').disconnect()")
    expect(dialog.get_by_role("button", name="Talk to Mara")).to_be_focused()
    page.keyboard.press("Enter")
    expect(modal.get_by_role("timer")).to_be_visible()
    page.evaluate("document.getElementById('it').removeAttribute('open')")
    expect(dialog).to_be_hidden()
    until(page, "document.getElementById('it').getState().status === 'idle'")


def test_a_phone_gives_it_the_whole_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    modal = opened(page)
    card = modal.locator(".box")
    card.evaluate("card => Promise.all(card.getAnimations().map(each => each.finished))")
    assert card.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    sizes = modal.locator("dialog button:visible:not(.beside)").evaluate_all(
        "all => all.map(one => Math.min(one.offsetWidth, one.offsetHeight))"
    )
    assert min(sizes) >= 44
