"""One conversation: the brain asked, its tools run, the history kept.

The same for chat and voice; each tells its client in its own words. A turn enters the history
as a whole when it ends, however it ends: a reply that was cut off leaves no tool call without
its result behind, which a model would choke on.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from local_agent.agent import Agent
from local_agent.brain import Message, Text, Turn, UseTool
from local_agent.call import Call
from local_agent.tools import as_json

MAX_TURNS = 16
"""How many turns may wait for their answers."""

TOO_MANY_TURNS = "Too many messages wait for their answers."

MAX_TOOL_ROUNDS = 8
"""How often a brain may call tools within one turn."""

MAX_HISTORY = 400
"""How many messages a conversation remembers; the oldest turns go first."""


@dataclass(frozen=True, slots=True)
class Saying:
    """The reply so far, whole."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolsCalled:
    """`message` has the calls, and what was said before them, as it stands in the history."""

    message: Message


@dataclass(frozen=True, slots=True)
class ToolAnswered:
    call: UseTool
    result: Any


@dataclass(frozen=True, slots=True)
class Replied:
    """The turn is over. `text` is the whole reply, `message` what of it no tool came after."""

    message: Message
    text: str


TurnEvent = Saying | ToolsCalled | ToolAnswered | Replied


@dataclass(slots=True)
class Conversation:
    """An agent and a call, turn by turn. One turn at a time."""

    agent: Agent
    call: Call
    save: Callable[[], None] = lambda: None
    """Called whenever a turn has entered the history."""
    _new: list[Message] = field(default_factory=list)

    async def turn(self, text: str) -> AsyncGenerator[TurnEvent, None]:
        """What happens when the user says `text`, up to the reply's end.

        Raises what the brain raises, and RuntimeError when it calls tools without end.
        """
        await self.agent.tell("user.message", self.call, text)
        self._new = [Message("user", text)]
        try:
            for _ in range(MAX_TOOL_ROUNDS):
                async with contextlib.aclosing(self._round()) as events:
                    async for event in events:
                        yield event
                if self._new[-1].role != "tool":
                    return
        finally:
            self._remember()
        raise RuntimeError(f"the brain called tools {MAX_TOOL_ROUNDS} times in one turn")

    def said(self, message: Message) -> None:
        """The agent said something of its own accord, outside a reply."""
        # Never inside a turn: a model wants a tool's result right after its call.
        self.call.history.append(message)
        self.save()

    async def _round(self) -> AsyncGenerator[TurnEvent, None]:
        earlier = whole(message.text for message in self._new if message.role == "assistant")
        said, calls = "", list[UseTool]()
        async for piece in self.agent.brain.reply(self._asked()):
            if isinstance(piece, Text):
                said += piece.text
                yield Saying(whole([earlier, said]))
            else:
                calls.append(piece)
        message = Message("assistant", said, tool_calls=calls, goes_on=bool(earlier))
        self._new.append(message)
        if not calls:
            yield Replied(message, whole([earlier, said]))
            return
        yield ToolsCalled(message)
        await self.agent.tell("llm.tool_call", self.call, calls)
        for call in calls:
            result = await self._run(call)
            answer = Message("tool", as_json(result), tool_call_id=call.id, name=call.name)
            self._new.append(answer)
            yield ToolAnswered(call, result)

    def _asked(self) -> Turn:
        return Turn(
            prompt=self.call.prompt(self.agent.prompt),
            messages=[*self.call.history, *self._new],
            tools=[tool.schema for tool in self.agent.tools.values()],
            call=self.call,
        )

    async def _run(self, call: UseTool) -> Any:
        tool = self.agent.tools.get(call.name)
        if tool is None:
            return {"error": f"there is no tool {call.name!r}"}
        return await tool.run(call.arguments, self.call)

    def _remember(self) -> None:
        history = self.call.history
        history += _kept(self._new, self._ephemeral())
        self._new = []
        while len(history) > MAX_HISTORY:
            del history[0]
            while history and history[0].role != "user":
                del history[0]
        self.save()

    def _ephemeral(self) -> set[str]:
        return {name for name, tool in self.agent.tools.items() if tool.ephemeral}


def whole(parts: Iterable[str]) -> str:
    """A reply's text, of what was said before its tools ran and after."""
    return "\n\n".join(part for part in parts if part.strip())


def _kept(messages: list[Message], ephemeral: set[str]) -> list[Message]:
    """What enters the history: no ephemeral result, and no call that has no result."""
    results = {
        message.tool_call_id
        for message in messages
        if message.role == "tool" and message.name not in ephemeral
    }
    kept = []
    for message in messages:
        if message.role == "tool" and message.tool_call_id not in results:
            continue
        calls = [call for call in message.tool_calls if call.id in results]
        if message.tool_calls and not calls and not message.text:
            continue
        message.tool_calls = calls
        kept.append(message)
    return kept
