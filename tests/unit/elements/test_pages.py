"""The templates of the demo pages: every state has its words, and text is never markup."""

from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from jinja2 import Template

from web_client.elements.drawing import LIST, ROW
from web_client.elements.render import ENVIRONMENT, Regions, block
from web_client.state.chat_state import ChatMessage, ChatState, SendStatus, Status
from web_client.state.voice_state import Phase, UnsentTexts, VoiceMessage, VoiceState

PAGES = Path(__file__).parents[3] / "pages"
ATTACK = "<img src=x onerror=alert(1)>"
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;"


def regions(page: str, state: object, **more: object) -> dict[str, str]:
    view = SimpleNamespace(
        state=state,
        name=ATTACK,
        problem="",
        code="",
        announcement="",
        is_live=False,
        ending="",
        unsent=UnsentTexts(),
    )
    vars(view).update(more)
    return dict(Regions(template(page), without=ROW).changed(view))


def row(page: str, message: object) -> str:
    return block(template(page), ROW, message=message)


def template(page: str) -> Template:
    return ENVIRONMENT.from_string((PAGES / page).read_text())


@pytest.mark.parametrize("status", get_args(Status))
def test_every_status_has_its_words(status: Status) -> None:
    assert regions("chat.html.j2", ChatState(status=status))["presence"].strip()
    call = regions("voice.html.j2", VoiceState(status=status))
    assert call["presence"].strip()
    assert call["phase"].strip()


@pytest.mark.parametrize("phase", get_args(Phase))
def test_every_phase_of_a_call_has_its_words(phase: Phase) -> None:
    assert regions("voice.html.j2", VoiceState(status="connected", phase=phase))["phase"].strip()


def test_what_went_wrong_is_an_alert_with_its_remedy() -> None:
    for page, state in (
        ("chat.html.j2", ChatState("error")),
        ("voice.html.j2", VoiceState("error")),
    ):
        alert = regions(page, state, problem=ATTACK, code="token_refused")["alert"]
        assert 'role="alert"' in alert
        assert "Try again" in alert
        assert ESCAPED in alert
        assert "<img" not in alert


def test_the_clock_and_the_countdown() -> None:
    call = VoiceState(status="connected", phase="listening", duration=605, idle_warning=9)
    shown = regions("voice.html.j2", call)
    assert shown["clock"] == "10:05"
    assert "9 s" in shown["phase"]


def test_what_happened_to_the_call_is_shown_as_text() -> None:
    alert = regions("voice.html.j2", VoiceState(status="connected", notice=ATTACK))["alert"]
    assert 'role="status"' in alert
    assert ESCAPED in alert
    assert "<img" not in alert


def test_blocked_sound_has_a_button() -> None:
    blocked = VoiceState(status="connected", audio_blocked=True)
    assert "data-sound" in regions("voice.html.j2", blocked)["sound"]
    assert "data-sound" not in regions("voice.html.j2", VoiceState(status="connected"))["sound"]


def test_what_nobody_has_heard_is_shown_as_text() -> None:
    unsent = UnsentTexts(queued=(ATTACK,), failed=("one", ATTACK))
    html = regions("voice.html.j2", VoiceState(), unsent=unsent)["unsent"]
    assert html.count(ESCAPED) == 2
    assert "<img" not in html
    assert 'data-say-again="1"' in html
    assert "Waiting for your call" in html
    live = regions("voice.html.j2", VoiceState(status="connecting"), unsent=unsent, is_live=True)
    assert "Waiting for the line" in live["unsent"]
    assert regions("voice.html.j2", VoiceState())["unsent"] == ""


def test_a_page_has_a_place_for_every_region() -> None:
    for page in ("chat.html", "voice.html"):
        markup = (PAGES / page).read_text()
        names = {LIST if name == ROW else name for name in template(f"{page}.j2").blocks}
        assert [name for name in names if f'data-region="{name}"' not in markup] == []


@pytest.mark.parametrize("status", get_args(SendStatus))
def test_a_message_of_the_user_says_how_far_it_came(status: SendStatus) -> None:
    html = row("chat.html.j2", ChatMessage(7, "user", ATTACK, status=status))
    assert f'id="message-7" data-role="user" data-status="{status}"' in html
    assert ('data-retry="7"' in html) is (status == "failed")
    assert ESCAPED in html


def test_interim_and_interrupted_speech_are_marked() -> None:
    interim = row("voice.html.j2", VoiceMessage(1, "user", "are", is_interim=True))
    assert "data-interim" in interim
    cut = row("voice.html.j2", VoiceMessage(2, "bot", ATTACK, interrupted=True))
    assert "data-interrupted" in cut
    assert "You interrupted" in cut
    assert ESCAPED in cut
