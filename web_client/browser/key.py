"""One key of the keyboard that is held and let go, wherever on the page: for push-to-talk."""

from collections.abc import Callable
from typing import Any, Final

import js

from web_client.browser.bridge import Listeners

_WRITING: Final = "input, textarea, select, [contenteditable]"


class Key:
    """Calls `held(True)` and `held(False)`, in turn, until `cancel()`."""

    def __init__(self, code: str, held: Callable[[bool], None]) -> None:
        self._code = code
        self._held = held
        self._is_down = False
        self._listeners = Listeners()
        self._listeners.add(js.document, "keydown", self._down)
        self._listeners.add(js.document, "keyup", self._up)
        self._listeners.add(js.globalThis, "blur", self._let_go)

    def cancel(self) -> None:
        self._listeners.close()

    def _down(self, event: Any) -> None:
        if event.code != self._code or _is_writing(event):
            return
        event.preventDefault()
        if not self._is_down:
            self._is_down = True
            self._held(True)

    def _up(self, event: Any) -> None:
        if event.code == self._code:
            self._let_go(event)

    def _let_go(self, _event: Any) -> None:
        if self._is_down:
            self._is_down = False
            self._held(False)


def _is_writing(event: Any) -> bool:
    """Whether the key goes into a field, also of another component; or presses a button."""
    target = event.composedPath()[0]
    return bool(target.closest and target.closest(f"{_WRITING}, button, a"))
