"""What all elements have in common: words, a theme, one drawing a frame, what goes on by itself.

An element that holds a conversation has more (element.py).
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from web_client.elements.host import Host
from web_client.elements.render import Regions
from web_client.elements.themes import theme_properties
from web_client.elements.wording import Choice, Wording
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.tasks import Tasks


class View(Protocol):
    """What an element shows, frozen. `classes`: those of its outermost node."""

    @property
    def classes(self) -> tuple[str, ...]: ...


class Element(ABC):
    """What stands behind a tag once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        self._host = host
        self._ports = ports
        self._choice = Choice()
        self._wording = Wording()
        self._theme: dict[str, str] = {}
        self._drawn: View | None = None
        self._frame: Cancel | None = None
        self._tasks = Tasks()

    @abstractmethod
    def act(self, name: str, value: str) -> None:
        """A button was pressed: `data-act` is its `name`."""

    def submit(self, text: str) -> bool:
        """Something was written. Whether it was taken, so that the field can be emptied."""
        return False

    def typed(self) -> None:
        """What stands in the field was changed by whoever writes in it."""

    def filled_in(self, form: str, fields: Mapping[str, str]) -> None:
        """A form was sent: `data-form` is its name, `fields` what stands in it."""

    def scrolled(self, at_end: bool) -> None:
        """The reader of the messages has come to their end, or has left it."""

    def attribute(self, name: str, value: str | None) -> None:
        """An HTML attribute was set, or taken away (None). `lang` is the page's language."""
        if name == "name":
            self._reword(given_name=value or "")
        elif name == "label":
            self._reword(label=value or "")
        elif name == "language":
            self._choice.language = value or ""
            self._reword()
        elif name == "lang":
            self._choice.page_language = value or ""
            self._reword()

    def assign(self, name: str, value: object) -> None:
        """A property was set. Raises TypeError or ValueError for what it can't hold."""
        if name == "theme":
            self._paint(theme_properties(mapping(name, value)))
        elif name == "labels":
            before, self._choice.words = self._choice.words, mapping(name, value)
            try:
                self._reword()
            except ValueError:
                self._choice.words = before
                raise

    def invoke(self, method: str, *arguments: Any) -> object:
        """A method was called. What it gives is plain data, or an awaitable.

        Raises what the session's method of that name does, and InvalidSetting where the page's
        settings make no session.
        """
        return self._methods()[method](*arguments)

    def moved(self) -> None:
        """The element stands elsewhere on the page; whatever it was doing goes on."""

    def unmount(self) -> None:
        """The element left the page: let go of everything."""
        self._tasks.cancel()
        if self._frame is not None:
            self._frame.cancel()

    @abstractmethod
    def _methods(self) -> dict[str, Callable[..., object]]:
        """What the page can call, by its name."""

    @abstractmethod
    def _draw(self) -> None:
        """Bring the page up to date; called before a frame in which something changed."""

    def _redraw(self, view: View, *parts: Regions) -> None:
        """The classes and regions of a view, which is frozen: an equal one looks the same."""
        if view == self._drawn:
            return
        self._host.set_classes(view.classes)
        for part in parts:
            for region, html in part.changed(view):
                self._host.render(region, html)
        self._drawn = view

    def _reword(self, **other: str) -> None:
        self._wording = replace(self._wording, labels=self._choice.labels, **other)
        self._schedule()

    def _paint(self, theme: dict[str, str]) -> None:
        for name in self._theme.keys() - theme.keys():
            self._host.set_property(name, "")
        for name, value in theme.items():
            self._host.set_property(name, value)
        self._theme = theme

    def _schedule(self) -> None:
        """One rendering for a frame, however many changes it brought."""
        if self._frame is None:
            self._frame = self._host.on_frame(self._paint_frame)

    def _paint_frame(self) -> None:
        self._frame = None
        self._draw()

    def _run(self, work: Awaitable[object]) -> None:
        """Go on with `work` by itself, until the element leaves the page."""
        self._tasks.run(work, "What an element was asked to do")


def mapping(name: str, value: object) -> Mapping[str, object]:
    """The value of a property that is an object, or nothing."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be an object, not {type(value).__name__}")
    return value
