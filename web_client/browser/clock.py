"""`ports.Clock` over setTimeout, and `ports.Random` over Math.random."""

from collections.abc import Callable

import js
from pyodide.ffi import JsProxy, create_proxy

_LONGEST_DELAY = 2**31 - 1
"""Milliseconds. setTimeout takes a longer delay for none at all."""


class BrowserClock:
    """The page's clock: its origin in wall time, and the steady count since."""

    def __init__(self) -> None:
        self._origin = js.performance.timeOrigin
        # Looked up once: to cross for it at every event costs as much as to call it.
        self._count = js.performance.now

    def now(self) -> float:
        return (self._origin + self._count()) / 1000

    def call_later(self, seconds: float, callback: Callable[[], None]) -> "Timer":
        return Timer(seconds, callback)


class Timer:
    """One setTimeout; its proxy goes when it fires or is cancelled."""

    def __init__(self, seconds: float, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._proxy: JsProxy | None = create_proxy(self._fire)
        self._id = js.setTimeout(self._proxy, min(seconds * 1000, _LONGEST_DELAY))

    def _fire(self) -> None:
        self.cancel()
        self._callback()

    def cancel(self) -> None:
        if self._proxy is not None:
            js.clearTimeout(self._id)
            self._proxy.destroy()
            self._proxy = None


class BrowserRandom:
    """The browser's numbers: Python's own would repeat in every page restored from a snapshot."""

    def fraction(self) -> float:
        return js.Math.random()
