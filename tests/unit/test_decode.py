"""From text to events (1-protocol): every event, every dialect, and whatever else may come."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_client import protocol
from web_client.protocol import (
    ChatDone,
    ChatToken,
    Ignored,
    LlmToolCall,
    Malformed,
    ScribePartial,
    ToolResultEntry,
    UnknownEvent,
    decode_chat,
    decode_scribe,
    decode_voice,
    event_name,
)

DECODERS = (decode_chat, decode_voice, decode_scribe)


def chat(**members: Any) -> Any:
    return decode_chat(json.dumps(members))


def voice(**members: Any) -> Any:
    return decode_voice(json.dumps(members))


CHAT_EVENTS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"event": "chat.connected", "session_id": "s"}, "ChatConnected", {"session_id": "s"}),
    (
        {"event": "chat.token", "message_id": "m", "text": "Hi"},
        "ChatToken",
        {"message_id": "m", "text": "Hi", "is_delta": False},
    ),
    (
        {"event": "chat.done", "message_id": "m", "text": "Hi"},
        "ChatDone",
        {"message_id": "m", "text": "Hi"},
    ),
    ({"event": "chat.error", "error": "no"}, "ChatError", {"error": "no"}),
]
VOICE_EVENTS: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"event": "speech.started"}, "SpeechStarted", {}),
    ({"event": "speech.ended"}, "SpeechEnded", {}),
    ({"event": "user.speaking", "text": "a"}, "UserSpeaking", {"text": "a"}),
    ({"event": "user.message", "text": "a"}, "UserMessage", {"text": "a"}),
    ({"event": "turn.pause"}, "TurnPause", {}),
    ({"event": "turn.resumed"}, "TurnResumed", {}),
    ({"event": "turn.end"}, "TurnEnd", {}),
    (
        {"event": "bot.speaking", "message_id": "m", "text": "a"},
        "BotSpeaking",
        {"message_id": "m", "text": "a"},
    ),
    (
        {"event": "bot.word", "message_id": "m", "word": "a", "word_index": 3},
        "BotWord",
        {"message_id": "m", "word": "a", "word_index": 3},
    ),
    ({"event": "bot.finished", "message_id": "m"}, "BotFinished", {"message_id": "m", "text": ""}),
    ({"event": "bot.interrupted", "message_id": "m"}, "BotInterrupted", {"message_id": "m"}),
    (
        {"event": "audio.metrics", "source": "user", "energy_db": -30, "is_speech": True},
        "AudioMetrics",
        {"source": "user", "energy_db": -30.0, "is_speech": True, "rms": None},
    ),
    ({"event": "llm.thinking"}, "LlmThinking", {}),
    (
        {"event": "llm.response", "text": "a", "finish_reason": "stop"},
        "LlmResponse",
        {"text": "a", "finish_reason": "stop"},
    ),
    ({"event": "llm.error", "error": "no"}, "LlmError", {"error": "no"}),
    (
        {"event": "session.idle_warning", "remaining_seconds": 15},
        "SessionIdleWarning",
        {"remaining_seconds": 15.0},
    ),
    (
        {"event": "session.timeout", "reason": "idle_timeout"},
        "SessionTimeout",
        {"reason": "idle_timeout"},
    ),
]


def shows(event: Any, model: str, members: dict[str, Any]) -> None:
    assert type(event) is getattr(protocol, model)
    assert {name: getattr(event, name) for name in members} == members


@pytest.mark.parametrize(("members", "model", "fields"), CHAT_EVENTS)
@pytest.mark.parametrize("prefix", ["", "llm."])
@pytest.mark.parametrize("member", ["event", "type"])
def test_chat_events_in_every_spelling(
    members: dict[str, Any], model: str, fields: dict[str, Any], prefix: str, member: str
) -> None:
    rest = {key: value for key, value in members.items() if key != "event"}
    event = chat(**{member: prefix + members["event"]}, **rest)
    shows(event, model, fields)
    assert event.event == members["event"]


@pytest.mark.parametrize(("members", "model", "fields"), VOICE_EVENTS)
def test_voice_events(members: dict[str, Any], model: str, fields: dict[str, Any]) -> None:
    event = voice(**members)
    shows(event, model, fields)
    assert event.event == members["event"]


def test_error_fails_the_session() -> None:
    shows(chat(event="error", error="gone"), "SessionFailed", {"error": "gone"})


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"message": "no"}, "no"),
        ("no", "no"),
        (402, "402"),
        ({"message": 402}, "402"),
        ({"message": None}, ""),
        ({"message": {"text": "no"}}, ""),
        ({}, ""),
        (None, ""),
        (False, ""),
        (["no", "credit"], ""),
    ],
)
def test_errors_in_words_as_objects_and_in_no_words(error: object, words: str) -> None:
    for name, decode in (
        ("chat.error", decode_chat),
        ("error", decode_chat),
        ("llm.error", decode_voice),
        ("error", decode_scribe),
    ):
        event: Any = decode(json.dumps({"event": name, "error": error}))
        assert (event.event, event.error) == (name, words)


def test_history_leaves_out_what_is_no_message() -> None:
    event = chat(event="chat.history", messages=[{"role": "user", "text": "a"}, 3, {"text": {}}])
    assert [(entry.role, entry.text) for entry in event.messages] == [("user", "a")]


@pytest.mark.parametrize("member", ["event", "type"])
def test_the_older_dialect(member: str) -> None:
    assert chat(**{member: "bot.message", "text": "Hi"}) == ChatDone(text="Hi")


def test_a_token_member_alone_is_a_delta() -> None:
    event = chat(event="chat.token", message_id="m", token="Hi")
    assert event == ChatToken(message_id="m", text="Hi", is_delta=True)
    assert not chat(event="chat.token", message_id="m", token="i", text="Hi").is_delta


@pytest.mark.parametrize("name", ["llm.tool_call", "llm.toolCall"])
@pytest.mark.parametrize("arguments", [{"n": [1]}, '{"n": [1]}'])
@pytest.mark.parametrize("openai", [False, True])
def test_tool_calls(name: str, arguments: object, openai: bool) -> None:
    plain = {"name": "f", "arguments": arguments}
    call = {"id": "t", "function": plain} if openai else {"id": "t", **plain}
    event = voice(event=name, tool_calls=[call, {"name": "no id"}], msg_id="m", call_id="c")
    assert isinstance(event, LlmToolCall)
    assert [(c.id, c.name, c.arguments) for c in event.tool_calls] == [("t", "f", {"n": [1]})]
    assert (event.event, event.msg_id, event.call_id) == ("llm.tool_call", "m", "c")


def test_tool_calls_of_a_chat() -> None:
    event = chat(event="chat.tool_call", tool_calls=[{"id": 7, "name": "f"}])
    assert [(call.id, call.name, call.arguments) for call in event.tool_calls] == [("7", "f", None)]


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ("null", None),
        ("plain words", "plain words"),
        ("NaN", "NaN"),
        (None, None),
        ([1], [1]),
        (0, 0),
    ],
)
@pytest.mark.parametrize("many", [False, True])
def test_tool_results(wire: object, value: object, many: bool) -> None:
    one = {"tool_call_id": "t", "name": "f", "result": wire}
    for name, decoded in (("llm.tool_result", voice), ("chat.tool_result", chat)):
        event = decoded(event=name, **({"results": [one]} if many else one))
        assert [(r.tool_call_id, r.name, r.result) for r in event.results] == [("t", "f", value)]


@pytest.mark.parametrize("result", [{"a": 1}, None])
def test_a_null_name_costs_no_result(result: object) -> None:
    one = {"tool_call_id": "t", "toolCallId": None, "name": None, "result": result}
    event = voice(event="llm.tool_result", results=[one])
    assert event.results == (ToolResultEntry(tool_call_id="t", result=result),)


def test_a_result_that_is_none_costs_no_other_one() -> None:
    good = {"tool_call_id": "t", "result": 1}
    event = chat(event="chat.tool_result", results=[{"tool_call_id": None, "result": 2}, 3, good])
    assert event.results == (ToolResultEntry(tool_call_id="t", result=1),)


def test_a_null_role_costs_no_message() -> None:
    event = chat(event="chat.history", messages=[{"role": None, "text": "a"}, {"text": None}])
    assert [(entry.role, entry.text) for entry in event.messages] == [("", "a"), ("", "")]


def test_idle_warning_in_camel_case() -> None:
    event = voice(event="session.idleWarning", remainingSeconds=9)
    assert (event.event, event.remaining_seconds) == ("session.idle_warning", 9.0)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ('{"event":"chat.connected","sessionId":"s"}', {"session_id": "s"}),
        ('{"event":"chat.token","messageId":"m","text":"a"}', {"message_id": "m"}),
        ('{"type":"chat.done","messageId":"m","text":"a"}', {"message_id": "m"}),
    ],
)
def test_members_of_a_chat_in_camel_case(text: str, members: dict[str, Any]) -> None:
    event = decode_chat(text)
    assert {name: getattr(event, name) for name in members} == members


@pytest.mark.parametrize(
    ("text", "members"),
    [
        (
            '{"event":"bot.word","messageId":"m","word":"a","wordIndex":3}',
            {"message_id": "m", "word_index": 3},
        ),
        ('{"event":"llm.response","finishReason":"stop"}', {"finish_reason": "stop"}),
        (
            '{"event":"audio.metrics","source":"user","isSpeech":true,"energyDb":-3}',
            {"is_speech": True, "energy_db": -3},
        ),
        (
            '{"event":"llm.tool_result","results":[{"toolCallId":"t","result":1}]}',
            {"results": (ToolResultEntry(tool_call_id="t", result=1),)},
        ),
    ],
)
def test_members_of_a_call_in_camel_case(text: str, members: dict[str, Any]) -> None:
    event = decode_voice(text)
    assert {name: getattr(event, name) for name in members} == members


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("session.idleWarning", "session.idle_warning"),
        ("llm.toolCall", "llm.tool_call"),
        ("llm.chat.toolCall", "chat.tool_call"),
        ("bot.word", "bot.word"),
        ("partial", "partial"),
        ("new.oddThing", "new.oddThing"),
        ("change", "change"),
    ],
)
def test_the_own_name_of_an_event(name: str, own: str) -> None:
    assert event_name(name) == own


@pytest.mark.parametrize("index", ["1e400", "NaN", '"x"', "2.5", "null", "[]"])
def test_a_word_is_not_lost_for_its_index(index: str) -> None:
    event: Any = decode_voice(f'{{"event":"bot.word","word":"a","word_index":{index}}}')
    assert (event.word, event.word_index) == ("a", None)


@pytest.mark.parametrize("half", [r"\ud83d", r"\ude00", r"\ude00\ud83d", "\ud83d"])
def test_half_a_character_is_replaced(half: str) -> None:
    event: Any = decode_chat(f'{{"event":"chat.done","text":"a\\\\{half} \\ud83d\\ude00"}}')
    assert event.text.replace("�", "") == "a\\ 😀"


def test_escaped_backslashes_are_left_alone() -> None:
    event: Any = decode_chat(r'{"type":"chat.done","text":"\\ud83d \ud83d"}')
    assert event.text == r"\ud83d �"


@pytest.mark.parametrize("text", ["", " ", "pong", "ping", "[]", "null", "3", '"{"', "\ud800"])
@pytest.mark.parametrize("decode", DECODERS)
def test_what_is_no_object_is_ignored(decode: Any, text: str) -> None:
    assert decode(text) == Ignored()


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("{", None),
        ('{"event":"chat.done",', None),
        ('{"a":' * 5000, None),
        ("{}", None),
        ('{"event":7}', None),
        ('{"event":"chat.token"}', "chat.token"),
        ('{"event":"chat.done","message_id":{}}', "chat.done"),
        ('{"event":"chat.tool_call"}', "chat.tool_call"),
        ('{"event":"chat.tool_result","results":[]}', "chat.tool_result"),
    ],
)
def test_what_cannot_be_used_is_malformed(text: str, event: str | None) -> None:
    decoded = decode_chat(text)
    assert isinstance(decoded, Malformed)
    assert decoded.event == event
    assert decoded.reason


def test_the_reason_says_where_and_quotes_nothing() -> None:
    decoded = decode_chat('{"event":"chat.done","message_id":["cht_secret"],"text":[]}')
    assert decoded == Malformed(
        "chat.done",
        "message_id: Input should be a valid string; text: Input should be a valid string",
    )


@pytest.mark.parametrize("decode", DECODERS)
def test_unknown_events_are_kept(decode: Any) -> None:
    assert decode('{"event":"new.thing","a":1}') == UnknownEvent(
        "new.thing", {"event": "new.thing", "a": 1}
    )


def test_dictation() -> None:
    assert decode_scribe('{"event":"partial","text":"a"}') == ScribePartial(text="a")
    names = {"ready": "ScribeReady", "done": "ScribeDone", "error": "ScribeError"}
    for name, model in names.items():
        assert type(decode_scribe(f'{{"event":"{name}"}}')) is getattr(protocol, model)
    assert isinstance(decode_scribe('{"event":"final"}'), Malformed)


NAMES = [members["event"] for members, _, _ in CHAT_EVENTS + VOICE_EVENTS] + [
    "chat.history",
    "chat.tool_call",
    "chat.tool_result",
    "llm.toolCall",
    "error",
    "bot.message",
    "partial",
]
MEMBERS = [
    *("text", "token", "message_id", "messages", "tool_calls", "results", "result", "word"),
    *("tool_call_id", "word_index", "error", "source", "remaining_seconds", "is_delta", "reason"),
]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
named = st.builds(
    lambda name, rest: {"event": name, **rest},
    st.sampled_from(NAMES),
    st.dictionaries(st.sampled_from(MEMBERS), anything, max_size=5),
)


@pytest.mark.parametrize("decode", DECODERS)
@given(text=st.text() | st.text().map("{".__add__) | (anything | named).map(json.dumps))
def test_nothing_raises(decode: Any, text: str) -> None:
    known = get_args(protocol.ChatEvent | protocol.VoiceEvent | protocol.ScribeEvent)
    assert isinstance(decode(text), known)
