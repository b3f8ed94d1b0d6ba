"""The widget at work: the call, its transcript, its languages (3-elements)."""

import pytest

from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.widgets import LANGUAGES, in_call, offered, says
from web_client.elements.widget.element import WidgetElement
from web_client.testing import FakePorts


async def test_a_call_has_a_clock_a_mute_and_a_transcript(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    ports.clock.advance(65)
    says(ports, "user.message", text="Are you open?")
    host.paint()
    assert host.regions["clock"] == "1:05"
    assert "Are you open?" in host.regions["caption"]
    assert "Are you open?" in host.rows[1]
    widget.act("mute", "")
    host.paint()
    assert 'data-act="mute" aria-pressed="true"' in host.regions["mute"]
    assert "muted" in host.look
    widget.act("transcript", "")
    assert (host.focused, "open" in host.look) == ("close", True)
    widget.act("escape", "")
    assert (host.focused, "open" in host.look) == ("transcript", False)
    widget.unmount()
    assert ports.open == []


async def test_at_rest_there_is_no_bar(widget: WidgetElement, host: FakeHost) -> None:
    host.paint()
    shown = [host.regions[name].strip() for name in ("pills", "mute", "lines")]
    assert shown == ["", "", ""]


async def test_a_language_of_the_next_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("config", {"greeting": "Hi", "voice": "any"})
    widget.attribute("default-language", "es")
    widget.assign("languages", LANGUAGES)
    host.paint()
    assert 'value="es" aria-pressed="true"' in host.regions["pills"]
    widget.act("language", "en")
    await in_call(widget)
    assert offered(ports) == {"greeting": "Hi", "voice": "nova", "language": "en"}
    assert ("pinecall:languagechange", {"language": "en"}) in host.events
    widget.unmount()


async def test_a_language_in_mid_call_changes_it_without_another_call(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    await in_call(widget)
    widget.act("language", "es")
    configure = {"action": "configure", "voice": "lucia", "stt": "fast", "language": "es"}
    assert ports.peer.made[-1].frames[-1] == configure
    assert len(ports.peer.made) == 1
    widget.unmount()


async def test_a_language_told_anew_holds_for_the_next_call(
    widget: WidgetElement, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    await in_call(widget)
    widget.act("talk", "")
    widget.assign("languages", LANGUAGES | {"en": {"voice": "echo"}})
    await in_call(widget)
    assert offered(ports) == {"voice": "echo"}
    widget.unmount()


async def test_a_language_chosen_after_configure_is_the_last_word(
    widget: WidgetElement, ports: FakePorts
) -> None:
    widget.assign("languages", LANGUAGES)
    widget.invoke("configure", {"voice": "nova", "speed": 2})
    widget.act("language", "es")
    await in_call(widget)
    configured = {"voice": "lucia", "stt": "fast", "language": "es", "speed": 2}
    assert ports.peer.made[-1].frames == [{"action": "configure", **configured}]
    widget.unmount()


async def test_one_language_is_no_choice(widget: WidgetElement, host: FakeHost) -> None:
    widget.assign("languages", {"es": LANGUAGES["es"]})
    host.paint()
    assert host.regions["pills"].strip() == ""


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("tools", {"slots": 1}, TypeError),
        ("tools", {"slots": "{% if %}"}, ValueError),
        ("tools", "slots", TypeError),
        ("languages", {"es": "Español"}, TypeError),
        ("languages", ["es"], TypeError),
    ],
)
async def test_what_the_page_got_wrong(
    widget: WidgetElement, name: str, value: object, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=name):
        widget.assign(name, value)


async def test_a_frame_in_which_nothing_changed_draws_the_level_alone(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    host.paint()
    draws = host.draws
    for _ in range(3):
        host.properties.clear()
        host.paint()
        assert host.properties == {"--level": "0.75"}
    assert host.draws == draws
    says(ports, "user.message", text="Hello")
    host.paint()
    assert host.draws == draws + 1
    assert len(host.frames) == 1  # however often it is drawn
    widget.unmount()
    assert all(frame.cancelled for frame in host.frames)


async def test_the_call_that_ends_for_silence_counts_down(
    widget: WidgetElement, host: FakeHost, ports: FakePorts
) -> None:
    await in_call(widget)
    says(ports, "session.idle_warning", remaining_seconds=9)
    ports.clock.advance(2)
    host.paint()
    assert "idle-warning" in host.look
    assert "ends in 7 s" in host.regions["caption"]
    widget.unmount()
