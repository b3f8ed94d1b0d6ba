"""One custom element on the page: what Python does to it, and what it tells Python.

`loader/shell.js` defines the element and calls `runtime.mount` with the page's half of it; the
`MountedElement` it gets back is the Python half. Nothing else crosses. Values from the page are
converted here, on the way in; what goes out is plain data. That holds for errors as well: a
Python exception reaches a page as a traceback, so what the page is to read goes as an outcome,
`{value}` or `{message, code}`, of which the shell makes an Error (loader/seam.js).
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any, Protocol

import js
from pyodide.ffi import JsException, JsProxy, create_proxy

from web_client.browser.bridge import plain
from web_client.browser.media import BrowserMedia
from web_client.errors import SessionError, TokenError


class PageElement(Protocol):
    """The page's half, made by the shell: the element, its shadow root, and the way by which
    markup gets in where the page demands Trusted Types."""

    element: js.HTMLElement
    root: js.ShadowRoot

    def trusted(self, html: str) -> Any: ...


class Element(Protocol):
    """What `elements/` puts behind a tag."""

    def press(self) -> None: ...
    def attribute(self, name: str, value: str | None) -> None: ...
    def assign(self, name: str, value: object) -> None: ...
    def invoke(self, method: str, *arguments: Any) -> object: ...
    def unmount(self) -> None: ...


class Frame:
    """A callback that waits for the next frame; a `ports.Cancel`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ElementHost:
    """`elements.host.Host` over a shadow root."""

    def __init__(self, page: PageElement) -> None:
        self._page = page
        self._waiting: list[Frame] = []
        self._request = 0
        # One proxy for all frames: to make and destroy one sixty times a second costs more
        # than what a frame does.
        self._proxy = create_proxy(self._paint)

    def render(self, region: str, html: str) -> None:
        node = self._page.root.querySelector(f'[data-region="{region}"]')
        node.innerHTML = self._page.trusted(html)

    def set_classes(self, names: tuple[str, ...]) -> None:
        self._page.root.firstElementChild.className = " ".join(names)

    def set_property(self, name: str, value: str) -> None:
        self._page.element.style.setProperty(name, value)

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        options = plain({"bubbles": True, "composed": True, "detail": detail})
        self._page.element.dispatchEvent(js.CustomEvent.new(name, options))

    def on_frame(self, callback: Callable[[], None]) -> Frame:
        frame = Frame(callback)
        if not self._waiting:
            self._request = js.requestAnimationFrame(self._proxy)
        self._waiting.append(frame)
        return frame

    def close(self) -> None:
        """Let go of the page: no frame comes any more."""
        js.cancelAnimationFrame(self._request)
        self._waiting.clear()
        self._page.element.style.removeProperty("--level")
        self._proxy.destroy()

    def _paint(self, _time: float) -> None:
        waiting, self._waiting = self._waiting, []
        for frame in waiting:
            if frame.callback is not None:
                frame.callback()


class MountedElement:
    """The Python half of an element, as the shell calls it."""

    def __init__(self, host: ElementHost, media: BrowserMedia, element: Element) -> None:
        self._host = host
        self._media = media
        self._element = element

    def press(self, microphone: js.Promise | None = None) -> None:
        """A press of the button; `microphone` is what the shell asked for inside the click.

        Who calls takes it at once. If nobody does, it is stopped: no light burns for nobody.
        """
        if not microphone:
            return self._element.press()
        primed = self._media.prime(microphone)
        try:
            self._element.press()
        finally:
            primed.cancel()

    def attribute(self, name: str, value: str | None) -> None:
        if name == "server" and value:
            value = _address(value)
        self._element.attribute(name, value or None)

    def assign(self, name: str, value: Any) -> object:
        return outcome(partial(self._element.assign, name, from_page(value)))

    def invoke(self, method: str, arguments: js.Array) -> object:
        return outcome(partial(self._element.invoke, method, *map(from_page, arguments)))

    def unmount(self) -> None:
        """Hang up, let go of the page; a microphone granted from now on is stopped."""
        self._element.unmount()
        self._host.close()


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


def _provider(function: Callable[[], Any]) -> Callable[[], Any]:
    """The page's own function, which the shell has made to reject with an Error or not at all.

    Its words are kept: the page wrote them for the person at the screen.
    """

    async def call() -> Any:
        try:
            return await function()
        except JsException as error:
            raise TokenError(error.message) from None

    return call


def _address(server: str) -> str:
    """`/` on a page means the page's own server. What is no address is left to the options."""
    try:
        return str(js.URL.new(server, js.document.baseURI).href)
    except JsException:
        return server
