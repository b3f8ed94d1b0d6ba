"""Push-to-talk, from the key, or a button, to the agent: it hears what is said while that is held,
and nothing else (2-sessions, 2.3)."""

from playwright.sync_api import Page, expect

from tests.e2e.person import SILENCE_BEFORE, speak, until
from tests.e2e.site import put
from tests.e2e.visitor import button

QUESTION = "what are the opening hours on friday"
ANSWER = "On Friday we are open from nine to six."
SAID = """() => document.getElementById("it").getState().messages
  .filter(({ role }) => role !== "system").map(({ role, text, interrupted }) =>
    [role, text, interrupted])"""

MUTED = "document.getElementById('it').getState().isMuted"
LONG_PRESS = """button => button.dispatchEvent(
  new MouseEvent("contextmenu", {bubbles: true, composed: true, cancelable: true}))"""


def test_only_what_is_said_while_the_key_is_held_is_heard(page: Page) -> None:
    widget = put(page, "pinecall-widget", **{"push-to-talk": "Space"})
    button(page, "Talk to Mara").click()
    expect(widget.locator(".caption")).to_have_text("Hold Space to talk")
    speak(page, "barge_in")

    page.keyboard.down("Space")
    until(page, "!document.getElementById('it').getState().isMuted")
    speak(page, "question", SILENCE_BEFORE)
    page.keyboard.up("Space")
    until(page, "document.getElementById('it').getState().isMuted")

    until(page, "document.getElementById('it').getState().messages.at(-1).text.startsWith('On')")
    speak(page, "barge_in")  # which would interrupt her
    expect(widget.locator(".caption")).to_have_text("Hold Space to talk")
    assert page.evaluate(SAID) == [
        ["bot", "Hello, this is Mara.", False],
        ["user", QUESTION, False],
        ["bot", ANSWER, False],
    ]


def test_only_what_is_said_while_the_button_is_held_is_heard(page: Page) -> None:
    widget = put(page, "pinecall-widget", **{"push-to-talk": ""})
    button(page, "Talk to Mara").click()
    hold = button(page, "Hold to talk")
    expect(hold).to_have_attribute("aria-pressed", "false")
    speak(page, "barge_in")

    hold.hover()
    page.mouse.down()
    expect(hold).to_have_attribute("aria-pressed", "true")
    until(page, f"!{MUTED}")
    speak(page, "question", SILENCE_BEFORE)
    page.mouse.move(5, 5)  # the finger slips
    assert not page.evaluate(MUTED)
    page.mouse.up()
    until(page, MUTED)

    until(page, "document.getElementById('it').getState().messages.at(-1).text.startsWith('On')")
    said = page.evaluate(SAID)
    assert [text for role, text, _ in said if role == "user"] == [QUESTION]

    hold.focus()
    for key in ("Space", "Enter"):
        page.keyboard.down(key)
        until(page, f"!{MUTED}")
        page.keyboard.up(key)
        until(page, MUTED)
    hold.dispatch_event("pointerdown", {"isPrimary": True, "pointerType": "touch", "pointerId": 7})
    until(page, f"!{MUTED}")
    assert not hold.evaluate(LONG_PRESS)  # opens no menu
    hold.dispatch_event("pointercancel", {"isPrimary": True, "pointerId": 7})
    until(page, MUTED)
    hold.dispatch_event("click", {"detail": 0})  # a screen reader's: it can't hold
    until(page, f"!{MUTED}")
    hold.dispatch_event("click", {"detail": 0})
    until(page, MUTED)
    expect(widget.locator(".hold")).to_have_attribute("aria-pressed", "false")
