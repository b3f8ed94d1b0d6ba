"""The Python half of an element, as the shell calls it.

Values from the page are converted here, on the way in. What goes out is plain data; that holds
for errors as well: a Python exception reaches a page as a traceback, so what the page is to read
goes as an outcome, `{value}` or `{message, code}`, of which the shell makes an Error
(loader/seam.js).
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any, Final, Protocol

import js
from pyodide.ffi import JsException, JsProxy, create_proxy

from web_client.browser.bridge import plain
from web_client.browser.dom import ElementHost
from web_client.browser.media import BrowserMedia
from web_client.browser.writing import Writing
from web_client.errors import SessionError, TokenError

_NO_WORDS: Final = "No token could be had. Log in again, or try once more in a moment."


class Element(Protocol):
    """What `elements/` puts behind a tag."""

    def act(self, name: str, value: str) -> None: ...
    def submit(self, text: str) -> bool: ...
    def typed(self) -> None: ...
    def filled_in(self, form: str, fields: Mapping[str, str]) -> None: ...
    def scrolled(self, at_end: bool) -> None: ...
    def attribute(self, name: str, value: str | None) -> None: ...
    def assign(self, name: str, value: object) -> None: ...
    def invoke(self, method: str, *arguments: Any) -> object: ...
    def moved(self) -> None: ...
    def unmount(self) -> None: ...


class MountedElement:
    """What the shell holds of a mounted element, and lets go of by `unmount()`."""

    def __init__(self, host: ElementHost, media: BrowserMedia, element: Element) -> None:
        self._host = host
        self._media = media
        self._element = element
        self._writing = Writing(host, element)
        self._answers: tuple[JsProxy, JsProxy] | None = None

    def act(self, name: str, value: str, microphone: js.Promise | None = None) -> None:
        """A press of a button; `microphone` is what the shell asked for inside the click.

        Who calls takes it at once. If nobody does, it is stopped: no light burns for nobody.
        """
        if not microphone:
            return self._element.act(name, value)
        primed = self._media.prime(microphone)
        try:
            self._element.act(name, value)
        finally:
            primed.cancel()

    def attribute(self, name: str, value: Any) -> None:
        text = value if isinstance(value, str) else None
        # `/` on a page means the page's own server. What is no address is left to the options.
        at = self._host.address(text) if name == "server" and text else text
        self._element.attribute(name, at)

    def assign(self, name: str, value: Any) -> object:
        converted = from_page(value)
        if name == "tools" and isinstance(converted, dict):
            converted = {tool: self._renderer(entry) for tool, entry in converted.items()}
        elif name == "tokenProvider" and callable(converted):
            converted = self._provider(converted)
        return outcome(partial(self._element.assign, name, converted))

    def invoke(self, method: str, arguments: js.Array) -> object:
        return outcome(partial(self._element.invoke, method, *map(from_page, arguments)))

    def moved(self) -> None:
        self._element.moved()

    def unmount(self) -> None:
        """Hang up, let go of the page; a microphone granted from now on is stopped."""
        self._element.unmount()
        self._writing.close()
        self._host.close()
        for proxy in self._answers or ():
            proxy.destroy()
        self._answers = None

    def _provider(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The page's provider of tokens, whose `server` is written as the attribute is."""

        async def provide(*values: object) -> Any:
            answer = from_page(await function(*values))
            if isinstance(answer, dict) and answer.get("server"):
                answer["server"] = self._host.address(answer["server"])
            return answer

        return provide

    def _renderer(self, entry: Any) -> Any:
        """A function of the page's, to be called with plain data; anything else as it is."""
        if not isinstance(entry, JsProxy):
            return entry
        function: Any = entry

        def render(result: object, call: object, context: Any) -> Any:
            # What JavaScript has for nothing is two things, and null would be shown as a word.
            return function(plain(result), plain(call), self._able(context)) or None

        return render

    def _able(self, context: Any) -> JsProxy:
        """What the page's function can do about its call. There are two proxies for all calls;
        what the page holds of one are functions of its own browser, which need no end."""
        if self._answers is None:
            answers = context.answers
            self._answers = create_proxy(answers.respond), create_proxy(answers.dismiss)
        respond, dismiss = (_bound(proxy, context.tool_call_id) for proxy in self._answers)
        return plain({"respond": respond, "dismiss": dismiss})


def _bound(function: JsProxy, first: str) -> JsProxy:
    """Bound by JavaScript, to `call`: bound to a proxy it would pass for another one."""
    return js.Function.prototype.call.bind(function, None, first)


def outcome(call: Callable[[], object]) -> JsProxy | Coroutine[Any, Any, JsProxy]:
    """What came of a call, for the shell; the awaitable of it where the call gives one."""
    try:
        value = call()
    except (SessionError, TypeError, ValueError) as error:
        return _failure(error)
    return _later(value) if isawaitable(value) else plain({"value": value})


async def _later(value: Awaitable[object]) -> JsProxy:
    try:
        return plain({"value": await value})
    except (SessionError, TypeError, ValueError) as error:
        return _failure(error)


def _failure(error: Exception) -> JsProxy:
    return plain({"message": str(error), "code": getattr(error, "code", "invalid_argument")})


def from_page(value: Any) -> Any:
    """A JavaScript value as Python's: objects and lists all the way down, null as None."""
    if callable(value):
        return _provider(value)
    if isinstance(value, JsProxy):
        return value.to_py()
    return value if value or value in (0, "", False) else None


def _provider(function: Callable[..., Any]) -> Callable[..., Any]:
    """The page's own function, which the shell has made to reject with an Error or not at all.

    Its words are kept: the page wrote them for the person at the screen.
    """

    async def call(*values: object) -> Any:
        try:
            return await function(*values)
        except JsException as error:
            raise TokenError(error.message or _NO_WORDS) from None

    return call
