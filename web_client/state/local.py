"""Local facts: what the page, the person and the connection do, as events like any other.

The transition tables take these beside the protocol's own events: `ChatFact`, `VoiceFact` and
`DictationFact` say which of them. Nothing here holds a clock, a socket or a callback; `sessions/`
makes them and feeds them to the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from web_client.state.chat_state import Unsent

EndReason = Literal["user", "idle_timeout", "max_duration", "server", "network"]
TimerName = Literal["turn", "clock", "idle", "hush", "tail", "silence", "notice", "done"]


@dataclass(frozen=True, slots=True)
class ConnectRequested:
    """`connect()` began a first attempt."""


@dataclass(frozen=True, slots=True)
class ReconnectStarted:
    """The connection was lost and the session tries again by itself."""


@dataclass(frozen=True, slots=True)
class ConnectionFailed:
    """An attempt, or the connection, is over with an error, and nobody tries again."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class PeerConnected:
    """Voice: the peer connection is up **and** the channel is open: speech and frames both go."""


@dataclass(frozen=True, slots=True)
class DisconnectRequested:
    """The session is over without an error: `disconnect()`, or a server that hung up."""

    reason: EndReason = "user"


@dataclass(frozen=True, slots=True)
class DestroyRequested:
    """`destroy()`."""


@dataclass(frozen=True, slots=True)
class UserSent:
    """`send(text)` or `send_text(text)`; trimmed, not empty."""

    text: str


@dataclass(frozen=True, slots=True)
class RetryRequested:
    """Chat: `retry(id)` of a message marked `failed`."""

    id: int


@dataclass(frozen=True, slots=True)
class TakenOver:
    """Chat: `take_over(unsent)`: what another session could not send is this one's from now on."""

    unsent: Unsent


@dataclass(frozen=True, slots=True)
class TextRetried:
    """Voice: `retry(text)` of a text that a call left unsaid."""

    text: str


@dataclass(frozen=True, slots=True)
class TextsTakenOver:
    """Voice: `take_over(unsent)`: what was typed into another session is this one's to say."""

    queued: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CameBack:
    """The network, or the page, was away for a while: nobody knows what the connection is worth."""


@dataclass(frozen=True, slots=True)
class ContextSet:
    """`set_context(key, value)`; `value` already a string, or None to clear."""

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class MuteSet:
    """Voice: `set_muted(muted)`."""

    muted: bool


@dataclass(frozen=True, slots=True)
class PushToTalkSet:
    """Voice: `push_to_talk(on)`."""

    on: bool


@dataclass(frozen=True, slots=True)
class TalkHeld:
    """Voice: the button of push-to-talk was pressed, or let go."""

    held: bool


@dataclass(frozen=True, slots=True)
class ConfigureRequested:
    """Voice: `configure(config)`."""

    config: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ToolDismissed:
    """Voice: `dismiss_tool(tool_call_id)`."""

    tool_call_id: str


@dataclass(frozen=True, slots=True)
class AudioBlocked:
    """Voice: the browser refuses (or no longer refuses) to play the agent's sound."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """Dictation: the microphone is open, and what it hears is kept."""


@dataclass(frozen=True, slots=True)
class StopRequested:
    """Dictation: `stop()`."""


@dataclass(frozen=True, slots=True)
class RecordingEnded:
    """Dictation: the microphone is released, and the last of its sound is there."""


@dataclass(frozen=True, slots=True)
class CancelRequested:
    """Dictation: `cancel()`."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Voice: something happened to the call that the user has to know, and that is no error.

    Shown for `seconds`; with None until something else is, or, with no text, nothing.
    """

    text: str | None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that a `StartTimer` effect asked for has run out."""

    name: TimerName


_Any = (
    ConnectRequested
    | ReconnectStarted
    | ConnectionFailed
    | DisconnectRequested
    | DestroyRequested
    | TimerFired
)
_Talk = UserSent | ContextSet
ChatFact = _Any | _Talk | RetryRequested | TakenOver | CameBack
VoiceFact = (
    _Any
    | _Talk
    | TextRetried
    | TextsTakenOver
    | PeerConnected
    | MuteSet
    | PushToTalkSet
    | TalkHeld
    | ConfigureRequested
    | ToolDismissed
    | AudioBlocked
    | Noticed
)
DictationFact = _Any | RecordingStarted | StopRequested | RecordingEnded | CancelRequested
