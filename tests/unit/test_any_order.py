"""Whatever comes, in whatever order: what always holds for a chat and a call (2-sessions)."""

from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.play import Play, chat, voice
from web_client import protocol as wire
from web_client.protocol import BotWord, ChatDone, UserMessage, encode
from web_client.state import ConnectRequested, Messages, Send, SetMicrophone, UserSent
from web_client.state import local as facts

UP = {"connecting", "connected", "reconnecting"}

names = st.sampled_from([None, "a", "b", "c"])
texts = st.text(alphabet="ab .,我", max_size=6)
typed = texts.map(str.strip).filter(bool)
tools = st.sampled_from(["t", "u", "v"])
odd = st.none() | st.integers() | st.integers(-2, 8)

calls = st.lists(
    st.builds(wire.ToolCallEntry, id=tools, name=st.sampled_from(["slots", "book"])), max_size=3
).map(tuple)
results = st.lists(
    st.builds(wire.ToolResultEntry, tool_call_id=tools, result=st.none() | texts),
    min_size=1,
    max_size=3,
).map(tuple)
entries = st.lists(
    st.builds(wire.HistoryEntry, role=st.sampled_from(["user", "bot", ""]), text=texts), max_size=5
).map(tuple)

local_events: list[st.SearchStrategy[object]] = [
    st.just(ConnectRequested()),
    st.just(facts.ReconnectStarted()),
    st.just(facts.ConnectionFailed("code", "message")),
    st.just(facts.PeerConnected()),
    st.just(facts.DisconnectRequested()),
    st.builds(UserSent, typed),
    st.builds(facts.RetryRequested, st.integers(0, 12)),
    st.builds(facts.TextRetried, typed),
    st.builds(facts.TextsTakenOver, st.lists(typed).map(tuple), st.lists(typed).map(tuple)),
    st.just(facts.CameBack()),
    st.builds(facts.ContextSet, st.sampled_from("kl"), st.none() | texts),
    st.builds(facts.MuteSet, st.booleans()),
    st.builds(facts.PushToTalkSet, st.booleans()),
    st.builds(facts.TalkHeld, st.booleans()),
    st.builds(
        facts.ConfigureRequested, st.dictionaries(st.sampled_from(["voice", "action"]), texts)
    ),
    st.builds(facts.ToolDismissed, tools),
    st.builds(facts.AudioBlocked, st.booleans()),
    st.builds(facts.Noticed, st.none() | typed, st.none() | st.just(8.0)),
    st.builds(facts.TimerFired, st.sampled_from(get_args(facts.TimerName))),
    st.sampled_from([wire.Ignored(), wire.Malformed("x", "y"), wire.UnknownEvent("x", {})]),
]
chat_events: list[st.SearchStrategy[object]] = [
    st.builds(wire.ChatConnected, session_id=st.none() | texts),
    st.builds(wire.ChatHistory, messages=entries),
    st.builds(wire.ChatToken, message_id=names, text=texts, is_delta=st.booleans()),
    st.builds(wire.ChatToken, message_id=names, text=texts),
    st.builds(ChatDone, message_id=names, text=texts),
    st.builds(wire.ChatToolCall, tool_calls=calls),
    st.builds(wire.ChatToolResult, results=results),
    st.builds(wire.ChatError, error=texts),
    st.builds(wire.SessionFailed, error=texts),
]
voice_events: list[st.SearchStrategy[object]] = [
    st.sampled_from(
        [
            *(wire.SpeechStarted(), wire.SpeechEnded(), wire.TurnPause(), wire.TurnResumed()),
            *(wire.TurnEnd(), wire.LlmThinking(), wire.LlmResponse()),
        ]
    ),
    st.builds(wire.UserSpeaking, text=texts),
    st.builds(UserMessage, text=texts),
    st.builds(wire.BotSpeaking, message_id=names, text=texts),
    st.builds(BotWord, message_id=names, word=texts, word_index=odd),
    st.builds(wire.BotFinished, message_id=names, text=texts),
    st.builds(wire.BotInterrupted, message_id=names),
    st.builds(wire.AudioMetrics, source=st.sampled_from(["user", "bot"]), is_speech=st.booleans()),
    st.builds(wire.LlmError, error=texts),
    st.builds(wire.LlmToolCall, tool_calls=calls),
    st.builds(wire.LlmToolResult, results=results),
    st.builds(wire.SessionIdleWarning, remaining_seconds=st.floats(0, 1e300)),
    st.builds(wire.SessionTimeout, reason=st.sampled_from(["idle_timeout", "max_duration", ""])),
]
waits = st.sampled_from([0.0, 0.4, 1.0, 30.0, 60.0])


def days(events: list[st.SearchStrategy[object]]) -> st.SearchStrategy[list[tuple[object, float]]]:
    """A connection, most often, and then anything; some things twice."""
    times = st.sampled_from([1, 1, 1, 2])
    steps = st.lists(
        st.tuples(st.one_of(*events, *local_events), waits, times), min_size=8, max_size=40
    )
    return steps.map(lambda taken: [(event, wait) for event, wait, n in taken for _ in range(n)])


def always_holds(before: Play[Any], after: Play[Any]) -> None:
    old, new = before.state, after.state
    assert (new == old) == (new is old)
    ids = [message.id for message in new.messages]
    assert len(set(ids)) == len(ids)
    known = {message.id for message in old.messages}
    assert all(before.core.next_id <= number < after.core.next_id for number in set(ids) - known)
    for effect in after.effects:
        if isinstance(effect, Send):
            assert isinstance(encode(effect.frame), str)


@settings(max_examples=300, deadline=None)
@given(days(chat_events))
def test_a_chat(day: list[tuple[object, float]]) -> None:
    play = chat(ConnectRequested(), wire.ChatConnected(session_id="s"))
    sent: list[str] = []
    for event, wait in day:
        before, play = play, play.then(event, after=wait)
        always_holds(before, play)
        state, messages = play.state, play.state.messages
        assert {m.id for m in before.state.messages} <= {m.id for m in messages}
        sent += [event.text] if isinstance(event, UserSent) else []
        own = [m.text for m in messages if m.role == "user" and not m.is_history]
        assert sorted(own) == sorted(sent)
        assert state.queued == sum(m.status == "queued" for m in messages)
        assert state.status in UP or not state.typing
        streaming = [m.text for m in messages if m.is_streaming]
        assert streaming in ([], [state.streaming_text])
        frames = [frame for frame in play.frames if isinstance(frame, wire.Message)]
        assert len(frames) <= 1
        assert state.typing or not frames
        live = before.state.status in UP
        if live and isinstance(event, ChatDone) and event.message_id not in before.core.ended:
            assert not event.text or event.text in [m.text for m in messages]


@settings(max_examples=300, deadline=None)
@given(days(voice_events))
def test_a_call(day: list[tuple[object, float]]) -> None:
    play = voice(ConnectRequested(), facts.PeerConnected())
    finals: list[str] = []
    for event, wait in day:
        before, play = play, play.then(event, after=wait)
        always_holds(before, play)
        state, messages = play.state, play.state.messages
        if messages == Messages():
            finals = []
        else:
            assert {m.id for m in before.state.messages} <= {m.id for m in messages}
        up = before.state.status in UP
        assert (state.phase == "speaking") == state.agent_speaking
        assert sum(m.speaking for m in messages) == state.agent_speaking
        assert sum(m.is_interim for m in messages) <= 1
        assert all(m.text for m in messages)
        if isinstance(event, UserMessage) and up and event.text.strip():
            finals.append(event.text.strip().rstrip(" .,"))
        said = [m.text for m in messages if m.role == "user"]
        assert all(any(final in text for text in said) for final in finals)
        if isinstance(event, BotWord) and up and event.message_id not in before.core.ended:
            heard = [m.text for m in messages if m.role == "bot"]
            assert not event.word.strip() or any(event.word.strip() in text for text in heard)
        assert state.duration >= 0
        assert state.idle_warning is None or state.idle_warning >= 0
        assert state.notice is None or state.status in UP
        # Whatever was pressed: the microphone was told of it in the same step.
        told = [effect.enabled for effect in play.effects if isinstance(effect, SetMicrophone)]
        changed = state.is_muted != before.state.is_muted
        assert not changed or state.status not in UP or told[-1] is not state.is_muted
        assert state.status in UP or not (state.audio_blocked or state.user_speaking)
        assert not play.core.hushed or (state.status in UP and play.core.floor is None)
