"""One custom element on the page: what Python does to it.

`loader/shell.js` defines the element and calls `runtime.mount` with the page's half of it, a
`PageElement`; what it gets back is a `MountedElement` (mounted.py). Nothing else crosses. What
goes out is plain data, or markup from a template.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import js
from pyodide.ffi import JsException, create_proxy

from web_client.browser.bridge import Rejected, plain, settled
from web_client.browser.element import PageElement
from web_client.browser.focus import Focus
from web_client.browser.hold import Hold
from web_client.browser.key import Key
from web_client.browser.reader import Reader
from web_client.browser.rows import MessageRows
from web_client.browser.telling import telling
from web_client.elements.host import News
from web_client.elements.render import Row

_SHEETS: Final[dict[str, js.CSSStyleSheet]] = {}
"""One for all elements of a tag."""

_HOUR = {"hour": "numeric", "minute": "2-digit"}
_DAY = {"day": "numeric", "month": "short"}

_LEVEL: Final = "[data-level]"


class Frame:
    """A callback that waits for the next frame; a `ports.Cancel`."""

    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class _Transcript:
    """What the page is told of all that was said, when it asks."""

    def __init__(self, news: News, element: js.HTMLElement) -> None:
        self._news = news
        self._proxy = create_proxy(self._told)
        self._page = telling("Transcript").new(self._proxy, element)
        self.tell: Any = self._page.tell

    def close(self) -> None:
        self._page.close()
        self._proxy.destroy()

    def _told(self) -> str:
        start, messages = self._news()
        told = [{name: it for name, it in each.items() if it is not None} for each in messages]
        return json.dumps({"start": start, "messages": told})


class ElementHost:
    """`elements.host.Host` over a shadow root."""

    def __init__(self, page: PageElement) -> None:
        self.page = page
        self._reader = Reader()
        self._waiting: list[Frame] = []
        self._request = 0
        # One proxy for all frames: to make and destroy one sixty times a second costs more
        # than what a frame does.
        self._proxy = create_proxy(self._paint)
        self._transcript: _Transcript | None = None
        self._focus = Focus(page.root)
        self._rows = MessageRows(page, self._focus)
        self._found: dict[str, list[js.HTMLElement]] = {}
        self._classes: tuple[str, ...] | None = None
        self._level = ""

    def style(self, css: str) -> None:
        if css not in _SHEETS:
            _SHEETS[css] = js.CSSStyleSheet.new()
            _SHEETS[css].replaceSync(css)
        adopted = self.page.root.adoptedStyleSheets
        if not adopted.includes(_SHEETS[css]):  # an element put back has it already
            adopted.push(_SHEETS[css])

    def render(self, region: str, html: str) -> None:
        node = self._find(f'[data-region="{region}"]')[0]
        like = self._focus.like(node)
        node.innerHTML = self.page.trusted(html)
        self._focus.keep(like, node)
        if "data-level" in html:
            self._found.pop(_LEVEL, None)  # there are others
            self._level = ""

    def place(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._rows.place(row)
        if self.at_end:
            self.follow()

    def follow(self) -> None:
        self._reader.taken_to(telling("follow")(self.page))

    @property
    def at_end(self) -> bool:
        """The reader of the messages was there when somebody last looked."""
        return self._reader.at_end

    def look(self) -> bool:
        """Where the reader is now; gives `at_end`."""
        scroller = self.page.root.querySelector("[data-scroller]")
        return self._reader.look(scroller) if scroller else self.at_end

    def set_classes(self, names: tuple[str, ...]) -> None:
        if names != self._classes:
            self.page.root.firstElementChild.className = " ".join(names)
            self._classes = names

    def set_level(self, level: float) -> None:
        shown = f"{level:.2f}"
        if shown == self._level:
            return
        self._level = shown
        # Not on the element itself: of all its rows the style would be made anew, in every frame.
        for node in self._find(_LEVEL):
            node.style.setProperty("--level", shown)

    def set_property(self, name: str, value: str) -> None:
        self.page.element.style.setProperty(name, value)

    def draw(self, name: str, path: str) -> None:
        self.page.root.querySelector(f"[data-path={name}]").setAttribute("d", path)

    def is_calm(self) -> bool:
        return bool(js.matchMedia("(prefers-reduced-motion: reduce)").matches)

    def show_dialog(self, shown: bool) -> None:
        dialog: Any = self.page.root.querySelector("dialog")
        if shown and not dialog.matches(":modal"):
            if not dialog.open:
                self._focus.enter("")  # who has it now is to get it back
            dialog.open = False
            dialog.showModal()
        elif dialog.open and not shown:
            dialog.close()

    def set_attribute(self, name: str, present: bool) -> None:
        self.page.element.toggleAttribute(name, present)

    @property
    def has_focus(self) -> bool:
        return self._focus.is_within

    def focus(self, name: str) -> None:
        self._focus.enter(name)

    def give_back(self, *names: str) -> None:
        self._focus.leave(*names)

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

    def disable(self, part: str) -> None:
        for fieldset in self.page.root.querySelectorAll(f"fieldset.{part}"):
            if self._focus.like(fieldset) is not None:
                self._focus.flee(fieldset)
            fieldset.disabled = True

    def watch_key(self, key: str, held: Callable[[bool], bool]) -> Key:
        return Key(key, held)

    def watch_hold(self, held: Callable[[bool], bool]) -> Hold:
        return Hold(self.page.root, held)

    async def copy(self, text: str) -> None:
        try:
            await settled(js.navigator.clipboard.writeText(text))
        except (AttributeError, Rejected) as error:
            raise OSError("The browser doesn't let this page copy.") from error

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        event = js.CustomEvent.new(name, bubbles=True, composed=True, detail=plain(detail))
        self.page.element.dispatchEvent(event)

    def transcript(self, news: News) -> None:
        if self._transcript is None:
            self._transcript = _Transcript(news, self.page.element)
        self._transcript.tell()

    def on_frame(self, callback: Callable[[], None]) -> Frame:
        frame = Frame(callback)
        if not self._waiting:
            self._request = js.requestAnimationFrame(self._proxy)
        self._waiting.append(frame)
        return frame

    def close(self) -> None:
        """Let go of the page: no frame comes any more."""
        if self._transcript is not None:
            self._transcript.close()
        js.cancelAnimationFrame(self._request)
        self._waiting.clear()
        for node in self._find(_LEVEL):
            node.style.removeProperty("--level")
        self._found.clear()
        self._focus.close()
        self._proxy.destroy()

    def _find(self, selector: str) -> list[js.HTMLElement]:
        """These nodes, looked for once as long as they are on the page: what stands behind
        thousands of rows is far to find."""
        found = self._found.get(selector, [])
        if not found or not all(node.isConnected for node in found):
            found = self._found[selector] = [*self.page.root.querySelectorAll(selector)]
        return found

    def _field(self) -> Any:
        return self.page.root.querySelector("[data-focus=field]")

    def _paint(self, _time: float) -> None:
        waiting, self._waiting = self._waiting, []
        for frame in waiting:
            if frame.callback is not None:
                frame.callback()
