"""What one row of the conversation shows: a message, or the end of a call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from markupsafe import Markup, escape

from web_client.elements.labels import Labels
from web_client.elements.render import template
from web_client.elements.transcript import is_done, tool_name
from web_client.elements.wording import Wording
from web_client.state.chat_state import ChatMessage
from web_client.state.voice_state import VoiceMessage

MESSAGE: Final = template("web_client.elements.chat", "message.html.j2")
ENDED: Final = template("web_client.elements.chat", "ended.html.j2")

Rating = Literal["", "up", "down"]

_UNDER_WAY: Final = frozenset({"streaming", "interim", "speaking"})


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message. `state`: `streaming`, `queued`, `failed`; of a tool `running` or `done`; in a
    call `interim`, `speaking`, `interrupted`; or empty. `spoken`: it was said in a call.
    `rating`: what the person thinks of it, None where nobody asks."""

    id: int
    role: str
    state: str
    speaker: str
    body: Markup
    time: datetime | None
    spoken: bool
    rating: Rating | None
    labels: Labels

    @property
    def is_whole(self) -> bool:
        """Nothing more comes of it: what can be done with a message can be done."""
        return self.role != "system" and self.state not in _UNDER_WAY


@dataclass(frozen=True, slots=True)
class EndedRow:
    """The end of a call."""

    id: int
    text: str
    elapsed: str


def message_row(
    message: ChatMessage,
    body: Markup,
    seen_at: float | None,
    wording: Wording,
    rating: Rating | None = None,
) -> MessageRow:
    """`seen_at`: seconds since the epoch; None for what was said before."""
    state: str = "streaming" if message.is_streaming else message.status or ""
    if message.role == "system":
        state = _tool_state(message.text)
    return MessageRow(
        id=message.id,
        role=message.role,
        state="" if state == "sent" else state,
        speaker=_speaker(message.role, wording),
        body=body,
        time=_local(seen_at),
        spoken=False,
        rating=rating if message.role == "bot" else None,
        labels=wording.labels,
    )


def spoken_row(
    number: int,
    message: VoiceMessage,
    seen_at: float,
    wording: Wording,
    rating: Rating | None = None,
) -> MessageRow:
    """What was said in a call, as it is heard; `number` is the row's."""
    is_tool = message.role == "system"
    states = {
        "interim": message.is_interim,
        "speaking": message.speaking,
        "interrupted": message.interrupted,
        _tool_state(message.text): is_tool,
    }
    return MessageRow(
        id=number,
        role=message.role,
        state=next((state for state, holds in states.items() if holds), ""),
        speaker=_speaker(message.role, wording),
        body=escape(tool_name(message.text) if is_tool else message.text),
        time=_local(seen_at),
        spoken=not is_tool,
        rating=rating if message.role == "bot" else None,
        labels=wording.labels,
    )


def plain_text(text: str) -> Markup:
    """What a person wrote, as they wrote it."""
    return escape(text)


def _tool_state(text: str) -> str:
    return "done" if is_done(text) else "running"


def _speaker(role: str, wording: Wording) -> str:
    return wording.labels.you if role == "user" else wording.name


def _local(seen_at: float | None) -> datetime | None:
    return None if seen_at is None else datetime.fromtimestamp(seen_at).astimezone()
