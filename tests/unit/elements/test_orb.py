"""The orb at work, on a page and in a world that are ordinary classes."""

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from web_client import MicrophoneRefused
from web_client.elements.orb.element import OrbElement
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts


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


async def test_blocked_sound_is_let_out_by_a_press(orb: OrbElement, ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    orb.press()
    await settled()
    assert orb.state.audio_blocked
    ports.media.autoplay_refused = False
    orb.press()
    await settled()
    assert (orb.state.status, orb.state.audio_blocked) == ("connected", False)
    orb.unmount()


async def test_a_press_after_a_call_that_nobody_heard_calls_again(
    orb: OrbElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.autoplay_refused = True
    orb.press()
    await settled()
    ports.peer.made[-1].receive({"event": "session.timeout", "reason": "idle_timeout"})
    orb.press()
    await settled()
    assert host.statuses == ["connecting", "connected", "idle", "connecting", "connected"]
    orb.unmount()
