"""The rows of an element's list of messages: each put where it belongs, in groups.

To lay out a list a browser looks at each of its children, also where only the last has changed.
So the rows stand in groups of at most `FULL` and a few: a word in the last of five thousand rows
costs a look at the rows of its group and at some eighty groups.
"""

from typing import Final

import js

from web_client.browser.element import PageElement
from web_client.browser.focus import Focus
from web_client.browser.telling import telling
from web_client.elements.render import Growth, Row, Words

FULL: Final = 64
_GROUP: Final = '<ol class="messages"></ol>'


class MessageRows:
    """What stands in the node `data-rows`."""

    def __init__(self, page: PageElement, focus: Focus) -> None:
        self._page = page
        self._focus = focus

    def place(self, row: Row) -> None:
        if row.grown:
            self._grow(row.id, row.grown)
        elif (shown := self._row(row.id)) is None:
            self._insert(row)
        else:
            around, like = shown.parentElement, self._focus.like(shown)
            shown.outerHTML = self._page.trusted(row.html)
            self._focus.keep(like, around)

    def _row(self, number: int) -> js.HTMLElement | None:
        return self._page.root.getElementById(f"message-{number}") or None

    def _grow(self, number: int, grown: Growth | Words) -> None:
        if isinstance(grown, Words):
            if grown.text:
                telling("goOn")(self._page, number, grown.text)
        else:
            grow = telling("growInLine" if grown.is_in_line else "grow")
            grow(self._page, number, grown.settled, grown.open_end)

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
