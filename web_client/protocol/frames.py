"""What the client says: frozen data, and `encode`, which puts one of them into text.

Chat and voice spell a context differently (`event`, `action`), so each has its own frame.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web_client.protocol.wire import whole_characters


@dataclass(frozen=True, slots=True)
class Message:
    """Chat: a user message, trimmed, not empty (1-protocol, 1.2)."""

    text: str


@dataclass(frozen=True, slots=True)
class SetChatContext:
    """Chat: a keyed block in the agent's prompt; None clears it (1-protocol, 1.2)."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class SetVoiceContext:
    """Voice: a keyed block in the agent's prompt; None clears it (1-protocol, 1.3)."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Ping:
    """Voice: keepalive, once a second while the channel is open."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Voice: the server stops processing the user's audio."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Voice: the server processes the user's audio again."""


@dataclass(frozen=True, slots=True)
class Configure:
    """Voice: swap voice, stt, language… during the call.

    Raises ValueError for the key `action`, which would turn the frame into another one
    (2-sessions, 2.3).
    """

    config: Mapping[str, Any]

    def __post_init__(self) -> None:
        if "action" in self.config:
            raise ValueError("a config has no key `action`: it names the frame itself")


@dataclass(frozen=True, slots=True)
class InjectText:
    """Voice: as if the user had said it."""

    text: str


@dataclass(frozen=True, slots=True)
class StopDictation:
    """Dictation: no more audio comes (1-protocol, 1.4)."""


ChatFrame = Message | SetChatContext
VoiceFrame = SetVoiceContext | Ping | Mute | Unmute | Configure | InjectText
ClientFrame = ChatFrame | VoiceFrame | StopDictation


CHANNEL_LIMIT = 65_536
"""Bytes of a message that every DataChannel carries; one with more may not be sent (RFC 8841)."""


def encode(frame: ClientFrame) -> str:
    """The text of a frame. Raises TypeError or ValueError for a config that JSON has no form of."""
    if isinstance(frame, Ping):
        return "ping"
    # Not as escapes: those make six bytes of a Russian letter's two, and a channel has a limit.
    text = json.dumps(_members(frame), allow_nan=False, ensure_ascii=False)
    return text if text.isascii() else whole_characters(text)


def fits_channel(frame: VoiceFrame) -> bool:
    """Whether a DataChannel is sure to carry it."""
    return len(encode(frame).encode()) <= CHANNEL_LIMIT


def _members(frame: ClientFrame) -> dict[str, Any]:
    match frame:
        case Message(text):
            return {"event": "message", "text": text}
        case SetChatContext(key, value):
            return {"event": "set_context", "key": key, "value": value}
        case SetVoiceContext(key, value):
            return {"action": "set_context", "key": key, "value": value}
        case Configure(config):
            return {"action": "configure", **config}
        case InjectText(text):
            return {"action": "inject_text", "text": text}
        case StopDictation():
            return {"event": "stop"}
        case _:
            return {"action": type(frame).__name__.lower()}
