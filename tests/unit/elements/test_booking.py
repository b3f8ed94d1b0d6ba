"""What the booking page makes of a chat and a call: one conversation, with cards of its tools."""

import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from web_client.elements.drawing import ROW
from web_client.elements.render import ENVIRONMENT, Regions, block
from web_client.protocol import ChatToolCall, ChatToolResult, ToolCallEntry, ToolResultEntry
from web_client.state import (
    ChatMessage,
    ChatState,
    Messages,
    VoiceMessage,
    VoiceState,
    conversation,
)

PAGES = Path(__file__).parents[3] / "pages"
TEMPLATE = ENVIRONMENT.from_string((PAGES / "book.html.j2").read_text())
BOOKING = SimpleNamespace(**runpy.run_path(str(PAGES / "booking.py")))
SLOTS = {"day": "friday", "slots": ["nine", "<b>"]}
CONTACT = {"day": "friday", "time": "nine", "name": "Ada", "phone": "", "taken": False}
BOOKED = {"day": "friday", "time": "nine", "name": "Ada", "phone": "<i>555</i>"}


@pytest.fixture
def talk() -> Any:
    return BOOKING.Conversation("Ada")


def used(talk: Any, call: str, name: str, result: object) -> ChatMessage:
    """Mara uses a tool; the bubble that the chat has for it."""
    entry = ToolCallEntry(id=call, name=name, arguments={"day": "friday"})
    talk.tools_called(ChatToolCall(tool_calls=(entry,)))
    answer = ToolResultEntry(tool_call_id=call, name=name, result=result)
    talk.tools_answered(ChatToolResult(results=(answer,)))
    return ChatMessage(int(call), "system", f"✓ {name}", tool_call_id=call)


def rows(talk: Any, *messages: ChatMessage | VoiceMessage) -> list[str]:
    return [block(TEMPLATE, ROW, message=line) for line in talk.lines(Messages.of(messages))]


def view(talk: Any, state: ChatState | VoiceState) -> dict[str, str]:
    shown = talk.view(state, isinstance(state, VoiceState), "")
    return dict(Regions(TEMPLATE, without=ROW).changed(shown))


def test_each_free_hour_is_a_button_that_says_it(talk: Any) -> None:
    (html,) = rows(talk, used(talk, "1", "get_available_slots", SLOTS))
    assert 'data-say="Friday at nine, please."' in html
    assert "disabled" not in html
    assert "&lt;b&gt;" in html.lower()
    assert "<b>" not in html.lower()


def test_only_the_last_card_can_be_used(talk: Any) -> None:
    slots = used(talk, "1", "get_available_slots", SLOTS)
    contact = used(talk, "2", "ask_for_contact", CONTACT)
    html = rows(talk, slots, contact)
    assert "disabled" in html[0]
    assert "<form" in html[1]
    booked = used(talk, "3", "book_appointment", BOOKED)
    html = rows(talk, slots, contact, booked)
    assert "<form" not in html[1]
    assert "&lt;i&gt;555" in html[2]
    assert "Cancel it" in html[2]


def test_what_is_typed_stays_but_draws_no_form_anew(talk: Any) -> None:
    message = used(talk, "1", "ask_for_contact", CONTACT)
    (before,) = talk.lines([message])
    talk.contact["phone"] = '"555'
    (after,) = talk.lines([message])
    assert after == before
    assert 'value="&#34;555"' in block(TEMPLATE, ROW, message=after)


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("book_appointment", {"missing": "phone"}),
        ("ask_for_contact", CONTACT | {"taken": True}),
        ("get_available_slots", {"day": "sunday", "slots": []}),
        ("get_available_slots", {"error": "no"}),
        ("get_available_slots", "words"),
        ("get_opening_hours", {"day": "friday"}),
    ],
)
def test_a_result_without_anything_to_show_is_no_card(talk: Any, name: str, result: object) -> None:
    (html,) = rows(talk, used(talk, "1", name, result))
    assert f"✓ {name}" in html


def test_a_tool_at_work_says_what_it_does(talk: Any) -> None:
    entry = ToolCallEntry(id="1", name="book_appointment")
    talk.tools_called(ChatToolCall(tool_calls=(entry,)))
    (html,) = rows(talk, ChatMessage(1, "system", "🔧", tool_call_id="1"))
    assert "Booking…" in html


def test_a_call_goes_on_where_the_chat_ended(talk: Any) -> None:
    hello = ChatMessage(1, "user", "Hello", status="sent")
    slots = used(talk, "2", "get_available_slots", SLOTS)
    talk.ends(Messages.of([hello, slots]), "On the line.")
    assert conversation(talk.past) == "user: Hello"
    lines = talk.lines(Messages.of([VoiceMessage(1, "bot", "Hi", speaking=True)]))
    assert [(line.id, line.role, line.mark) for line in lines] == [
        (1, "user", ""),
        (2, "system", ""),
        (3, "system", ""),
        (4, "bot", "speaking"),
    ]
    talk.ends(Messages.of([VoiceMessage(1, "bot", "Hi", interrupted=True)]), "You hung up.")
    assert [line.id for line in talk.past] == [1, 2, 3, 4, 5]
    assert talk.past[3].mark == "interrupted"


def test_tools_of_two_sessions_may_have_the_same_id(talk: Any) -> None:
    slots = used(talk, "1", "get_available_slots", SLOTS)
    talk.ends(Messages.of([slots]), "On the line.")
    booked = used(talk, "1", "book_appointment", BOOKED)
    kinds = [line.card and line.card.kind for line in talk.lines(Messages.of([booked]))]
    assert kinds == ["slots", None, "booked"]


def test_the_tour_goes_from_step_to_step(talk: Any) -> None:
    def step() -> str:
        return str(talk.view(ChatState(), False, "").next_step.title)

    assert step() == "Ask for a free hour"
    used(talk, "1", "get_available_slots", SLOTS)
    assert step() == "Press a time, write your number"
    talk.tried.add("phone")
    used(talk, "2", "book_appointment", {"missing": "time"})
    assert step() == "Book it"
    used(talk, "3", "book_appointment", BOOKED)
    assert step() == "Call her"
    talk.heard(VoiceState(status="connected"))
    assert step() == "Interrupt her, or mute"
    talk.heard(VoiceState(status="connected", is_muted=True))
    assert talk.view(ChatState(), False, "").next_step is None


def test_what_mara_knows_is_shown_as_text(talk: Any) -> None:
    talk.contact["phone"] = "<b>"
    used(talk, "1", "get_available_slots", SLOTS)
    knows = view(talk, ChatState())["knows"]
    assert "<mark>Ada</mark>" in knows
    assert "<mark>&lt;b&gt;</mark>" in knows
    assert "get_available_slots(friday)" in knows


@pytest.mark.parametrize("phase", BOOKING.PHASES)
def test_every_phase_of_a_call_has_its_words(talk: Any, phase: Any) -> None:
    state = VoiceState(status="connected", phase=phase, duration=65)
    assert view(talk, state)["presence"].strip() == BOOKING.PHASES[phase]
    assert view(talk, state)["clock"] == "1:05"


def test_a_call_that_failed_can_go_on_in_writing(talk: Any) -> None:
    alert = view(talk, VoiceState(status="error", error="<b>", error_code="microphone"))["alert"]
    assert "Go on in writing" in alert
    assert "&lt;b&gt;" in alert


def test_the_page_has_a_place_for_every_region() -> None:
    markup = (PAGES / "book.html").read_text()
    names = {"messages" if name == ROW else name for name in TEMPLATE.blocks}
    assert [name for name in names if f'data-region="{name}"' not in markup] == []
