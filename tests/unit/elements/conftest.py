"""A page with one element on it, as an ordinary class."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urljoin

import pytest

from tests.unit.elements.markup import grown_by
from web_client.elements.chat.element import ChatElement
from web_client.elements.host import News
from web_client.elements.orb.element import OrbElement
from web_client.elements.render import Growth, Row, Words
from web_client.elements.widget.element import WidgetElement
from web_client.testing import FakePorts, fake_ports


class Frame:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Key:
    def __init__(self, code: str, held: Callable[[bool], bool]) -> None:
        self.code = code
        self.held = held
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeHost:
    """A page with one element; `paint()` is the next frame."""

    def __init__(self) -> None:
        self.regions: dict[str, str] = {}
        self.classes: tuple[str, ...] = ()
        self.properties: dict[str, str] = {}
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self.frames: list[Frame] = []
        self.renders = 0
        self.draws = 0
        self.filled: dict[str, object] = {}
        self.keys: list[Key] = []
        self.holds: list[Key] = []
        self.placed = 0
        self.rows: dict[int, str] = {}
        self.order: list[int] = []
        self.attributes: set[str] = set()
        self.focused = ""
        self.followed = 0
        self.expanded: dict[str, bool] = {}
        self.copied: list[str] = []
        self.styles: list[str] = []
        self.field = ""
        self.is_locked = False
        self.kept: dict[str, str] = {}
        self.keeps = True
        self.told: list[object] = []
        self.tellings: list[int] = []
        self.grown: list[int] = []
        self.disabled: list[str] = []
        self.paths: dict[str, str] = {}
        self.calm = False
        self.dialog = False

    def style(self, css: str) -> None:
        self.styles.append(css)

    def place(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.placed += 1
            if row.grown:
                self._grow(row.id, row.grown)
                continue
            if not row.html:
                self.order.remove(row.id)
            elif row.id not in self.order:
                place = 0 if row.after is None else self.order.index(row.after) + 1
                self.order.insert(place, row.id)
            self.rows[row.id] = row.html

    def _grow(self, number: int, grown: Growth | Words) -> None:
        """Its open end goes up to the end of its text."""
        self.grown.append(number)
        text, end, rest = self.rows[number].partition("</div>")
        self.rows[number] = grown_by(text, grown) + end + rest

    def follow(self) -> None:
        self.followed += 1

    def written(self) -> str:
        return self.field

    def write(self, text: str, *, locked: bool = False) -> None:
        self.field, self.is_locked = text, locked

    def recall(self, name: str) -> str:
        if not self.keeps:
            raise OSError("refused")
        return self.kept.get(name, "")

    def keep(self, name: str, text: str) -> None:
        if not self.keeps:
            raise OSError("full")
        self.kept[name] = text

    def date(self, seconds: float) -> str:
        return f"at {seconds:.0f}"

    def fill(self, name: str, node: object) -> None:
        self.filled[name] = node

    def watch_hold(self, held: Callable[[bool], bool]) -> Key:
        self.holds.append(Key("hold", held))
        return self.holds[-1]

    def disable(self, part: str) -> None:
        self.disabled.append(part)

    def watch_key(self, key: str, held: Callable[[bool], bool]) -> Key:
        self.keys.append(Key(key, held))
        return self.keys[-1]

    def draw(self, name: str, path: str) -> None:
        self.draws += 1
        self.paths[name] = path

    def is_calm(self) -> bool:
        return self.calm

    def show_dialog(self, shown: bool) -> None:
        self.dialog = shown

    def set_attribute(self, name: str, present: bool) -> None:
        (self.attributes.add if present else self.attributes.discard)(name)

    def focus(self, name: str) -> None:
        self.focused = name

    @property
    def has_focus(self) -> bool:
        return bool(self.focused)

    def expand(self, name: str, expanded: bool) -> None:
        self.expanded[name] = expanded

    def address(self, written: str) -> str:
        return urljoin("https://shop.test/contact", written)

    def give_back(self, *names: str) -> None:
        self.focused = names[0]

    async def copy(self, text: str) -> None:
        self.copied.append(text)

    def render(self, region: str, html: str) -> None:
        self.renders += 1
        self.regions[region] = html
        if region == "rows":
            self.order.clear()

    def set_classes(self, names: tuple[str, ...]) -> None:
        self.draws += 1
        self.classes = names

    def set_level(self, level: float) -> None:
        self.properties["--level"] = f"{level:.2f}"

    def set_property(self, name: str, value: str) -> None:
        if value:
            self.properties[name] = value
        else:
            self.properties.pop(name, None)

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        self.events.append((name, detail))

    def transcript(self, news: News) -> None:
        """To a page that listens."""
        start, messages = news()
        self.told = [*self.told[:start], *messages]
        self.tellings.append(len(messages))
        self.emit("pinecall:transcript", {"messages": self.told})

    def on_frame(self, callback: Callable[[], None]) -> Frame:
        self.frames.append(Frame(callback))
        return self.frames[-1]

    def paint(self) -> None:
        waiting, self.frames = self.frames, []
        for frame in waiting:
            if not frame.cancelled:
                frame.callback()

    @property
    def look(self) -> str:
        return " ".join(self.classes)

    @property
    def statuses(self) -> list[object]:
        return [detail["status"] for name, detail in self.events if name == "pinecall:status"]


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


@pytest.fixture
def ports() -> FakePorts:
    return fake_ports()


@pytest.fixture
def widget(host: FakeHost, ports: FakePorts) -> WidgetElement:
    widget = WidgetElement(host, ports)
    widget.attribute("agent", "mara")
    widget.attribute("name", "Mara")
    return widget


@pytest.fixture
def orb(host: FakeHost, ports: FakePorts) -> OrbElement:
    orb = OrbElement(host, ports)
    orb.attribute("agent", "mara")
    orb.attribute("name", "Mara")
    return orb


@pytest.fixture
def box(host: FakeHost, ports: FakePorts) -> ChatElement:
    box = ChatElement(host, ports)
    box.attribute("agent", "mara")
    box.attribute("name", "Mara")
    return box
