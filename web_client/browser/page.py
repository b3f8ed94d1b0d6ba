"""`elements.page.Page` over a part of the document: what `bind` draws on.

A row is told from others by `data-row`, which is set here. Nodes are looked up where they are
needed, not kept: a page may put others in their place at any time.
"""

from collections.abc import Callable

import js
from pyodide.ffi import JsProxy, create_proxy

from web_client.browser.markup import trusted
from web_client.browser.reader import Reader


class Frame:
    """One callback before the next frame; its proxy goes when it comes or is cancelled."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback = callback
        self._proxy: JsProxy | None = create_proxy(self._paint)
        self._id = js.requestAnimationFrame(self._proxy)

    def _paint(self, _time: float) -> None:
        self.cancel()
        self._callback()

    def cancel(self) -> None:
        if self._proxy is not None:
            js.cancelAnimationFrame(self._id)
            self._proxy.destroy()
            self._proxy = None


class BrowserPage:
    """The element that `selector` finds in the document. Raises LookupError."""

    def __init__(self, selector: str) -> None:
        element = js.document.querySelector(selector)
        if not element:
            raise LookupError(f"The page has no element {selector!r} to draw in.")
        self._element = element
        self._reader = Reader()

    def on_frame(self, callback: Callable[[], None]) -> Frame:
        return Frame(callback)

    def render(self, region: str, html: str) -> None:
        self._region(region).innerHTML = trusted(html)

    def place(self, region: str, number: int, html: str, after: int | None) -> None:
        rows = self._region(region)
        shown = _row(rows, number)
        if not html:
            if shown:
                shown.remove()
            return
        row = _made(html)
        row.setAttribute("data-row", str(number))
        before = None if after is None else _row(rows, after)
        if shown:
            shown.replaceWith(row)
        elif before:
            before.after(row)
        else:
            rows.prepend(row)

    def clear(self, region: str) -> None:
        self._region(region).replaceChildren()

    def is_at_end(self) -> bool:
        box = self._element.querySelector("[data-follow]")
        return self._reader.look(box) if box else True

    def follow(self) -> None:
        if box := self._element.querySelector("[data-follow]"):
            self._reader.follow(box)

    def _region(self, name: str) -> js.HTMLElement:
        node = self._element.querySelector(f'[data-region="{name}"]')
        if not node:
            raise LookupError(f'The page has no node data-region="{name}".')
        return node


def _row(rows: js.HTMLElement, number: int) -> js.HTMLElement | None:
    return rows.querySelector(f':scope > [data-row="{number}"]')


def _made(html: str) -> js.HTMLElement:
    holder = js.document.createElement("template")
    holder.innerHTML = trusted(html)
    row = holder.content.firstElementChild
    if not row:
        raise ValueError("A template's block `message` must make one element.")
    return row
