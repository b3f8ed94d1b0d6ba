"""What one widget shows for the results of tools: cards in the transcript (3-elements, Tools).

A card is there from the result of its call until somebody dismisses it or the next call begins.
Its buttons work while the call lasts. After that what was shown stays to be read, an appointment
above all, with nothing left to press.
"""

import logging
from collections.abc import Callable
from typing import Final

from markupsafe import Markup, escape

from web_client.elements.host import Host
from web_client.elements.transcript import tool_name
from web_client.elements.widget.tools import Answers, Context, Renderer, drawn, renderers
from web_client.state.voice_state import PENDING, ToolCall, VoiceMessage

_log = logging.getLogger(__name__)

CARD: Final = "custom"
"""The class of a card's fieldset."""


class Cards:
    """The cards of one widget. `is_new`: there is one that nobody has seen."""

    def __init__(self, host: Host, answers: Answers) -> None:
        self._host = host
        self._answers = answers
        self._renderers: dict[str, Renderer] = {}
        self._calls: tuple[ToolCall, ...] = ()
        self._shown: dict[str, tuple[ToolCall, Renderer]] = {}
        self._nodes: dict[int, object] = {}
        self._seen: set[str] = set()
        self.is_new = False

    def assign(self, value: object) -> None:
        """The page's `tools`. Raises as `renderers` does."""
        self._renderers = renderers(value)

    def follow(self, calls: tuple[ToolCall, ...]) -> None:
        """The calls as they are now: one that is gone has not been seen, should it come again."""
        if calls is not self._calls:
            self._calls = calls
            self._seen &= {call.tool_call_id for call in calls}

    def changed(self) -> Callable[[VoiceMessage], bool] | None:
        """Which messages are to be drawn again, since a card is another; None where none is."""
        before = self._shown
        self._shown = {
            call.tool_call_id: (call, self._renderers[call.name])
            for call in self._calls
            if call.name in self._renderers and call.result is not PENDING
        }
        if self._shown == before:
            return None
        numbers = self._shown.keys() | before.keys()
        others = {number for number in numbers if self._shown.get(number) != before.get(number)}
        return lambda message: message.tool_call_id in others

    def draw(self, message: VoiceMessage) -> Markup | None:
        """The card of a message. A node of the page's own is put into its place afterwards."""
        call, renderer = self._shown.get(message.tool_call_id or "", (None, None))
        if call is None or renderer is None:
            return None
        made = drawn(renderer, call, Context(call.tool_call_id, self._answers))
        if made is None:
            return None
        self.is_new |= call.tool_call_id not in self._seen
        self._seen.add(call.tool_call_id)
        if isinstance(made, Markup):
            return made
        self._nodes[message.id] = made
        return escape(tool_name(message.text))  # until then, and where it can't be put

    def fill(self) -> None:
        """Put the page's own nodes into their places, now that these are there."""
        nodes, self._nodes = self._nodes, {}
        for number, node in nodes.items():
            try:
                self._host.fill(f"tool-{number}", node)
            except Exception:
                _log.exception("What the page made of a tool's result could not be shown")

    def retire(self) -> None:
        """The call is over."""
        self._host.disable(CARD)
