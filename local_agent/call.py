"""One call or chat, as the agent's author and tools see it (4-local-agent, 4.1)."""

import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from local_agent.brain import Message
    from local_agent.tokens import Channel

log = logging.getLogger(__name__)

MAX_CONTEXT_KEYS = 64
"""How many keyed blocks a page may keep in the prompt."""


class Line(Protocol):
    """What carries the call: a chat socket or a peer connection."""

    async def say(self, text: str) -> None: ...

    async def hang_up(self) -> None: ...

    async def report(self, event: str, **members: object) -> None: ...


class Call:
    """A running call or chat.

    `metadata`: what the browser sent, overlaid by what the token sealed. `sealed`: the latter
    alone, to authorise on. `ui_context`: the
    keyed blocks that the page keeps current. `language`: a code like `en` or `es`; setting it
    changes the voice. `forwarded`: the numbers it was forwarded to. `history`: what was said so
    far, oldest first; with a thread, also what was said in its earlier sessions.
    """

    def __init__(
        self,
        identity: str,
        channel: "Channel",
        line: Line,
        *,
        browser: Mapping[str, Any] | None = None,
        sealed: Mapping[str, Any] | None = None,
        history: "list[Message] | None" = None,
    ) -> None:
        self.id = identity
        self.channel = channel
        self.sealed: dict[str, Any] = dict(sealed or {})
        self.metadata: dict[str, Any] = {**(browser or {}), **self.sealed}
        self.ui_context: dict[str, str] = {}
        self.language = "en"
        self.forwarded: list[str] = []
        self.history: list[Message] = [] if history is None else history
        self._line = line
        self._prompt_vars: dict[str, str] = {}

    def set_prompt_vars(self, **values: str) -> None:
        """Fill `{{NAME}}` in the agent's prompt. The values are text: escape what users wrote."""
        self._prompt_vars.update(values)

    def set_context(self, key: str, value: str | None) -> None:
        """Set one block of `## UI Context`, or clear it with None.

        Raises ValueError when the page has set too many.
        """
        if value is None:
            self.ui_context.pop(key, None)
        elif key in self.ui_context or len(self.ui_context) < MAX_CONTEXT_KEYS:
            self.ui_context[key] = value
        else:
            raise ValueError(f"At most {MAX_CONTEXT_KEYS} context keys can be set.")

    async def say(self, text: str) -> None:
        """Say `text` as the agent: a message of its own, after what is being said.

        In a chat it is shown after the reply that is under way; it doesn't wait for that.
        """
        await self._line.say(text)

    async def hangup(self) -> None:
        """End the call, without waiting for what is being said."""
        await self._line.hang_up()

    async def forward(self, number: str) -> None:
        """Hand the call over to a telephone number. Raises ValueError for an empty one.

        There is no telephone here: the number is kept in `forwarded`, logged, and reported to
        the page as `call.forwarded`; the call goes on.
        """
        if not number.strip():
            raise ValueError("a call needs a number to be forwarded to")
        self.forwarded.append(number)
        log.warning("call %s would be forwarded to %s now", self.id, number)
        await self._line.report("call.forwarded", number=number)

    def prompt(self, template: str) -> str:
        """The agent's prompt with its variables filled and the page's context below it."""
        # One pass, so that a value can't smuggle in another variable.
        filled = re.sub(
            r"\{\{(\w+)\}\}", lambda match: self._prompt_vars.get(match[1], ""), template
        ).rstrip()
        if not self.ui_context:
            return filled
        blocks = [f"### {key}\n{value}" for key, value in self.ui_context.items()]
        return "\n\n".join([filled, "## UI Context", *blocks])


Listener = Callable[..., Awaitable[None] | None]
