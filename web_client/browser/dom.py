"""One custom element on the page: what Python does to it.

`loader/shell.js` defines the element and calls `runtime.mount` with the page's half of it, a
`PageElement`; what it gets back is a `MountedElement` (mounted.py). Nothing else crosses. What
goes out is plain data, or markup from a template.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import js
from pyodide.ffi import JsException, create_proxy

from web_client.browser.bridge import Rejected, plain, settled
from web_client.browser.key import Key
from web_client.elements.render import Row

_HOUR = {"hour": "numeric", "minute": "2-digit"}
_DAY = {"day": "numeric", "month": "short"}

AT_END = 48
"""Pixels: who comes back so near to the end of the messages is taken along with it again."""


class PageElement(Protocol):
    """The page's half, made by the shell: the element, its shadow root, and the way by which
    markup gets in where the page demands Trusted Types."""

    element: js.HTMLElement
    root: js.ShadowRoot

    def trusted(self, html: str) -> Any: ...


class Frame:
    """A callback that waits for the next frame; a `ports.Cancel`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class ElementHost:
    """`elements.host.Host` over a shadow root. `at_end`: the reader of the messages is there."""

    def __init__(self, page: PageElement) -> None:
        self.page = page
        self.at_end = True
        self._top = 0.0
        self._waiting: list[Frame] = []
        self._request = 0
        # One proxy for all frames: to make and destroy one sixty times a second costs more
        # than what a frame does.
        self._proxy = create_proxy(self._paint)

    def style(self, css: str) -> None:
        sheet = js.CSSStyleSheet.new()
        sheet.replaceSync(css)
        self.page.root.adoptedStyleSheets.push(sheet)

    def render(self, region: str, html: str) -> None:
        node = self.page.root.querySelector(f'[data-region="{region}"]')
        focused = self.page.root.activeElement
        same = _selector(focused) if focused and node.contains(focused) else ""
        node.innerHTML = self.page.trusted(html)
        if same and (button := node.querySelector(same)):
            button.focus()

    def place(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._place(row)
        if self.at_end:
            self.follow()

    def follow(self) -> None:
        self.at_end = True
        if scroller := self.page.root.querySelector("[data-scroller]"):
            scroller.scrollTop = scroller.scrollHeight

    def look(self) -> bool:
        """Where the reader is now; gives `at_end`. Who goes up, however slowly, has left it."""
        if box := self.page.root.querySelector("[data-scroller]"):
            below = box.scrollHeight - box.scrollTop - box.clientHeight
            down = box.scrollTop - self._top
            near = below <= AT_END and (down > 0 or (self.at_end and not down))
            self.at_end = bool(below <= 1 or near)
            self._top = box.scrollTop
        return self.at_end

    def set_classes(self, names: tuple[str, ...]) -> None:
        self.page.root.firstElementChild.className = " ".join(names)

    def set_property(self, name: str, value: str) -> None:
        self.page.element.style.setProperty(name, value)

    def set_attribute(self, name: str, present: bool) -> None:
        self.page.element.toggleAttribute(name, present)

    def focus(self, name: str) -> None:
        if node := self.page.root.querySelector(f'[data-focus="{name}"]'):
            node.focus()

    @property
    def has_focus(self) -> bool:
        return bool(self.page.root.activeElement)

    def expand(self, name: str, expanded: bool) -> None:
        if node := self.page.root.querySelector(f'[data-focus="{name}"]'):
            node.setAttribute("aria-expanded", "true" if expanded else "false")

    def address(self, written: str) -> str:
        try:
            return str(js.URL.new(written, js.document.baseURI).href)
        except JsException:
            return written

    def written(self) -> str:
        field = self._field()
        return str(field.value) if field else ""

    def write(self, text: str, *, locked: bool = False) -> None:
        if field := self._field():
            field.readOnly = locked
            if field.value != text:
                field.value = text
                field.scrollTop = field.scrollHeight

    def recall(self, name: str) -> str:
        try:
            return str(js.localStorage.getItem(name) or "")
        except (AttributeError, JsException) as error:
            raise OSError("The browser keeps nothing for this site.") from error

    def keep(self, name: str, text: str) -> None:
        try:
            js.localStorage.setItem(name, text)
        except (AttributeError, JsException) as error:
            raise OSError("The browser keeps nothing for this site, or has no room.") from error

    def date(self, seconds: float) -> str:
        then, now = js.Date.new(seconds * 1000), js.Date.new()
        if then.toDateString() == now.toDateString():
            return str(then.toLocaleTimeString(None, plain(_HOUR)))
        day = _DAY if then.getFullYear() == now.getFullYear() else _DAY | {"year": "numeric"}
        return str(then.toLocaleDateString(None, plain(day)))

    def fill(self, name: str, node: Any) -> None:
        if place := self.page.root.getElementById(name):
            place.replaceChildren(node)

    def watch_key(self, key: str, held: Callable[[bool], bool]) -> Key:
        return Key(key, held)

    async def copy(self, text: str) -> None:
        try:
            await settled(js.navigator.clipboard.writeText(text))
        except (AttributeError, Rejected) as error:
            raise OSError("The browser doesn't let this page copy.") from error

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        options = plain({"bubbles": True, "composed": True, "detail": detail})
        self.page.element.dispatchEvent(js.CustomEvent.new(name, options))

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
        self.page.element.style.removeProperty("--level")
        self._proxy.destroy()

    def _field(self) -> Any:
        return self.page.root.querySelector("[data-focus=field]")

    def _place(self, row: Row) -> None:
        shown = self.page.root.getElementById(f"message-{row.id}")
        html = self.page.trusted(row.html)
        if shown:
            shown.outerHTML = html
        elif row.after is None:
            self.page.root.querySelector("[data-rows]").insertAdjacentHTML("afterbegin", html)
        else:
            before = self.page.root.getElementById(f"message-{row.after}")
            before.insertAdjacentHTML("afterend", html)

    def _paint(self, _time: float) -> None:
        waiting, self._waiting = self._waiting, []
        for frame in waiting:
            if frame.callback is not None:
                frame.callback()


def _selector(button: js.HTMLElement) -> str:
    """What finds the button that does the same, once it has been drawn anew."""
    act, value = (js.CSS.escape(button.getAttribute(name) or "") for name in ("data-act", "value"))
    return f'[data-act="{act}"][value="{value}"]' if value else f'[data-act="{act}"]'
