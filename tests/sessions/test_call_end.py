"""Who ends a call, and that it stays ended (2-sessions, 2.3)."""

import pytest

from tests.sessions.calls import OFF, connected, says, status_of, voice
from tests.sessions.loop import settled
from web_client import MicrophoneRefused, SessionDestroyed
from web_client.testing import FakePorts


async def test_a_server_that_hangs_up_is_not_called_again(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.peer.made[0].close_channel()
    assert (status_of(session), session.state.end_reason) == ("idle", "server")
    assert session.state.error is None
    assert ports.open == []
    ports.clock.advance(60)
    await settled()
    assert len(ports.peer.made) == 1
    await session.connect()
    assert (status_of(session), session.state.end_reason) == ("connected", None)
    session.destroy()


@pytest.mark.parametrize("reason", ["idle_timeout", "max_duration"])
async def test_a_timeout_of_the_server_s_ends_the_call_at_once(
    ports: FakePorts, reason: str
) -> None:
    session = await connected(ports)
    says(ports.peer.made[0], "session.timeout", reason=reason)
    assert (status_of(session), session.state.end_reason) == ("idle", reason)
    assert ports.open == []
    ports.clock.advance(60)
    await settled()
    assert status_of(session) == "idle"


async def test_hanging_up_says_who_did(ports: FakePorts) -> None:
    session = await connected(ports)
    session.disconnect()
    assert (status_of(session), session.state.end_reason) == ("idle", "user")
    assert ports.open == []


async def test_the_reason_of_a_failure_is_the_network_s_alone(ports: FakePorts) -> None:
    """A call that never was did not end; one without a microphone was not ended by the network."""
    ports.media.refusal = MicrophoneRefused("Allow it, then press again.")
    session = voice(ports, reconnect=OFF)
    with pytest.raises(MicrophoneRefused):
        await session.connect()
    reasons = [session.state.end_reason]
    ports.media.refusal = None
    await session.connect()
    ports.media.refusal = MicrophoneRefused("Allow it, then press again.")
    ports.media.microphones[0].pull_out()
    await settled()
    reasons.append(session.state.end_reason)
    ports.media.refusal = None
    await session.connect()
    ports.peer.made[-1].change("failed")
    assert [*reasons, session.state.end_reason] == [None, None, "network"]
    session.destroy()


async def test_destroyed_is_the_end(ports: FakePorts) -> None:
    session = await connected(ports)
    session.destroy()
    for act in (
        session.connect,
        session.disconnect,
        session.toggle_mute,
        session.push_to_talk,
        session.press_to_talk,
        session.release_to_talk,
        lambda: session.set_muted(True),
        lambda: session.configure({}),
        lambda: session.update_options(),
        lambda: session.send_text("one"),
        lambda: session.dismiss_tool("c1"),
        lambda: session.set_volume(1),
    ):
        with pytest.raises(SessionDestroyed):
            act()
    for coming in (
        session.devices(),
        session.set_input_device("a"),
        session.set_output_device("a"),
        session.stats(),
        session.unlock_audio(),
    ):
        with pytest.raises(SessionDestroyed):
            await coming
    assert ports.open == []
