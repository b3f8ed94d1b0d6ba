"""The tables cover all that can be said to them, and say so in the order of the spec."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from web_client.protocol import ChatEvent, ScribeEvent, VoiceEvent
from web_client.state import CHAT, DICTATION, VOICE, ChatFact, DictationFact, VoiceFact
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
