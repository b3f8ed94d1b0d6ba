"""A page with one element on it, as an ordinary class."""

from collections.abc import Callable, Mapping

import pytest

from web_client.elements.orb.element import OrbElement
from web_client.testing import FakePorts, fake_ports


class Frame:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
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

    def render(self, region: str, html: str) -> None:
        self.renders += 1
        self.regions[region] = html

    def set_classes(self, names: tuple[str, ...]) -> None:
        self.classes = names

    def set_property(self, name: str, value: str) -> None:
        if value:
            self.properties[name] = value
        else:
            self.properties.pop(name, None)

    def emit(self, name: str, detail: Mapping[str, object]) -> None:
        self.events.append((name, detail))

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
def orb(host: FakeHost, ports: FakePorts) -> OrbElement:
    orb = OrbElement(host, ports)
    orb.attribute("agent", "mara")
    orb.attribute("name", "Mara")
    return orb
