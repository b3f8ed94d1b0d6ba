"""What the server says on the chat socket (1-protocol, 1.2), in the order of the document.

`event` is the protocol's own name; the dialects are gone before a model is made (decode.py).
"""

from typing import Annotated, Literal

from pydantic import Field, OnErrorOmit

from web_client.protocol.wire import (
    ErrorText,
    ToolCalls,
    ToolResults,
    Unusable,
    Wire,
    WithoutNulls,
)


class ChatConnected(Wire):
    """The session is usable."""

    event: Literal["chat.connected"] = "chat.connected"
    session_id: str | None = None


class HistoryEntry(WithoutNulls):
    role: str = ""
    text: str = ""


class ChatHistory(Wire):
    """Earlier messages of the thread, oldest first; an entry that is none is left out."""

    event: Literal["chat.history"] = "chat.history"
    messages: tuple[OnErrorOmit[HistoryEntry], ...]


class ChatToken(Wire):
    """`text` is the whole reply so far, or with `is_delta` only what is new.

    `message_id` is None where the server names none: then it is the reply that is under way.
    """

    event: Literal["chat.token"] = "chat.token"
    message_id: str | None = None
    text: str
    is_delta: bool = False


class ChatDone(Wire):
    """The reply is complete; the older dialect's `bot.message` is one without `message_id`."""

    event: Literal["chat.done"] = "chat.done"
    message_id: str | None = None
    text: str = ""


class ChatToolCall(ToolCalls):
    """The agent is calling tools."""

    event: Literal["chat.tool_call"] = "chat.tool_call"


class ChatToolResult(ToolResults):
    """Tools have answered."""

    event: Literal["chat.tool_result"] = "chat.tool_result"


class ChatError(Wire):
    """This turn failed; the session stays up."""

    event: Literal["chat.error"] = "chat.error"
    error: ErrorText = ""


class SessionFailed(Wire):
    """`error`: the session failed."""

    event: Literal["error"] = "error"
    error: ErrorText = ""


_Said = (
    ChatConnected
    | ChatHistory
    | ChatToken
    | ChatDone
    | ChatToolCall
    | ChatToolResult
    | ChatError
    | SessionFailed
)
ChatWire = Annotated[_Said, Field(discriminator="event")]
ChatEvent = _Said | Unusable
