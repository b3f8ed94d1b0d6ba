"""The events that a session raises of itself (2-sessions, 2.1).

Beside these, every event of the protocol reaches its listeners as it was decoded: under its
own wire name (`bot.word`, `user.message`…) and under `event`. Each has its name in `.event`.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from web_client.errors import Step
from web_client.sessions.ports import Device
from web_client.spelling import camel_twins
from web_client.state.chat_state import ChatMessage, ChatState, Status
from web_client.state.dictation_state import DictationState, DictationStatus
from web_client.state.voice_state import Phase, VoiceMessage, VoiceState


@camel_twins
@dataclass(frozen=True, slots=True)
class StatusEvent:
    """`status`: it is another one now."""

    event: ClassVar[str] = "status"
    status: Status | DictationStatus
    previous: Status | DictationStatus


@camel_twins
@dataclass(frozen=True, slots=True)
class PhaseEvent:
    """`phase`: whose turn it is in a call has changed."""

    event: ClassVar[str] = "phase"
    phase: Phase
    previous: Phase


@camel_twins
@dataclass(frozen=True, slots=True)
class MessageEvent:
    """`message`: this message was added or has changed, whichever place it has in the list."""

    event: ClassVar[str] = "message"
    message: ChatMessage | VoiceMessage


@camel_twins
@dataclass(frozen=True, slots=True)
class ErrorEvent:
    """`error`: `message` is for the person at the screen, `code` one of `errors`' codes."""

    event: ClassVar[str] = "error"
    code: str
    message: str


@camel_twins
@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """`change`: the snapshot is a new one."""

    event: ClassVar[str] = "change"
    state: ChatState | VoiceState | DictationState


@camel_twins
@dataclass(frozen=True, slots=True)
class DevicesEvent:
    """`devices`: something was plugged in or pulled out, or another microphone is in use.

    `devices` is what there is now, `microphone` the name of the one in use (it may be empty);
    `message` is for the person at the screen, where they lost something, else None.
    """

    event: ClassVar[str] = "devices"
    devices: tuple[Device, ...]
    microphone: str
    message: str | None = None


Stage = Step | Literal["gathering", "channel"]
"""A stage of connecting. `gathering`: the offer is made; `offer`: the server answers it; `ice`
and `channel` run from the answer until speech, and until frames, can go."""


@camel_twins
@dataclass(frozen=True, slots=True)
class TimingEvent:
    """`timing`: a stage of connecting is over. `start` and `duration` in milliseconds, `start`
    counted from the beginning of the attempt."""

    event: ClassVar[str] = "timing"
    stage: Stage
    start: float
    duration: float


OWN_EVENTS = frozenset(
    {"status", "phase", "message", "error", "change", "event", "devices", "timing"}
)
"""The names that are a session's own, and what `events()` tells unless it is asked for others."""

RESERVED = OWN_EVENTS | {"level"}
"""No wire event, known or not, is raised under one of these names. `level` is none of those above:
it is `audio.metrics` by another name, and who reads every event would get it twice."""
