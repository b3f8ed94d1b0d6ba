"""What a voice session knows: the public snapshot, and the private facts beside it.

`VoiceState`, `VoiceMessage` and `ToolCall` are what the page sees (2-sessions, 2.3).
`VoiceCore` holds the snapshot and what the table needs to remember; a change of a private fact
alone leaves the very same snapshot in place, so that nobody renders for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

from web_client.protocol import ToolResultEntry
from web_client.spelling import camel_twins
from web_client.state.chat_state import Role, Status
from web_client.state.local import EndReason
from web_client.state.messages import Messages
from web_client.state.voice_words import Reply

Phase = Literal["idle", "listening", "speaking", "pause", "thinking"]


class Pending(Enum):
    """The type of `PENDING`; false, so that `if call.result` reads well."""

    PENDING = "pending"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "PENDING"


PENDING: Final = Pending.PENDING
"""The `result` of a tool call that has none yet; None is the result `null`."""


@camel_twins
@dataclass(frozen=True, slots=True)
class VoiceMessage:
    """One bubble. `id` is the session's own, unique and rising in the order of creation;
    `message_id` is the server's. `speaking`: the agent says it now; its text is what was heard.
    """

    id: int
    role: Role
    text: str
    is_interim: bool = False
    speaking: bool = False
    interrupted: bool = False
    message_id: str | None = None
    tool_call_id: str | None = None


@camel_twins
@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tracked call. `arguments` and `result` are any JSON; `timestamp` in seconds (epoch)."""

    tool_call_id: str
    name: str
    arguments: Any
    result: Any
    timestamp: float


@camel_twins
@dataclass(frozen=True, slots=True)
class VoiceState:
    """The snapshot of a call (2-sessions, 2.3): the same object until something changes.

    `is_muted`: nothing of the user is heard; with `push_to_talk` that is so unless the button
    is held. `duration` and `idle_warning` are whole seconds (≥ 0); the latter is None without
    a warning. `notice`: what the user has to know of a call that goes on: the line is silent,
    another microphone is in use.
    """

    status: Status = "idle"
    error: str | None = None
    error_code: str | None = None
    end_reason: EndReason | None = None
    is_muted: bool = False
    push_to_talk: bool = False
    phase: Phase = "idle"
    user_speaking: bool = False
    agent_speaking: bool = False
    duration: int = 0
    messages: Messages[VoiceMessage] = field(default_factory=Messages)
    tool_calls: tuple[ToolCall, ...] = ()
    idle_warning: int | None = None
    audio_blocked: bool = False
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceCore:
    """The snapshot and the facts behind it.

    `tracked_tools`: whose calls join `tool_calls`; None: all.
    `contexts`: what the agent is to know, by key: sent at every connection.
    `config`: what `configure` changed in this call, or is to change in the next.
    `texts`: what the user typed while there was no channel. `asked`: what is on the wire of it
    and of what was typed since, while it is in doubt, each with the seconds since. `failed`: what
    calls that are over left unsaid. `echoes`: the server says back what was typed.
    `started_at`: when the call was first connected. `warned_until`: when an idle call ends.
    `silenced`: the user muted the call. `held`: the button of push-to-talk is down.
    `told_muted`: what the server was last told of it, on this connection.
    `in_speech`: between `speech.started` and the end of that speech.
    `said`: what is final of the user's turn. `joins_from`: the first bubble that a transcript may
    join. `resumed`: the connection is a new one of this call.
    `replies`: the agent's replies that have not ended, in order. `floor`: the bubble being spoken.
    `hushed`: what is still on its way of an interrupted reply is not to be heard.
    `ended`: the last replies that have ended.
    `tools`: the bubble and the name of each call. `early`: the last results whose
    call has not come.
    """

    state: VoiceState = VoiceState()
    tracked_tools: tuple[str, ...] | None = None
    next_id: int = 1
    contexts: Mapping[str, str | None] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    asked: tuple[tuple[str, int], ...] = ()
    failed: tuple[str, ...] = ()
    echoes: bool = False
    started_at: float | None = None
    warned_until: float = 0.0
    silenced: bool = False
    held: bool = False
    told_muted: bool = False
    in_speech: bool = False
    said: str = ""
    joins_from: int = 1
    resumed: bool = False
    replies: tuple[Reply, ...] = ()
    floor: int | None = None
    hushed: bool = False
    ended: tuple[str, ...] = ()
    tools: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    early: Mapping[str, ToolResultEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits for the next connection: whether the user muted the call, and what `configure`
    changed."""

    silenced: bool
    config: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class UnsentTexts:
    """What the user typed into a call and nobody has heard (2-sessions, 2.3).

    `queued`: what is said as soon as there is a channel. `failed`: what a call that is over left
    unsaid, and what is said only when somebody asks for it. Each in the order of typing.
    """

    queued: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def voice_core(
    tracked_tools: tuple[str, ...] | None = None,
    start_muted: bool = False,
    push_to_talk: bool = False,
) -> VoiceCore:
    """A call that has not begun (2-sessions, 2.3)."""
    state = VoiceState(is_muted=start_muted or push_to_talk, push_to_talk=push_to_talk)
    return VoiceCore(state=state, tracked_tools=tracked_tools, silenced=start_muted)
