"""What an element needs of the page: the seam between `elements/` and the browser.

`browser/dom.py` implements it over a shadow root; the tests with an ordinary class.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from web_client.elements.render import Row
from web_client.sessions.ports import Cancel

News = Callable[[], tuple[int, Sequence[Mapping[str, object]]]]
"""What is new since it was last asked: from which place on, and what stands there now."""


class Host(Protocol):
    """One element on a page, seen from Python."""

    def style(self, css: str) -> None:
        """Add a style sheet: for what is shown only once Python is there."""

    def render(self, region: str, html: str) -> None:
        """Replace the content of one region. `html` comes from a template, autoescaped."""

    def place(self, rows: Iterable[Row]) -> None:
        """Change the list of messages. A reader at its end is taken along, another is left."""

    def follow(self) -> None:
        """Go to the end of the list of messages."""

    def set_classes(self, names: tuple[str, ...]) -> None:
        """The classes of the element's outermost node: all of them."""

    def set_level(self, level: float) -> None:
        """Set `--level`, 0 to 1, on the nodes `data-level`: the sound that is heard just now."""

    def set_property(self, name: str, value: str) -> None:
        """Set a CSS custom property on the element; an empty value takes it away."""

    def draw(self, name: str, path: str) -> None:
        """Give the SVG path `data-path="name"` its shape."""

    def is_calm(self) -> bool:
        """Whether the person wants nothing to move (`prefers-reduced-motion`)."""

    def show_dialog(self, shown: bool) -> None:
        """Open the element's dialog above the page, which is inert meanwhile and gets the focus
        back in the end; or close it. Nothing where it is so already. One that was moved on the
        page is shown there, and no longer above it: then this puts it above again."""

    def set_attribute(self, name: str, present: bool) -> None:
        """Set an attribute without a value on the element, or take it away."""

    def focus(self, name: str) -> None:
        """Give the focus to the node `data-focus="name"`."""

    @property
    def has_focus(self) -> bool:
        """Whether something in the element has the focus."""

    def expand(self, name: str, expanded: bool) -> None:
        """Say of the button `data-focus="name"` whether what it opens is open."""

    def address(self, written: str) -> str:
        """What an address in an attribute means: absolute, from the page on. What is none stays
        as it is; of nothing written it is the page's own."""

    def written(self) -> str:
        """What stands in the field that somebody writes in."""

    def write(self, text: str, *, locked: bool = False) -> None:
        """Put `text` into that field; `locked`: nobody types in it for now."""

    def recall(self, name: str) -> str:
        """What the browser keeps for this site under `name`; empty where it keeps nothing.
        Raises OSError where it refuses."""

    def keep(self, name: str, text: str) -> None:
        """Keep `text` under `name`, from visit to visit. Raises OSError where the browser refuses,
        or has no room."""

    def date(self, seconds: float) -> str:
        """How the visitor writes that moment (epoch): the time of today, the day before."""

    def give_back(self, *names: str) -> None:
        """Give the focus to what had it before the element took it; where that was nothing on
        the page, or is gone, to the first node `data-focus="name"` that can take it."""

    def fill(self, name: str, node: object) -> None:
        """Put a node that the page's own code has made into the one with the id `name`."""

    def disable(self, part: str) -> None:
        """Let nothing be pressed or written any more in the fieldsets of that class."""

    def watch_key(self, key: str, held: Callable[[bool], bool]) -> Cancel:
        """Tell when a key (`KeyboardEvent.code`) goes down and up, wherever the focus is, but
        not from within what somebody writes. It is up when the window loses the focus. `held`
        says whether the key was taken: one that wasn't does what it does on any page."""

    def watch_hold(self, held: Callable[[bool], bool]) -> Cancel:
        """Tell when the button `data-hold` goes down and up; `held` as in `watch_key`."""

    def copy(self, text: str) -> Awaitable[None]:
        """Put `text` on the clipboard. Raises OSError where the browser refuses."""

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        """Raise a bubbling, composed event on the element. `detail` is JSON-able."""

    def transcript(self, news: News) -> None:
        """Raise `pinecall:transcript`. `news`, always the same, is asked when somebody looks at
        what was said: of the list told last what stands before the place that it gives stays, the
        very same objects, and its messages (plain data, None left out) stand behind."""

    def on_frame(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` once, before the next frame is painted."""
