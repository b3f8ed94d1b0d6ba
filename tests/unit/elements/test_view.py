"""The orb's view of a call: one state, one caption, the button's name (3-elements)."""

from dataclasses import replace

import pytest

from web_client.elements.labels import Labels, labels_in
from web_client.elements.orb.view import (
    LONGEST_CAPTION,
    TEMPLATE,
    Caption,
    orb_view,
)
from web_client.elements.wording import Wording
from web_client.state.messages import Messages
from web_client.state.voice_state import VoiceMessage, VoiceState

WORDING = Wording(Labels(), "Mara")
CALL = VoiceState(status="connected", phase="listening")


def said(*messages: VoiceMessage) -> VoiceState:
    return replace(CALL, messages=Messages.of(messages))


@pytest.mark.parametrize(
    ("call", "state"),
    [
        (VoiceState(), ""),
        (VoiceState(status="connecting"), "connecting"),
        (VoiceState(status="reconnecting"), "connecting"),
        (CALL, "active"),
        (replace(CALL, idle_warning=12), "idle-warning"),
        (replace(CALL, phase="thinking", idle_warning=12), "thinking"),
        (replace(CALL, user_speaking=True, phase="thinking"), "user-speaking"),
        (replace(CALL, agent_speaking=True, user_speaking=True), "speaking"),
        (VoiceState(status="error", error="No.", agent_speaking=True), "error"),
    ],
)
def test_the_first_state_that_holds(call: VoiceState, state: str) -> None:
    assert orb_view(call, WORDING).state == state


@pytest.mark.parametrize(
    ("call", "press"),
    [
        (VoiceState(), "Talk to Mara"),
        (VoiceState(status="connecting"), "Cancel the call to Mara"),
        (CALL, "Hang up on Mara"),
        (replace(CALL, audio_blocked=True), "Let Mara be heard"),
        (VoiceState(status="error", error="No."), "Try again to talk to Mara"),
    ],
)
def test_the_button_says_what_it_does(call: VoiceState, press: str) -> None:
    assert orb_view(call, WORDING).press == press


def test_the_page_words_the_idle_label() -> None:
    view = orb_view(VoiceState(), replace(WORDING, label="Book with {name}"))
    assert (view.press, view.caption.text) == ("Book with Mara", "Book with Mara")


def test_an_error_keeps_its_remedy_and_is_read_out() -> None:
    view = orb_view(VoiceState(status="error", error="Allow the microphone."), WORDING)
    assert view.caption == Caption("Allow the microphone.", "error")
    assert view.spoken == view.caption.text


def test_an_error_is_said_in_the_person_s_language() -> None:
    call = VoiceState("error", "Allow the microphone.", "microphone_refused")
    german = replace(WORDING, labels=labels_in("de"))
    view = orb_view(call, german)
    assert view.caption == Caption(german.labels.error_microphone_refused, "error")
    assert view.spoken == view.caption.text
    own = orb_view(replace(call, error_code="server_error"), german)
    assert own.caption.text == "Allow the microphone."
    nothing = orb_view(VoiceState("error"), german)
    assert nothing.caption.text == german.labels.failed


def test_the_caption_is_the_last_thing_anybody_said() -> None:
    call = said(
        VoiceMessage(1, "user", "Are you open"),
        VoiceMessage(2, "system", "✓ get_opening_hours"),
    )
    assert orb_view(call, WORDING).caption == Caption("Are you open", "user")


def test_what_happened_to_the_call_is_the_caption() -> None:
    call = replace(said(VoiceMessage(1, "bot", "Hello")), notice="The line is silent.")
    assert orb_view(call, WORDING).caption == Caption("The line is silent.", "note")


def test_an_interim_caption_is_marked_and_not_read_out() -> None:
    call = said(
        VoiceMessage(1, "bot", "Hello."),
        VoiceMessage(2, "user", "Are you", is_interim=True),
    )
    view = orb_view(call, WORDING)
    assert view.caption == Caption("Are you", "user", interim=True)
    assert view.spoken == "Mara: Hello."


def test_a_sentence_is_read_out_when_it_is_whole() -> None:
    speaking = VoiceMessage(1, "bot", "We are", speaking=True)
    assert orb_view(said(speaking), WORDING).spoken == ""
    whole = replace(speaking, text="We are open.", speaking=False)
    assert orb_view(said(whole), WORDING).spoken == "Mara: We are open."


def test_a_long_reply_shows_its_end_from_a_whole_word_on() -> None:
    words = [f"word{number}" for number in range(100)]
    text = orb_view(said(VoiceMessage(1, "bot", " ".join(words))), WORDING).caption.text
    assert text.startswith("…word")
    assert text.endswith("word99")
    assert len(text) <= LONGEST_CAPTION
    assert set(text[1:].split()) <= set(words)


def test_muted_never_looks_like_live() -> None:
    view = orb_view(replace(CALL, is_muted=True), WORDING)
    assert "muted" in view.classes
    assert view.caption.text == "Your microphone is muted"


def test_why_the_call_ended() -> None:
    ended = VoiceState(status="idle", end_reason="idle_timeout")
    assert orb_view(ended, WORDING).caption.text == "The call ended: nobody spoke"
    by_hand = VoiceState(status="idle", end_reason="user")
    assert orb_view(by_hand, WORDING).caption == Caption("Talk to Mara", "label")


def test_text_is_never_markup() -> None:
    attack = "<img src=x onerror=alert(1)>"
    call = said(VoiceMessage(1, "bot", attack))
    html = TEMPLATE.render(view=orb_view(call, Wording(Labels(), attack)))
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
