"""What an element needs of the page: the seam between `elements/` and the browser.

`browser/dom.py` implements it over a shadow root; the tests with an ordinary class.
"""

from collections.abc import Callable, Mapping
from typing import Protocol

from web_client.sessions.ports import Cancel


class Host(Protocol):
    """One element on a page, seen from Python."""

    def render(self, region: str, html: str) -> None:
        """Replace the content of one region. `html` comes from a template, autoescaped."""

    def set_classes(self, names: tuple[str, ...]) -> None:
        """The classes of the element's outermost node: all of them."""

    def set_property(self, name: str, value: str) -> None:
        """Set a CSS custom property on the element; an empty value takes it away."""

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        """Raise a bubbling, composed event on the element. `detail` is JSON-able."""

    def on_frame(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` once, before the next frame is painted."""
