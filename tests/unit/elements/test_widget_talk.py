"""Push-to-talk by a key (2-sessions, 2.3; 3-elements)."""

import pytest

from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.widgets import in_call, is_heard
from web_client.elements.widget.element import WidgetElement
from web_client.testing import FakePorts


async def test_a_key_that_is_held_to_talk(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.attribute("push-to-talk", "Space")
    assert not host.keys[0].held(True)  # out of a call it is the page's
    await in_call(widget)
    host.paint()
    assert host.regions["caption"].count("Hold Space to talk") == 1
    assert 'data-act="mute"' not in host.regions["mute"]
    assert not is_heard(ports)
    assert host.keys[0].held(True)
    assert is_heard(ports)
    host.keys[0].held(False)
    ports.clock.advance(1)
    assert not is_heard(ports)
    widget.unmount()
    assert host.keys[0].cancelled


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("KeyT", "T"),
        ("Digit1", "1"),
        ("F2", "F2"),
        ("ShiftLeft", "Shift Left"),
        ("Numpad5", "Numpad 5"),
    ],
)
async def test_a_key_is_called_what_stands_on_it(
    widget: WidgetElement, host: FakeHost, code: str, name: str
) -> None:
    widget.attribute("push-to-talk", code)
    await in_call(widget)
    host.paint()
    assert f"Hold {name} to talk" in host.regions["caption"]
    assert host.keys[0].code == code
    widget.unmount()


async def test_a_key_that_is_held_is_heard_also_after_another_option(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.attribute("push-to-talk", "Space")
    await in_call(widget)
    widget.act("talk", "")
    widget.assign("metadata", {"page": "home"})
    await in_call(widget)
    assert host.keys[0].held(True)
    assert is_heard(ports)
    widget.unmount()
