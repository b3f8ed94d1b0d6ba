"""What a page says to its orb, by attribute, property and method (3-elements)."""

import math
from datetime import datetime

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from web_client.elements.orb.element import OrbElement
from web_client.elements.settings import InvalidSetting
from web_client.errors import MicrophoneRefused
from web_client.testing import FakePorts


async def test_without_an_agent_the_page_is_told(host: FakeHost, ports: FakePorts) -> None:
    orb = OrbElement(host, ports)
    orb.press()
    host.paint()
    assert host.look == "orb error"
    assert "agent" in host.regions["caption"]
    orb.attribute("agent", "mara")
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    orb.unmount()


async def test_another_agent_waits_for_the_next_call(orb: OrbElement, ports: FakePorts) -> None:
    orb.press()
    await settled()
    orb.attribute("agent", "florencia")
    assert orb.state.status == "connected"
    orb.press()
    orb.press()
    await settled()
    asked = [request.url for request in ports.network.requests if "token" in request.path]
    assert [url.rpartition("=")[2] for url in asked] == ["mara", "florencia"]
    orb.unmount()


async def test_what_was_said_before_the_call_goes_with_it(
    orb: OrbElement, ports: FakePorts
) -> None:
    orb.invoke("setContext", "page", {"title": "Prices"})
    orb.attribute("server", "https://voice.example.com")
    orb.invoke("setMuted", True)
    orb.press()
    await settled()
    frames = ports.peer.made[-1].frames
    assert {"action": "mute"} in frames
    assert {"action": "set_context", "key": "page", "value": '{"title": "Prices"}'} in frames
    assert not ports.media.microphones[-1].enabled
    orb.unmount()


async def test_what_waits_for_a_call_outlives_another_option(
    orb: OrbElement, ports: FakePorts
) -> None:
    orb.invoke("configure", {"voice": "nova"})
    orb.invoke("sendText", "Hello")
    orb.invoke("sendText", "Are you open?")
    orb.assign("metadata", {"page": "prices"})
    orb.press()
    await settled()
    said = [{"action": "inject_text", "text": text} for text in ("Hello", "Are you open?")]
    assert ports.peer.made[-1].frames == [{"action": "configure", "voice": "nova"}, *said]
    orb.press()
    orb.assign("metadata", {"page": "home"})
    orb.press()
    await settled()
    assert ports.peer.made[-1].frames == []  # all of it was for the call before
    orb.unmount()


async def test_what_was_typed_into_a_call_that_failed_outlives_another_option(
    orb: OrbElement, ports: FakePorts
) -> None:
    ports.media.refusal = MicrophoneRefused()
    orb.invoke("sendText", "Hello")
    orb.press()
    await settled()
    assert orb.state.status == "error"
    ports.media.refusal = None
    orb.attribute("agent", "florencia")
    orb.press()
    await settled()
    assert {"action": "inject_text", "text": "Hello"} in ports.peer.made[-1].frames
    orb.unmount()


async def test_what_a_page_has_said_must_be_a_text(orb: OrbElement) -> None:
    with pytest.raises(TypeError, match="Only text can be sent"):
        orb.invoke("sendText", None)


async def test_a_theme_can_be_set_and_set_again(orb: OrbElement, host: FakeHost) -> None:
    orb.assign("theme", {"ringColor": "1, 2, 3", "labelBg": "#000"})
    orb.assign("theme", {"labelBg": "#111"})
    assert host.properties == {"--label-bg": "var(--vw-label-bg, #111)"}


async def test_labels_can_be_changed_one_by_one(orb: OrbElement, host: FakeHost) -> None:
    orb.assign("labels", {"talk": "Habla con {name}"})
    host.paint()
    assert host.regions["press"] == "Habla con Mara"
    with pytest.raises(ValueError, match="labels"):
        orb.assign("labels", {"tlak": "?"})
    with pytest.raises(TypeError, match="labels must be an object"):
        orb.assign("labels", "Habla")


async def test_the_page_s_provider_gives_the_token(orb: OrbElement, ports: FakePorts) -> None:
    asked: list[str] = []

    def provide(channel: str) -> dict[str, str]:
        asked.append(channel)
        return {"token": "secret", "server": "wss://voice.example.com"}

    orb.assign("tokenProvider", provide)
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    assert asked == ["webrtc"]
    assert not [r for r in ports.network.requests if r.path == "/webrtc/token"]
    orb.unmount()


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), math.nan], ids=["date", "nan"])
async def test_metadata_that_json_has_no_form_of(
    orb: OrbElement, host: FakeHost, ports: FakePorts, value: object
) -> None:
    orb.assign("metadata", {"when": value})
    orb.press()
    host.paint()
    assert host.look == "orb error"
    assert "metadata can&#39;t be sent" in host.regions["caption"]
    name, detail = host.events[0]
    assert (name, detail["code"]) == ("pinecall:error", "invalid_option")
    assert ports.media.requests == []

    orb.assign("metadata", {"when": "today"})
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    orb.unmount()


async def test_connecting_with_a_wrong_setting_is_shown_and_raised(
    host: FakeHost, ports: FakePorts
) -> None:
    orb = OrbElement(host, ports)
    with pytest.raises(InvalidSetting, match="agent"):
        orb.invoke("connect")
    host.paint()
    assert host.look == "orb error"


async def test_a_wrong_setting_in_a_page_that_asks_for_something_else(
    host: FakeHost, ports: FakePorts
) -> None:
    with pytest.raises(InvalidSetting, match="agent"):
        OrbElement(host, ports).invoke("toggleMute")


async def test_a_context_that_json_has_no_form_of_is_refused_at_once(
    orb: OrbElement, ports: FakePorts
) -> None:
    with pytest.raises(ValueError, match="JSON"):
        orb.invoke("setContext", "price", math.nan)
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    with pytest.raises(ValueError, match="JSON"):
        orb.invoke("setContext", "price", math.nan)
    orb.unmount()


async def test_a_context_that_is_too_long_for_a_call_is_refused_at_once(
    orb: OrbElement, ports: FakePorts
) -> None:
    orb.invoke("setContext", "page", "pricing")
    with pytest.raises(ValueError, match="'page' is too long for a call"):
        orb.invoke("setContext", "page", "x" * 65_536)
    orb.press()
    await settled()
    contexts = [frame for frame in ports.peer.made[-1].frames if frame.get("key") == "page"]
    assert [frame["value"] for frame in contexts] == ["pricing"]
    orb.unmount()


async def test_another_option_between_two_calls_is_nothing_to_tell(
    orb: OrbElement, host: FakeHost
) -> None:
    for agent in ("mara", "florencia"):
        orb.attribute("agent", agent)
        orb.press()
        await settled()
        orb.press()
    assert host.statuses == ["connecting", "connected", "idle"] * 2
    orb.unmount()
    assert host.statuses[6:] == []


async def test_an_orb_that_leaves_the_page_in_a_call_says_that_it_is_over(
    orb: OrbElement, host: FakeHost
) -> None:
    orb.press()
    await settled()
    orb.unmount()
    assert host.statuses == ["connecting", "connected", "idle"]
