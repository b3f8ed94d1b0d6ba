"""Muted, and interrupting her, in each element's call: with the real agent and real sound.

She tells a long story. What is asked while muted doesn't stop her; what is said after that does
(how soon, test_voice.py proves).
"""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.person import SILENT, loudness, speak, until
from tests.e2e.site import put
from tests.e2e.visitor import button, chat

ELEMENTS = ("pinecall-orb", "pinecall-widget", "pinecall-modal", "pinecall-chat")

CALL = "(({call, ...own}) => call ?? own)(document.getElementById('it').getState())"
LAST = f"{CALL}.messages.at(-1)?.text"
SAID = f"""{CALL}.messages.filter(({{role}}) => role !== "system")
  .map(({{role, text, interrupted}}) => [role, text, interrupted])"""


@pytest.mark.parametrize("tag", ELEMENTS)
def test_who_is_muted_does_not_interrupt_her_and_who_is_not_does(page: Page, tag: str) -> None:
    element = _in_call(page, tag)
    element.evaluate("it => it.sendText('tell me your story')")
    until(page, f"{CALL}.agentSpeaking")

    _toggle_mute(element, muted=True)
    asked_at = speak(page, "free_hour")
    _toggle_mute(element, muted=False)
    assert page.evaluate(f"{CALL}.agentSpeaking")
    assert _loudest(page, asked_at, page.evaluate("performance.now()")) > 10 * SILENT

    speak(page, "barge_in")
    until(page, f"{LAST} === 'Okay.' && !{CALL}.agentSpeaking")
    _was_interrupted(page, element)


def _in_call(page: Page, tag: str) -> Locator:
    """The greeting is over, and the transcript open where there is one."""
    element = chat(page) if tag == "pinecall-chat" else put(page, tag)
    button(page, "Call Mara" if tag == "pinecall-chat" else "Talk to Mara").click()
    if tag == "pinecall-modal":
        element.get_by_role("dialog").get_by_role("button", name="Talk to Mara").click()
    until(page, f"{LAST} === 'Hello, this is Mara.' && !{CALL}.agentSpeaking")
    if tag in ("pinecall-widget", "pinecall-modal"):
        button(page, "Transcript").click()
    return element


def _toggle_mute(element: Locator, *, muted: bool) -> None:
    """By its button; an orb has none, but its page may."""
    mute = element.get_by_role("button", name="Mute the microphone")
    if mute.count():
        mute.click()
        expect(mute).to_have_attribute("aria-pressed", str(muted).lower())
    else:
        element.evaluate("(it, muted) => it.setMuted(muted)", muted)
    until(element.page, f"{CALL}.isMuted === {str(muted).lower()}")


def _was_interrupted(page: Page, element: Locator) -> None:
    """Once, by what was said last; an orb shows no more of it than her next words."""
    _greeting, question, (who, story, interrupted), said, answer = page.evaluate(SAID)
    assert question == ["user", "tell me your story", False]
    assert (who, interrupted) == ("bot", True)
    assert story.startswith("Our salon began with one chair")
    assert "I can find you a free hour this week" not in story
    # The microphone of a busy browser has gaps, of which a short word may be made.
    assert said[0] == "user"
    assert said[1].startswith("wait a minute")
    assert answer == ["bot", "Okay.", False]
    if element.locator(".message").count():
        expect(element.locator(".message.interrupted .text")).to_have_text(story)
    else:
        expect(element.locator(".caption")).to_have_text("Okay.")


def _loudest(page: Page, since: float, before: float) -> float:
    return max(rms for time, rms in loudness(page) if since < time < before)
