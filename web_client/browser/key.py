"""One key of the keyboard that is held and let go, wherever on the page: for push-to-talk.

It is the page's until somebody takes it: then it presses no button and scrolls nothing, not even
where the button that began the call still has the focus.
"""

from collections.abc import Callable
from typing import Any, Final

import js

from web_client.browser.bridge import Listeners

_WRITING: Final = "input, textarea, select, [contenteditable]"


class Key:
    """Calls `held(True)` and `held(False)`, in turn, until `cancel()`; `held(True)` says whether
    the key is taken, and is asked again while it is down."""

    def __init__(self, code: str, held: Callable[[bool], bool]) -> None:
        self._code = code
        self._held = held
        self._is_down = False
        self._listeners = Listeners()
        self._listeners.add(js.document, "keydown", self._down)
        self._listeners.add(js.document, "keyup", self._up)
        self._listeners.add(js.globalThis, "blur", self._let_go)

    def cancel(self) -> None:
        self._let_go()
        self._listeners.close()

    def _down(self, event: Any) -> None:
        if event.code != self._code or _is_writing(event):
            return
        self._is_down = self._is_down or self._held(True)
        if self._is_down:
            event.preventDefault()

    def _up(self, event: Any) -> None:
        if event.code == self._code and self._is_down:
            event.preventDefault()  # Firefox presses a button when the key goes up
            self._let_go()

    def _let_go(self, _event: Any = None) -> None:
        if self._is_down:
            self._is_down = False
            self._held(False)


def _is_writing(event: Any) -> bool:
    """Whether the key goes into a field, also of another component."""
    closest = getattr(event.composedPath()[0], "closest", None)  # the document has none
    return bool(closest and closest(_WRITING))
