"""The rows of an element's list of messages: each put where it belongs, in groups.

To lay out a list a browser looks at each of its children, also where only the last has changed.
So the rows stand in groups of at most `FULL` and a few: a word in the last of five thousand rows
costs a look at the rows of its group and at some eighty groups.
"""

from typing import Final

import js

from web_client.browser.element import PageElement
from web_client.browser.focus import Focus
from web_client.elements.render import Growth, Row, Words

FULL: Final = 64
_GROUP: Final = '<ol class="messages"></ol>'


class MessageRows:
    """What stands in the node `data-rows`."""

    def __init__(self, page: PageElement, focus: Focus) -> None:
        self._page = page
        self._focus = focus

    def place(self, row: Row) -> None:
        shown = self._row(row.id)
        if shown is None:
            self._insert(row)
        elif isinstance(row.grown, Words):
            if row.grown.text:
                self._last_line(row.id).lastChild.appendData(row.grown.text)
        elif row.grown:
            self._grow(row.id, row.grown)
        else:
            around, like = shown.parentElement, self._focus.like(shown)
            shown.outerHTML = self._page.trusted(row.html)
            self._focus.keep(like, around)

    def _row(self, number: int) -> js.HTMLElement | None:
        return self._page.root.getElementById(f"message-{number}") or None

    def _find(self, number: int, part: str) -> js.HTMLElement:
        return self._page.root.querySelector(f"#message-{number} {part}")

    def _last_line(self, number: int) -> js.HTMLElement:
        """What holds the last of its text."""
        if cut := self._find(number, "[data-cut]"):
            return cut
        text = self._find(number, ".text")
        return text.lastElementChild or text

    def _grow(self, number: int, grown: Growth) -> None:
        mark = self._find(number, "[data-cut]" if grown.is_in_line else "[data-open]")
        if grown.settled:
            mark.insertAdjacentHTML("beforebegin", self._page.trusted(grown.settled))
        if grown.is_in_line:
            mark.innerHTML = self._page.trusted(grown.open_end)
            return
        while behind := mark.nextSibling:
            behind.remove()
        mark.insertAdjacentHTML("afterend", self._page.trusted(grown.open_end))

    def _insert(self, row: Row) -> None:
        html = self._page.trusted(row.html)
        before = None if row.after is None else self._row(row.after)
        if before is None:
            self._first_group().insertAdjacentHTML("afterbegin", html)
        elif before.parentElement.childElementCount < FULL or self._divided(before):
            before.insertAdjacentHTML("afterend", html)
        else:
            before.parentElement.nextElementSibling.insertAdjacentHTML("afterbegin", html)

    def _first_group(self) -> js.HTMLElement:
        """With room for one more."""
        rows = self._page.root.querySelector("[data-rows]")
        first = rows.firstElementChild
        if not first or first.childElementCount >= FULL:
            rows.insertAdjacentHTML("afterbegin", self._page.trusted(_GROUP))
        return rows.firstElementChild

    def _divided(self, row: js.HTMLElement) -> bool:
        """Put another group behind the full one of this row, and all that stands behind it into
        that. Whether anything did."""
        group = row.parentElement
        group.insertAdjacentHTML("afterend", self._page.trusted(_GROUP))
        behind = bool(row.nextElementSibling)
        while moved := row.nextElementSibling:
            group.nextElementSibling.append(moved)
        return behind
