"""The tables cover all that can be said to them, and say so in the order of the spec."""

from collections.abc import Mapping
from typing import Any, get_args

import pytest

from web_client.protocol import ChatEvent, ScribeEvent, VoiceEvent
from web_client.state import CHAT, DICTATION, VOICE, LocalEvent
from web_client.state.chat_state import ChatMessage, ChatState
from web_client.state.dictation_state import DictationState
from web_client.state.voice_state import ToolCall, VoiceMessage, VoiceState


@pytest.mark.parametrize(
    ("table", "union"),
    [(CHAT, ChatEvent), (VOICE, VoiceEvent), (DICTATION, ScribeEvent)],
    ids=["chat", "voice", "dictation"],
)
def test_a_row_for_each_event(table: Mapping[type, object], union: Any) -> None:
    assert set(table) == set(get_args(union)) | set(get_args(LocalEvent))
    assert tuple(table)[: len(get_args(union))] == get_args(union)


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
