"""What a binding needs of the page: the seam between `elements/` and the browser.

`browser/page.py` implements it over the document; `web_client.testing.FakePage` for tests.
"""

from collections.abc import Callable
from typing import Protocol

from web_client.sessions.ports import Cancel


class Page(Protocol):
    """One part of a page: its regions, `data-region="…"`, one of which may hold rows; and the
    node that follows the conversation, `data-follow`."""

    def on_frame(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` once, before the next frame is painted."""

    def render(self, region: str, html: str) -> None:
        """Replace the content of one region. `html` comes from a template, autoescaped. Raises
        LookupError where the page has no such region."""

    def place(self, region: str, number: int, html: str, after: int | None) -> None:
        """Put one row where it belongs: in the place of the row of that number; else behind the
        row `after`, first where that is None. With no `html` it is taken away."""

    def clear(self, region: str) -> None:
        """Take away all rows."""

    def is_at_end(self) -> bool:
        """Whether the reader is at the end of what follows, or nothing follows."""

    def follow(self) -> None:
        """Go to the end of what follows."""
