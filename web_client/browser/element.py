"""The page's half of an element: what `loader/shell.js` gives to `runtime.mount`."""

from typing import Any, Protocol

import js


class PageElement(Protocol):
    """The page's half, made by the shell: the element, its shadow root, and the way by which
    markup gets in where the page demands Trusted Types."""

    element: js.HTMLElement
    root: js.ShadowRoot

    def trusted(self, html: str) -> Any: ...
