"""One template on a page: its blocks are regions, the block `message` is a row (`bind`)."""

from functools import partial
from typing import Any, Final

from jinja2 import Template

from web_client.elements.page import Page
from web_client.elements.render import ENVIRONMENT, Regions, Rows, block

ROW: Final = "message"
LIST: Final = "messages"
NOTHING: Final = "<template></template>"
"""The row of a message of which the block makes nothing: it keeps the place of the next."""


class Drawing:
    """What stands on the page of one template."""

    def __init__(self, source: str, page: Page) -> None:
        template = ENVIRONMENT.from_string(source)
        self._page = page
        self._regions = Regions(template, without=ROW, frozen=False)
        self._rows: Rows[Any] | None = None
        if ROW in template.blocks:
            self._rows = Rows(partial(_row, template))
            page.clear(LIST)

    def draw(self, view: Any) -> None:
        """Replace what has changed since the last time."""
        following = self._page.is_at_end()
        for region, html in self._regions.changed(view):
            self._page.render(region, html)
        if self._rows is not None:
            for row in self._rows.changed(view.messages):
                self._page.place(LIST, row.id, row.html, row.after)
        if following:
            self._page.follow()


def _row(template: Template, message: object) -> str:
    return block(template, ROW, message=message).strip() or NOTHING
