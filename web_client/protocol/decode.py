"""From the text of a frame to a typed event. Never raises, whatever came.

The protocol's own spelling is read in one pass, straight from the text. What that pass refuses
is read again as a dialect (1-protocol, 1.2 and 1.3), so that the rest of the client knows one
form of each event:

- `type` stands for `event`;
- the prefix `llm.` before a `chat.` name means nothing;
- a name or member in camelCase is its snake_case twin: `llm.toolCall`, `remainingSeconds`;
- `bot.message` is a `chat.done` without a message id;
- a `chat.token` with `token` and no `text` is a delta;
- a member that is null is missing, also in an entry of a list, but for `result`, where null is
  a value;
- a `word_index` that is no whole number is missing, so that its word is not lost;
- half of a surrogate pair, which a server that cuts text by UTF-16 units can send, is U+FFFD.

What remains is `UnknownEvent`, `Malformed` or `Ignored`, as `wire` describes them.
"""

import re
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from web_client.protocol.chat import ChatEvent, ChatWire
from web_client.protocol.scribe import ScribeEvent, ScribeWire
from web_client.protocol.voice import VoiceEvent, VoiceWire
from web_client.protocol.wire import (
    Ignored,
    Malformed,
    UnknownEvent,
    Unusable,
    Wire,
    whole_characters,
    without_nulls,
)
from web_client.spelling import snake

_Event = TypeVar("_Event")

_CHAT: TypeAdapter[ChatWire] = TypeAdapter(ChatWire)
_VOICE: TypeAdapter[VoiceWire] = TypeAdapter(VoiceWire)
_SCRIBE: TypeAdapter[ScribeWire] = TypeAdapter(ScribeWire)
# The adapter's own method costs as much again as what it calls.
_read_chat = _CHAT.validator.validate_json
_read_voice = _VOICE.validator.validate_json

_NAMES = frozenset(
    model.model_fields["event"].default
    for model in get_args(ChatEvent | VoiceEvent | ScribeEvent)
    if issubclass(model, Wire)
)

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def decode_chat(text: str) -> ChatEvent:
    """One frame of the chat socket (1-protocol, 1.2)."""
    try:
        event: ChatWire = _read_chat(text)
    except ValueError:
        return _dialect(_CHAT, text)
    return event


def decode_voice(text: str) -> VoiceEvent:
    """One message of the DataChannel (1-protocol, 1.3)."""
    try:
        event: VoiceWire = _read_voice(text)
    except ValueError:
        return _dialect(_VOICE, text)
    return event


def decode_scribe(text: str) -> ScribeEvent:
    """One text frame of the dictation socket (1-protocol, 1.4)."""
    try:
        return _SCRIBE.validate_json(text)
    except ValueError:
        return _dialect(_SCRIBE, text)


def _dialect(wire: TypeAdapter[_Event], text: str) -> _Event | Unusable:
    if not text.lstrip().startswith("{"):
        return Ignored()
    try:
        data = from_json(_whole_characters(text))
    except ValueError as error:
        return Malformed(None, f"not JSON: {error}")
    name = data.get("event", data.get("type"))
    if not isinstance(name, str):
        return Malformed(None, "no event is named")
    try:
        return wire.validate_python(_canonical(name, data))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if faults[0]["type"] == "union_tag_invalid":
            return UnknownEvent(name, data)
        return Malformed(name, "; ".join(_in_words(fault["loc"], fault["msg"]) for fault in faults))


def _canonical(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The same event in the protocol's own words."""
    event = _own_spelling(name)
    members = without_nulls({snake(key): value for key, value in data.items()})
    if event == "bot.message":
        event = "chat.done"
    if event == "chat.token" and "text" not in members and "token" in members:
        members |= {"text": members["token"], "is_delta": True}
    if event == "bot.word" and not isinstance(members.get("word_index"), int):
        members["word_index"] = None
    return members | {"event": event}


def _own_spelling(name: str) -> str:
    return snake(name.removeprefix("llm.") if name.startswith("llm.chat.") else name)


def event_name(name: str) -> str:
    """The protocol's own name of an event that it also spells otherwise (`session.idleWarning`);
    one that it doesn't have as it is."""
    own = _own_spelling(name)
    return own if own in _NAMES else name


def _whole_characters(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, escaped or not."""
    whole = whole_characters(text)
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["half"] else found[0], whole)


def _in_words(location: tuple[int | str, ...], message: str) -> str:
    """`tool_calls.0.name: Field required`; the first part of the place is the event's name."""
    return ".".join(map(str, location[1:])) + f": {message}"
