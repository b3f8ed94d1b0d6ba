"""The bridge to JavaScript, and the rules it is crossed by (5-facts, 5.3).

- A Python callable that JavaScript keeps is a proxy that somebody must destroy. Nobody makes
  one by hand: a `Scope` makes it with its listener and lets go of both together.
- A promise that a call returns is a future here, and is awaited through `settled`. But a future
  of a promise that rejects with anything but an Error never ends, and neither does awaiting the
  promise. Who may do that (a page's own function; getUserMedia, whose OverconstrainedError is no
  Error) is called through `promised`, and the promise given callbacks with `then`.
- `null` arrives as `jsnull`: falsy, but not None. Values from the browser are tested for truth.
- A dict goes over as a plain object through `plain`; left to itself it would go as a proxy.
- What JavaScript says in an error may hold a URL, and a URL a token: only names are passed on.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import js
from pyodide.ffi import JsException, JsProxy, create_proxy, to_js

from web_client.browser.telling import telling


class Rejected(Exception):
    """A promise was rejected. `name` is the error's own ("NotAllowedError"), or empty."""

    def __init__(self, name: str) -> None:
        super().__init__(name or "rejected without an error")
        self.name = name


async def settled(promise: js.Promise) -> Any:
    """The value of a promise that the browser made. Raises Rejected."""
    try:
        return await promise
    except JsException as error:
        raise Rejected(name_of(error)) from None


def promised(function: JsProxy, argument: object = None) -> js.Promise:
    """The promise that `function(argument)` returns: itself, not a future of it.

    Called from here it would come back as a future, so Array.from calls it on the other side.
    """
    answers = js.Array.from_(js.Array.of(argument), function)
    promise: js.Promise = answers[0]
    return promise


def name_of(error: Any) -> str:
    """An error's name; empty for what is none, since JavaScript throws anything."""
    return str(getattr(error, "name", ""))


def plain(options: object) -> JsProxy:
    """A JavaScript object with these members, all the way down; what is no mapping as it is."""
    converted: JsProxy = to_js(options, dict_converter=js.Object.fromEntries)
    return converted


class Listeners:
    """Event listeners and their proxies, up to one common end."""

    def __init__(self) -> None:
        self._abort = js.AbortController.new()
        self._options = plain({"signal": self._abort.signal})
        self._proxies: list[JsProxy] = []

    def add(
        self,
        target: js.EventTarget,
        event: str,
        callback: Callable[[Any], None],
        *,
        capture: bool = False,
    ) -> None:
        """Call `callback` with each `event` of `target`, until `close()`; with `capture` also
        with those inside it that don't bubble."""
        self._listen(target, event, self._proxy(callback), capture=capture)

    def add_texts(self, target: js.EventTarget, callback: Callable[[str], None]) -> None:
        """Call `callback` with each text that arrives at a socket or channel, until `close()`;
        binary messages have no meaning downwards. The text alone crosses, where our loader has
        brought the function for that."""
        try:
            text_of = telling("textOf")
        except ImportError:
            self.add(target, "message", partial(_text_of, callback))
        else:
            long = self._proxy(lambda utf8: callback(utf8.to_bytes().decode()))
            self._listen(target, "message", text_of(self._proxy(callback), long))

    def close(self) -> None:
        """Remove every listener and destroy every proxy. A second call does nothing."""
        self._abort.abort()
        while self._proxies:
            self._proxies.pop().destroy()

    cancel = close
    """Where it holds one listener it is a `ports.Cancel`."""

    def _proxy(self, callback: Callable[[Any], None]) -> JsProxy:
        proxy = create_proxy(callback)
        self._proxies.append(proxy)
        return proxy

    def _listen(
        self, target: js.EventTarget, event: str, listener: JsProxy, *, capture: bool = False
    ) -> None:
        options = self._options
        if capture:
            options = plain({"signal": self._abort.signal, "capture": True})
        target.addEventListener(event, listener, options)


def _text_of(callback: Callable[[str], None], event: Any) -> None:
    text = event.data
    if isinstance(text, str):
        callback(text)
