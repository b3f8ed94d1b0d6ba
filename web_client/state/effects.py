"""Effects: what a transition wants done. Frozen data, carried out by the session, in order."""

from dataclasses import dataclass

from web_client.protocol import ClientFrame
from web_client.state.local import TimerName


@dataclass(frozen=True, slots=True)
class Send:
    """Put this frame on the wire."""

    frame: ClientFrame


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Feed `TimerFired(name)` in `seconds`; a running timer of that name starts anew."""

    name: TimerName
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    name: TimerName


@dataclass(frozen=True, slots=True)
class MessageChanged:
    """Raise the `message` event for the message with this `id`."""

    id: int


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """Raise the `error` event. The session lives on unless `EndSession` follows."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Hush:
    """Voice: let nothing of the agent be heard, or, with False, let it be heard again."""

    hushed: bool


@dataclass(frozen=True, slots=True)
class SetMicrophone:
    """Voice: let the person be heard, or send silence."""

    enabled: bool


@dataclass(frozen=True, slots=True)
class SendRecording:
    """Dictation: put what was recorded so far on the wire, and from now on what comes."""


@dataclass(frozen=True, slots=True)
class EndRecording:
    """Dictation: release the microphone, and feed `RecordingEnded` once all of it is there."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Chat: let go of the connection, which is none any more, and make another one."""


@dataclass(frozen=True, slots=True)
class EndSession:
    """Close the connection; the state has already been told, and tells why."""


Effect = (
    Send
    | StartTimer
    | StopTimer
    | MessageChanged
    | ErrorRaised
    | Hush
    | SetMicrophone
    | SendRecording
    | EndRecording
    | Renew
    | EndSession
)
