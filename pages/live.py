"""What the chat and the call page share: drawing, once a frame, only what has changed.

The markup is in the Jinja2 templates; autoescape makes all text in them data. A block of the
page's template is a region of the page, a message is a row of the list. What the person types
in and what they scroll are never drawn again.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyodide.ffi import create_proxy
from pyscript import document, window

from web_client.elements.render import ENVIRONMENT, Regions, Row, Rows

AT_THE_END = 48
"""Pixels: who is no further from the end of the conversation is taken along with it."""


def template(name: str) -> Any:
    return ENVIRONMENT.from_string(Path(name).read_text())


class Live:
    """Keeps the page as `view()` says it is. A view has `state`, whose messages are the list."""

    def __init__(self, regions: str, message: str, view: Callable[[], Any]) -> None:
        row = template(message)
        self._regions = Regions(template(regions))
        self._rows: Rows[Any] = Rows(lambda item: row.render(message=item))
        self._view = view
        self._frame = create_proxy(self.paint)
        self._waiting = False
        self._list = document.getElementById("messages")
        self._scroller = document.getElementById("scroller")

    def draw(self) -> None:
        """Draw before the next frame, however often this is called until then."""
        if not self._waiting:
            self._waiting = True
            window.requestAnimationFrame(self._frame)

    def follow(self) -> None:
        """Go to the end of the conversation: who writes wants to see it."""
        self._scroller.scrollTop = self._scroller.scrollHeight

    def paint(self, _time: float) -> None:
        """What `draw` asked for. A page that has more to keep up to date adds it here."""
        self._waiting = False
        view = self._view()
        document.body.dataset.status = view.state.status
        reading = self._is_reading_back()
        for region, html in self._regions.changed(view):
            document.querySelector(f'[data-region="{region}"]').innerHTML = html
        for row in self._rows.changed(view.state.messages):
            self._place(row)
        if not reading:
            self.follow()

    def _is_reading_back(self) -> bool:
        box = self._scroller
        return bool(box.scrollHeight - box.scrollTop - box.clientHeight > AT_THE_END)

    def _place(self, row: Row) -> None:
        shown = document.getElementById(f"message-{row.id}")
        if shown:
            shown.outerHTML = row.html
        elif row.after is None:
            self._list.insertAdjacentHTML("afterbegin", row.html)
        else:
            before = document.getElementById(f"message-{row.after}")
            before.insertAdjacentHTML("afterend", row.html)
