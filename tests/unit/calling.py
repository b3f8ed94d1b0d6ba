"""What both ends of a call say, for its table."""

from web_client.protocol import (
    BotWord,
    LlmToolCall,
    LlmToolResult,
    ToolCallEntry,
    ToolResultEntry,
    UserMessage,
)
from web_client.state import ConnectRequested, PeerConnected, TimerFired

UP = (ConnectRequested(), PeerConnected())


CLOCK = TimerFired("clock")


IDLE = TimerFired("idle")


def word(text: str, index: int | None = None, message_id: str | None = "b1") -> BotWord:
    return BotWord(message_id=message_id, word=text, word_index=index)


def said(text: str) -> UserMessage:
    return UserMessage(text=text)


def calls(*pairs: tuple[str, str]) -> LlmToolCall:
    return LlmToolCall(
        tool_calls=tuple(ToolCallEntry(id=i, name=name, arguments={"n": 1}) for i, name in pairs)
    )


def result(tool_call_id: str, value: object, name: str = "") -> LlmToolResult:
    entry = ToolResultEntry(tool_call_id=tool_call_id, name=name, result=value)
    return LlmToolResult(results=(entry,))
