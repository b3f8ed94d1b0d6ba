"""The brain: what decides what the agent says (4-local-agent, 4.1).

A brain is asked for one reply at a time. It yields pieces of text and tool calls; where it
called tools, the conversation runs them and asks it again with their results, until it has
said all it wants to say.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from local_agent.call import Call
from local_agent.tools import ToolSchema


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the reply."""

    text: str


@dataclass(frozen=True, slots=True)
class UseTool:
    """The brain wants a tool run."""

    id: str
    name: str
    arguments: dict[str, Any]


Piece = Text | UseTool


@dataclass(slots=True)
class Message:
    """One entry of the history.

    An `assistant` message may hold `tool_calls`; each is answered by a `tool` message with
    that `tool_call_id`, whose `text` is the result as JSON. `goes_on`: it is more of the reply
    that the `assistant` message before it began.
    """

    role: Literal["user", "assistant", "tool"]
    text: str
    tool_calls: list[UseTool] = field(default_factory=list)
    tool_call_id: str = ""
    name: str = ""
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """All a brain may know when it replies: the filled prompt, the history, the tools."""

    prompt: str
    messages: Sequence[Message]
    tools: Sequence[ToolSchema]
    call: Call


class Brain(Protocol):
    def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        """The pieces of one reply. An exception ends the turn with an error event."""
