"""What a page shows for the result of a tool (3-elements, Tools).

A renderer is the text of a Jinja2 template, or a function. Whichever, what comes of a tool is
data: a template escapes it, and a function's text is text, unless it says `Markup`.

    {"get_slots": "{% for slot in result.slots %}<button {{ respond(slot) }}>{{ slot }}</button>…"}

In a template `respond(text)` and `dismiss()` are the attributes of a button that does so.
"""

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import quote, unquote

from jinja2 import TemplateError
from markupsafe import Markup, escape

from web_client.elements.base import mapping
from web_client.elements.plain import plain
from web_client.elements.render import ENVIRONMENT
from web_client.state.voice_state import ToolCall

_log = logging.getLogger(__name__)

_BETWEEN: Final = "\n"

Drawn = Markup | object
"""Markup, or a node of the page that the page's own function made."""


class Answers(Protocol):
    """What can be done about any call: while the widget's call lasts, not after it."""

    def respond(self, tool_call_id: str, text: str) -> None: ...
    def dismiss(self, tool_call_id: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What a renderer can do about its call."""

    tool_call_id: str
    answers: Answers

    def respond(self, text: str) -> None:
        """Say it for the visitor, and dismiss what is shown."""
        self.answers.respond(self.tool_call_id, text)

    def dismiss(self) -> None:
        """Take away what is shown."""
        self.answers.dismiss(self.tool_call_id)


@dataclass(frozen=True, slots=True)
class Renderer:
    """`source`: what the page gave; the same again is the same renderer, and draws nothing anew."""

    source: object
    draw: Callable[[ToolCall, Context], Drawn | None] = field(compare=False)


def renderers(value: object) -> dict[str, Renderer]:
    """The page's `tools`. Raises TypeError for what is neither text nor function, and
    ValueError for a template with a mistake in it."""
    return {name: _renderer(name, entry) for name, entry in mapping("tools", value).items()}


def drawn(renderer: Renderer, call: ToolCall, context: Context) -> Drawn | None:
    """What the renderer makes of a result. None where it makes nothing; and, with a word in the
    log, where it fails: it is the page's own code."""
    try:
        made = renderer.draw(call, context)
        return None if isinstance(made, str) and not made.strip() else made
    except Exception:
        _log.exception("The renderer of the tool %s failed", call.name)
        return None


def _renderer(name: str, value: object) -> Renderer:
    if isinstance(value, str):
        return Renderer(value, _template(name, value))
    if callable(value):
        function: Callable[..., Any] = value
        return Renderer(
            value, lambda call, context: _made(function(call.result, plain(call), context))
        )
    raise TypeError(f"tools.{name} must be a template's text or a function")


def _template(name: str, text: str) -> Callable[[ToolCall, Context], Drawn]:
    try:
        template = ENVIRONMENT.from_string(text)
    except TemplateError as error:
        raise ValueError(f"tools.{name}: {error}") from None

    def render(call: ToolCall, context: Context) -> Drawn:
        def respond(text: str) -> Markup:
            return _button("respond", f"{_value(call)}{_BETWEEN}{text}")

        def dismiss() -> Markup:
            return _button("dismiss", _value(call))

        values = {"result": call.result, "call": call, "respond": respond, "dismiss": dismiss}
        # Its author is the page's own; what it is given is escaped.
        return Markup(template.render(values))  # noqa: S704

    return render


def pressed(value: str) -> tuple[str, str]:
    """What the value of a pressed button says: the id of the tool's call, and what to say."""
    number, _, text = value.partition(_BETWEEN)
    return unquote(number, errors="surrogatepass"), text


def _value(call: ToolCall) -> str:
    """The call's id so that it can hold nothing that markup or `_BETWEEN` is made of."""
    return quote(call.tool_call_id, safe="", errors="surrogatepass")


def _button(act: str, value: str) -> Markup:
    return Markup('type="button" data-act="{}" value="{}"').format(act, value)


def _made(value: object) -> Drawn | None:
    """What a function gave. Raises TypeError for what the page could only show as `[object …]`."""
    if isinstance(value, str):
        return escape(value)
    if value is None or hasattr(value, "nodeType"):
        return value
    if inspect.iscoroutine(value):
        value.close()
    raise TypeError(f"It gave neither text nor Markup nor an element, but {type(value).__name__}")
