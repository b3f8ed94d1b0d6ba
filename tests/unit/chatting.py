"""What both ends of a chat say, for its table."""

from tests.unit.play import Play
from web_client.protocol import (
    ChatConnected,
    ChatDone,
    ChatToken,
    ChatToolCall,
    ChatToolResult,
    Message,
    ToolCallEntry,
    ToolResultEntry,
)
from web_client.state import ChatCore, ConnectRequested, TimerFired

UP = (ConnectRequested(), ChatConnected(session_id="s1"))


TURN = TimerFired("turn")


def token(text: str, message_id: str | None = "m1", is_delta: bool = False) -> ChatToken:
    return ChatToken(message_id=message_id, text=text, is_delta=is_delta)


def done(text: str, message_id: str | None = "m1") -> ChatDone:
    return ChatDone(message_id=message_id, text=text)


def calls(*pairs: tuple[str, str]) -> ChatToolCall:
    return ChatToolCall(tool_calls=tuple(ToolCallEntry(id=i, name=name) for i, name in pairs))


def result(tool_call_id: str, name: str = "", value: object = 1) -> ChatToolResult:
    entry = ToolResultEntry(tool_call_id=tool_call_id, name=name, result=value)
    return ChatToolResult(results=(entry,))


def sent(play: Play[ChatCore]) -> list[str]:
    return [frame.text for frame in play.frames if isinstance(frame, Message)]
