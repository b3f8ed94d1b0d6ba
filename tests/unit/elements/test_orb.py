"""The orb at work, on a page and in a world that are ordinary classes."""

from collections.abc import Callable, Mapping

import pytest

from tests.sessions.loop import settled
from web_client import MicrophoneRefused
from web_client.elements.orb.element import OrbElement
from web_client.sessions.ports import HttpResponse
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


async def test_a_press_calls_and_the_next_one_hangs_up(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    orb.press()
    await settled()
    host.paint()
    assert host.look == "orb active"
    assert host.regions["press"] == "Hang up on Mara"
    orb.press()
    host.paint()
    assert host.look == "orb"
    assert host.statuses == ["connecting", "connected", "idle"]
    assert ports.open == []


async def test_a_second_press_while_connecting_cancels(orb: OrbElement, ports: FakePorts) -> None:
    orb.press()
    orb.press()
    await settled()
    assert orb.state.status == "idle"
    assert ports.open == []


async def test_leaving_the_page_in_a_call_leaves_nothing(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    orb.press()
    await settled()
    orb.unmount()
    host.paint()
    assert ports.open == []


async def test_one_frame_for_many_changes(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    orb.press()
    await settled()
    host.paint()
    before = host.renders
    peer = ports.peer.made[-1]
    for text in ("are", "are you", "are you open"):
        peer.receive({"event": "user.speaking", "text": text})
    assert host.renders == before
    host.paint()
    assert "are you open" in host.regions["caption"]
    assert host.renders == before + 2  # the caption, and that nobody listens any more
    orb.unmount()


async def test_a_refused_microphone_is_shown_and_the_next_press_tries_again(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = MicrophoneRefused("Allow the microphone in the address bar.")
    orb.press()
    await settled()
    host.paint()
    assert host.look == "orb error"
    assert "Allow the microphone" in host.regions["caption"]
    raised = [detail for name, detail in host.events if name == "pinecall:error"]
    assert [detail["code"] for detail in raised] == ["microphone_refused"]
    ports.media.refusal = None
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    orb.unmount()


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


async def test_state_and_events_are_plain_camel_case(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    orb.press()
    await settled()
    ports.peer.made[-1].receive({"event": "user.message", "text": "Hello"})
    name, detail = host.events[-1]
    assert name == "pinecall:transcript"
    assert detail["messages"] == [
        {
            "id": 1,
            "role": "user",
            "text": "Hello",
            "isInterim": False,
            "speaking": False,
            "interrupted": False,
            "messageId": None,
            "toolCallId": None,
        }
    ]
    state = orb.invoke("getState")
    assert isinstance(state, dict)
    assert (state["status"], state["isMuted"]) == ("connected", False)
    orb.unmount()


async def test_a_theme_can_be_set_and_set_again(orb: OrbElement, host: FakeHost) -> None:
    orb.assign("theme", {"ringColor": "1, 2, 3", "labelBg": "#000"})
    orb.assign("theme", {"labelBg": "#111"})
    assert host.properties == {"--vw-label-bg": "#111"}


async def test_labels_can_be_changed_one_by_one(orb: OrbElement, host: FakeHost) -> None:
    orb.assign("labels", {"talk": "Habla con {name}"})
    host.paint()
    assert host.regions["press"] == "Habla con Mara"
    with pytest.raises(ValueError, match="labels"):
        orb.assign("labels", {"tlak": "?"})
    with pytest.raises(TypeError, match="labels must be an object"):
        orb.assign("labels", "Habla")


async def test_the_page_s_provider_gives_the_token(orb: OrbElement, ports: FakePorts) -> None:
    orb.assign("tokenProvider", lambda: {"token": "secret", "server": "wss://voice.example.com"})
    orb.press()
    await settled()
    assert orb.state.status == "connected"
    assert not [r for r in ports.network.requests if r.path == "/webrtc/token"]
    orb.unmount()


async def test_a_refused_token_is_an_error_to_retry(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers["/webrtc/token"] = HttpResponse(403, "origin not allowed")
    orb.press()
    await settled()
    host.paint()
    assert "origin not allowed" in host.regions["caption"]
    assert host.regions["press"] == "Try again to talk to Mara"
    assert ports.open == []
