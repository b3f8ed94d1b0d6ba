"""Agent: what its author writes (4-local-agent, 4.1)."""

import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, overload

from local_agent.brain import Brain
from local_agent.call import Call, Listener
from local_agent.failures import FAILURES, is_ending
from local_agent.limits import Limits
from local_agent.scripted import Scripted
from local_agent.tokens import Channel, Tokens
from local_agent.tools import Tool, ToolFunction

log = logging.getLogger(__name__)

EVENTS = frozenset(
    {
        "call.preparing",
        "call.started",
        "call.ended",
        "chat.started",
        "user.message",
        "bot.finished",
        "bot.interrupted",
        "llm.tool_call",
        "session.idle_warning",
        "session.timeout",
    }
)


class Agent:
    """One agent: its prompt, its greeting, its tools.

    `greeting`: what it says first in a call; a chat begins with the user. `allowed_origins`:
    the pages that may ask for a token directly; without it only tokens from `create_token` open
    a session. `brain`: what decides the replies. `limits`: how long a call may last. `numbers`: at
    which telephone number pages are told that it is reached, by channel (`phone`, `whatsapp`);
    nobody answers there. Raises TypeError where `allowed_origins` is one string.
    """

    def __init__(
        self,
        id: str,  # noqa: A002 - the protocol's word for it
        *,
        prompt: str = "",
        greeting: str = "",
        allowed_origins: Iterable[str] = (),
        brain: Brain | None = None,
        limits: Limits | None = None,
        numbers: Mapping[str, str] | None = None,
    ) -> None:
        if isinstance(allowed_origins, str):
            raise TypeError("allowed_origins must be a list of strings, not one string")
        self.id = id
        self.prompt = prompt
        self.greeting = greeting
        self.allowed_origins = tuple(allowed_origins)
        self.brain: Brain = brain or Scripted()
        self.limits = limits or Limits()
        self.numbers = dict(numbers or {})
        self.tools: dict[str, Tool] = {}
        self.tokens: Tokens | None = None
        """The server's tokens, once a server serves the agent."""
        self._listeners: dict[str, list[Listener]] = {}

    @overload
    def tool(self, function: ToolFunction, /) -> ToolFunction: ...

    @overload
    def tool(self, /, *, ephemeral: bool = False) -> Callable[[ToolFunction], ToolFunction]: ...

    def tool(
        self, function: ToolFunction | None = None, /, *, ephemeral: bool = False
    ) -> ToolFunction | Callable[[ToolFunction], ToolFunction]:
        """Decorator: let the agent call this function. Raises TypeError if it can't be called.

        With `ephemeral=True` the result serves the current reply and is then cut from the
        history.
        """

        def register(function: ToolFunction) -> ToolFunction:
            tool = Tool(function, ephemeral=ephemeral)
            self.tools[tool.name] = tool
            return function

        return register if function is None else register(function)

    def on(self, event: str) -> Callable[[Listener], Listener]:
        """Decorator: call this function, plain or async, as `listener(call, …)` at `event`.

        Raises ValueError for an event that never comes.
        """
        if event not in EVENTS:
            raise ValueError(f"unknown event {event!r}; there are {', '.join(sorted(EVENTS))}")

        def register(listener: Listener) -> Listener:
            self._listeners.setdefault(event, []).append(listener)
            return listener

        return register

    async def tell(self, event: str, call: Call, *details: Any) -> None:
        """Call the listeners of `event`. One that raises is logged and stops nothing."""
        for listener in tuple(self._listeners.get(event, ())):
            try:
                outcome = listener(call, *details)
                if inspect.isawaitable(outcome):
                    await outcome
            except FAILURES:
                if is_ending():
                    raise
                log.exception("a listener of %s failed", event)

    def create_token(self, channel: Channel, metadata: Mapping[str, Any] | None = None) -> str:
        """A token for this agent: single use, 60 s, `metadata` sealed in it.

        Raises RuntimeError before a server serves the agent; TypeError and ValueError as
        `Tokens.mint` does.
        """
        if self.tokens is None:
            raise RuntimeError(f"the agent {self.id!r} is not served yet, so it has no tokens")
        return self.tokens.mint(channel, self.id, metadata)
