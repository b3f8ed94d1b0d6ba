"""A button of an element that is held and let go: for push-to-talk, above all by a thumb.

- By a pointer: it is down until that very pointer goes up, wherever, or the browser takes it away.
  A long press opens no menu and selects nothing (`touch-action` and the like are the style's).
- By the keyboard: Space or Enter, for as long as the key is down and the button has the focus.
- By who can't hold anything, such as a screen reader, whose press is a click and nothing before
  it: the first click is down, the next one up.

It is up when the window loses the focus, and when nobody listens any more. `aria-pressed` tells
which; it is set here, since a button that were drawn anew would fall out of the hand that holds it.
"""

from collections.abc import Callable
from typing import Any, Final

import js

from web_client.browser.bridge import Listeners

_KEYS: Final = frozenset({" ", "Enter"})
_BUTTON: Final = "button[data-hold]"


class Hold:
    """Calls `held(True)` and `held(False)`, in turn, until `cancel()`; `held(True)` says whether
    it is taken."""

    def __init__(self, root: js.ShadowRoot, held: Callable[[bool], bool]) -> None:
        self._root = root
        self._held = held
        self._by: object = None
        self._listeners = Listeners()
        for event, listener in (
            ("pointerdown", self._pointer_down),
            ("keydown", self._key_down),
            ("keyup", self._key_up),
            ("focusout", self._key_up),
            ("click", self._clicked),
            ("contextmenu", _no_menu),
        ):
            self._listeners.add(root, event, listener)
        for event in ("pointerup", "pointercancel"):
            self._listeners.add(js.globalThis, event, self._pointer_up)
        self._listeners.add(js.globalThis, "blur", lambda _event: self._let_go())

    def cancel(self) -> None:
        self._let_go()
        self._listeners.close()

    def _pointer_down(self, event: Any) -> None:
        if _button(event) and event.isPrimary and not event.button:
            self._press(event.pointerId)

    def _pointer_up(self, event: Any) -> None:
        if self._by == event.pointerId:
            self._let_go()

    def _key_down(self, event: Any) -> None:
        if _button(event) and event.key in _KEYS:
            event.preventDefault()  # else there comes a click as well
            self._press("key")

    def _key_up(self, event: Any) -> None:
        if self._by == "key" and (event.type == "focusout" or event.key in _KEYS):
            event.preventDefault()
            self._let_go()

    def _clicked(self, event: Any) -> None:
        if not _button(event) or event.detail:
            return
        if self._by == "click":
            self._let_go()
        else:
            self._press("click")

    def _press(self, by: object) -> None:
        if self._by is None and self._held(True):
            self._by = by
            self._show()

    def _let_go(self) -> None:
        if self._by is not None:
            self._by = None
            self._show()
            self._held(False)

    def _show(self) -> None:
        if button := self._root.querySelector(_BUTTON):
            button.setAttribute("aria-pressed", str(self._by is not None).lower())


def _button(event: Any) -> bool:
    return bool(event.target.closest(_BUTTON))


def _no_menu(event: Any) -> None:
    if _button(event):
        event.preventDefault()
