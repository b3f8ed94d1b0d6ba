"""Push-to-talk, from the key to the agent: it hears what is said while the key is held, and
nothing else (2-sessions, 2.3)."""

from playwright.sync_api import Page, expect

from tests.e2e.person import SILENCE_BEFORE, speak, until
from tests.e2e.site import put
from tests.e2e.visitor import button

QUESTION = "what are the opening hours on friday"
ANSWER = "On Friday we are open from nine to six."
SAID = """() => document.getElementById("it").getState().messages
  .filter(({ role }) => role !== "system").map(({ role, text, interrupted }) =>
    [role, text, interrupted])"""


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
