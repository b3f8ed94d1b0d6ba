"""What a chat session knows: the public snapshot, and the private facts beside it.

`ChatState` and `ChatMessage` are what the page sees (2-sessions, 2.2). `ChatCore` holds the
snapshot and what the table needs to remember; a change of a private fact alone leaves the very
same snapshot in place, so that nobody renders for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from web_client.spelling import camel_twins
from web_client.state.messages import Messages

Status = Literal["idle", "connecting", "connected", "reconnecting", "error", "destroyed"]
Role = Literal["user", "bot", "system"]
SendStatus = Literal["queued", "sent", "failed"]


@camel_twins
@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One bubble. `id` is the session's own, unique and rising in the order of creation;
    `message_id` is the server's. `status` is None but for the user's own messages.
    """

    id: int
    role: Role
    text: str
    message_id: str | None = None
    is_streaming: bool = False
    tool_call_id: str | None = None
    is_history: bool = False
    status: SendStatus | None = None


@camel_twins
@dataclass(frozen=True, slots=True)
class ChatState:
    """The snapshot of a chat (2-sessions, 2.2): the same object until something changes.

    `queued`: how many of the user's messages wait for the running turn, or for the connection.
    """

    status: Status = "idle"
    error: str | None = None
    error_code: str | None = None
    messages: Messages[ChatMessage] = field(default_factory=Messages)
    typing: bool = False
    streaming_text: str = ""
    session_id: str | None = None
    queued: int = 0


@camel_twins
@dataclass(frozen=True, slots=True)
class Unsent:
    """What a session could not send, for the one that takes its place (2-sessions, 2.2).

    `messages`: those of the user that wait or have failed, in order; they keep their ids.
    `next_id`: the first number that no message of that session has had. `origin`: that session,
    by which another one knows what it took before.
    """

    messages: tuple[ChatMessage, ...]
    next_id: int
    origin: object = field(default_factory=object, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StreamedReply:
    """A reply that is not complete: the server's name for it, and the bubble it stands in."""

    message_id: str | None
    id: int


@dataclass(frozen=True, slots=True)
class ChatCore:
    """The snapshot and the facts behind it.

    `turn_timeout`: seconds of silence after which a turn is given up; `doubt_timeout`: those that
    a turn has where the connection may be none any more.
    `doubt`: the seconds of silence that are left to a connection in doubt; None: there is none.
    `contexts`: what the agent is to know, by key: sent at every connection.
    `outbox`: the ids of the user's messages that wait, in order.
    `in_turn`: a message is on the wire, or the agent writes or uses a tool, and has not ended.
    `asked`: the user's message of this turn while nothing has come back for it.
    `heard_at`: when something last came in this turn.
    `live`: the reply that streams. `cut`: replies that ended before their `chat.done`.
    `ended`: the last replies that had their `chat.done`.
    `tools`: the bubble and the name of each tool call. `early`: the last results
    without a call.
    `held`: the messages that the server's history may hold: those before this connection;
    `torn`: those of them that end in the middle.
    `taken`: the messages of other sessions that are this one's now, each by its session and the id
    that it had there.
    """

    state: ChatState = ChatState()
    turn_timeout: float = 60.0
    doubt_timeout: float = 15.0
    doubt: float | None = None
    next_id: int = 1
    contexts: Mapping[str, str | None] = field(default_factory=dict)
    outbox: tuple[int, ...] = ()
    in_turn: bool = False
    asked: int | None = None
    heard_at: float = 0.0
    live: StreamedReply | None = None
    cut: tuple[StreamedReply, ...] = ()
    ended: tuple[str, ...] = ()
    tools: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    early: tuple[str, ...] = ()
    held: frozenset[int] = frozenset()
    torn: tuple[int, ...] = ()
    taken: frozenset[tuple[object, int]] = frozenset()


def chat_core(turn_timeout: float = 60.0, doubt_timeout: float = 15.0) -> ChatCore:
    """A chat that has not begun; both in seconds (2-sessions, 2.2)."""
    return ChatCore(turn_timeout=turn_timeout, doubt_timeout=min(doubt_timeout, turn_timeout))
