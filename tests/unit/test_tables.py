"""The tables cover all that can be said to them, and say so in the order of the spec."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from tests.unit import calling, chatting
from tests.unit.play import Play, chat, dictation, voice
from web_client.protocol import (
    ChatEvent,
    HistoryEntry,
    ScribeEvent,
    ToolCallEntry,
    ToolResultEntry,
    VoiceEvent,
)
from web_client.protocol.wire import Wire
from web_client.state import (
    CHAT,
    DICTATION,
    VOICE,
    ChatFact,
    ConnectionFailed,
    DictationFact,
    DisconnectRequested,
    VoiceFact,
)
from web_client.state.chat_state import ChatMessage, ChatState
from web_client.state.dictation_state import DictationState
from web_client.state.voice_state import ToolCall, VoiceMessage, VoiceState


@pytest.mark.parametrize(
    ("table", "said", "facts"),
    [
        (CHAT, ChatEvent, ChatFact),
        (VOICE, VoiceEvent, VoiceFact),
        (DICTATION, ScribeEvent, DictationFact),
    ],
    ids=["chat", "voice", "dictation"],
)
def test_a_row_for_each_event(table: Mapping[type, object], said: Any, facts: Any) -> None:
    assert set(table) == set(get_args(said)) | set(get_args(facts))
    assert tuple(table)[: len(get_args(said))] == get_args(said)


MEMBERS = {
    "text": "late",
    "word": "late",
    "source": "user",
    "is_speech": True,
    "remaining_seconds": 9.0,
    "messages": (HistoryEntry(role="user", text="late"),),
    "tool_calls": (ToolCallEntry(id="t", name="late"),),
    "results": (ToolResultEntry(tool_call_id="t", result=1),),
}


def of_the_wire(said: Any) -> list[Any]:
    """One event of each kind that a server says, with something in it."""
    kinds = [kind for kind in get_args(said) if issubclass(kind, Wire)]
    return [kind(**{k: v for k, v in MEMBERS.items() if k in kind.model_fields}) for kind in kinds]


OVER = (DisconnectRequested(), ConnectionFailed("timed_out", "Too slow."))


@pytest.mark.parametrize("event", of_the_wire(ChatEvent), ids=lambda event: event.event)
@pytest.mark.parametrize("before", [(), *((*chatting.UP, end) for end in OVER)])
def test_no_chat_hears_what_comes_without_a_connection(
    event: object, before: tuple[object, ...]
) -> None:
    _nothing_comes_of(chat(*before), event)


@pytest.mark.parametrize("event", of_the_wire(VoiceEvent), ids=lambda event: event.event)
@pytest.mark.parametrize("before", [(), *((*calling.UP, end) for end in OVER)])
def test_no_call_hears_what_comes_without_a_connection(
    event: object, before: tuple[object, ...]
) -> None:
    _nothing_comes_of(voice(*before), event)


@pytest.mark.parametrize("event", of_the_wire(ScribeEvent), ids=lambda event: event.event)
def test_no_dictation_hears_what_comes_before_it_begins(event: object) -> None:
    _nothing_comes_of(dictation(), event)


def _nothing_comes_of(play: Play[Any], event: object) -> None:
    after = play.then(event)
    assert (after.core, after.effects) == (play.core, ())
    assert after.state is play.state


@pytest.mark.parametrize(
    ("snapshot", "twins"),
    [
        (ChatState(), {"errorCode", "streamingText", "sessionId"}),
        (ChatMessage(1, "bot", "x"), {"messageId", "isStreaming", "toolCallId", "isHistory"}),
        (
            VoiceState(),
            {
                *("errorCode", "endReason", "isMuted", "userSpeaking", "agentSpeaking"),
                *("toolCalls", "idleWarning", "audioBlocked", "pushToTalk"),
            },
        ),
        (VoiceMessage(1, "bot", "x"), {"isInterim", "messageId", "toolCallId"}),
        (DictationState(), {"errorCode", "isRecording"}),
        (ToolCall("t", "f", {}, None, 0.0), {"toolCallId"}),
    ],
)
def test_snapshots_answer_to_camel_case_and_cannot_be_changed(
    snapshot: object, twins: set[str]
) -> None:
    from web_client.spelling import snake

    for twin in twins:
        assert getattr(snapshot, twin) == getattr(snapshot, snake(twin))
        with pytest.raises(AttributeError):
            setattr(snapshot, snake(twin), None)
