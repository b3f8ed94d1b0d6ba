"""`ports.Presence`: the page that is left and shown again, and the screen that stays on.

A browser may keep a page that was left as it is, to show it again (the back/forward cache), and
a phone may freeze one that nobody looks at. Neither runs a timer or hears of the network, so a
session is told beforehand.
"""

from collections.abc import Callable
from typing import Any

import js

from web_client.browser.bridge import Listeners


class BrowserPresence:
    """The page that this Python runs in."""

    def keep_awake(self) -> "WakeLock":
        return WakeLock()

    def on_leave(self, callback: Callable[[], None]) -> Listeners:
        listeners = Listeners()
        listeners.add(js.globalThis, "pagehide", lambda _: callback())
        listeners.add(js.document, "freeze", lambda _: callback())
        return listeners

    def on_return(self, callback: Callable[[], None]) -> Listeners:
        def shown(event: Any) -> None:
            # The first showing of a page is no return.
            if event.persisted:
                callback()

        listeners = Listeners()
        listeners.add(js.globalThis, "pageshow", shown)
        listeners.add(js.document, "resume", lambda _: callback())
        return listeners


class WakeLock:
    """Keeps the screen on until `cancel()`.

    The browser takes the lock away whenever the page is hidden, so it is asked for again
    whenever the page is seen. Where there is none, or it is refused (a battery that runs low),
    the screen goes dark as ever.
    """

    def __init__(self) -> None:
        self._lock: js.WakeLockSentinel | None = None
        self._cancelled = False
        self._listeners = Listeners()
        if getattr(js.navigator, "wakeLock", None):
            self._listeners.add(js.document, "visibilitychange", lambda _: self._ask())
            self._ask()

    def _ask(self) -> None:
        if js.document.visibilityState == "visible":
            js.navigator.wakeLock.request("screen").then(self._granted, _refused)

    def _granted(self, lock: js.WakeLockSentinel) -> None:
        if self._cancelled:
            lock.release()
            return
        self._release()
        self._lock = lock

    def _release(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def cancel(self) -> None:
        self._cancelled = True
        self._listeners.close()
        self._release()


def _refused(_: Any) -> None:
    """Then the screen goes dark."""
