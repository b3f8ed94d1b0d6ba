"""What a server may send: what the protocol has, what is nearly that, and what is nothing."""

import json
from typing import Any

from hypothesis import strategies as st

JUNK: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.just([]) | st.just({"a": [1]}) | st.just("")
)
WORDS = st.text("ab .,我\ud83d", max_size=6)
NAMES = st.sampled_from(["m1", "m2", "m3", 7])
TOOLS = st.sampled_from(["t1", "t2", "t3"])

Texts = st.SearchStrategy[str]


def frame(event: object, **members: st.SearchStrategy[object]) -> Texts:
    """Frames of this event; any member may be missing, or be what it never is."""
    named = {"event": st.just(event)}
    optional = {name: values | values | values | JUNK for name, values in members.items()}
    return st.fixed_dictionaries(named, optional=optional).map(json.dumps)


_CALL = st.fixed_dictionaries(
    {"id": TOOLS, "name": st.sampled_from(["slots", "book"])},
    optional={"arguments": JUNK | WORDS, "function": JUNK},
)
_CALLS = st.lists(_CALL | JUNK, max_size=3)
_RESULTS = st.lists(st.fixed_dictionaries({"tool_call_id": TOOLS}, optional={"result": JUNK}))
_RESULT = {"tool_call_id": TOOLS, "name": WORDS, "result": JUNK | WORDS, "results": _RESULTS}
_ENTRY = st.fixed_dictionaries(
    {}, optional={"role": st.sampled_from(["user", "bot", "x"]), "text": WORDS}
)

HUGE = [
    json.dumps({"event": "chat.token", "message_id": "m1", "text": "x" * 300_000}),
    json.dumps({"event": "bot.speaking", "message_id": "m1", "text": "x " * 100_000}),
    json.dumps({"event": "bot.word", "message_id": "m1", "word": "x", "word_index": 10**12}),
    json.dumps({"event": "user.message", "text": "x" * 300_000}),
    json.dumps({"event": "new.thing", "data": "x" * 300_000}),
    json.dumps({"event": "partial", "text": "x " * 100_000}),
    json.dumps({"event": "final", "text": "x" * 300_000}),
    '{"event": "chat.done", "text": "' + "x" * 300_000,
    "[" * 300_000,
]
_STRANGE = ["", "{", "pong", "[1]", "null", '{"event": "\\ud800"}', "\ud800", '{"event": 7}']
# The names of a session's own events: no server raises one of those.
_OWN = [json.dumps({"event": name}) for name in ("change", "status", "message", "error ", "event")]

NOTHING = st.sampled_from([*_STRANGE, *_OWN]) | st.text(max_size=9) | frame("new.thing", a=JUNK)

CHAT = st.one_of(
    frame("chat.connected", session_id=WORDS),
    frame("chat.history", messages=st.lists(_ENTRY | JUNK, max_size=4)),
    frame("chat.token", message_id=NAMES, text=WORDS),
    frame("llm.chat.token", message_id=NAMES, token=WORDS),
    frame("chat.done", message_id=NAMES, text=WORDS),
    frame("bot.message", text=WORDS),
    frame("chat.tool_call", tool_calls=_CALLS),
    frame("chat.toolResult", **_RESULT),
    frame("chat.error", error=WORDS),
    frame("error", error=WORDS),
)
VOICE = st.one_of(
    *(
        frame(name)
        for name in ("speech.started", "speech.ended", "turn.pause", "turn.resumed", "turn.end")
    ),
    frame("user.speaking", text=WORDS),
    frame("user.message", text=WORDS),
    frame("bot.speaking", message_id=NAMES, text=WORDS),
    frame("bot.word", message_id=NAMES, word=WORDS, word_index=st.integers(-2, 9)),
    frame("bot.finished", message_id=NAMES, text=WORDS),
    frame("bot.interrupted", message_id=NAMES),
    frame("audio.metrics", source=st.sampled_from(["user", "bot"]), is_speech=st.booleans()),
    frame("llm.thinking"),
    frame("llm.response", text=WORDS),
    frame("llm.error", error=WORDS),
    frame("llm.toolCall", tool_calls=_CALLS),
    frame("llm.tool_result", **_RESULT),
    frame("session.idleWarning", remainingSeconds=st.floats(0, 1e9)),
    frame("session.timeout", reason=st.sampled_from(["idle_timeout", "max_duration"])),
)
_PARTIAL, _FINAL = frame("partial", text=WORDS), frame("final", text=WORDS)
_ENDS = frame("done") | frame("error", error=WORDS)
SCRIBE = st.one_of(frame("ready"), _PARTIAL, _PARTIAL, _PARTIAL, _FINAL, _FINAL, _FINAL, _ENDS)
