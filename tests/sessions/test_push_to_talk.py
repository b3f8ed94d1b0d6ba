"""Push-to-talk: heard while the button is held, and no longer (2-sessions, 2.3)."""

import pytest

from tests.sessions.calls import connected, status_of, voice
from tests.sessions.loop import settled
from web_client import VoiceSession
from web_client.testing import FakePorts

MUTE, UNMUTE = {"action": "mute"}, {"action": "unmute"}
TAIL, SILENCE = 0.3, 2.0


def heard(ports: FakePorts) -> bool:
    """Whether the call's microphone sends what is said; the state never says otherwise."""
    return ports.media.microphones[-1].enabled


async def in_mode(ports: FakePorts, **options: object) -> VoiceSession:
    return await connected(ports, pushToTalk=True, **options)


async def test_not_a_sample_goes_before_the_button_is_pressed(ports: FakePorts) -> None:
    session = await in_mode(ports)
    (peer,) = ports.peer.made
    assert peer.started_enabled is False
    assert (session.state.push_to_talk, session.state.is_muted) == (True, True)
    assert peer.frames == [MUTE]
    session.press_to_talk()
    assert heard(ports)
    assert not session.state.is_muted
    assert peer.frames == [MUTE, UNMUTE]
    session.destroy()


async def test_the_last_syllable_goes_then_silence_and_then_the_server_is_told(
    ports: FakePorts,
) -> None:
    session = await in_mode(ports)
    (peer,) = ports.peer.made
    session.press_to_talk()
    session.release_to_talk()
    ports.clock.advance(TAIL * 0.99)
    assert (heard(ports), session.state.is_muted) == (True, False)
    ports.clock.advance(TAIL * 0.01)
    assert (heard(ports), session.state.is_muted) == (False, True)
    assert peer.frames[-1] == UNMUTE
    ports.clock.advance(SILENCE)
    assert peer.frames[-1] == MUTE
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("after", [0.0, TAIL / 2, TAIL * 2])
async def test_pressed_again_the_server_never_stopped_listening(
    ports: FakePorts, after: float
) -> None:
    session = await in_mode(ports)
    session.press_to_talk()
    session.release_to_talk()
    ports.clock.advance(after)
    session.press_to_talk()
    session.press_to_talk()
    ports.clock.advance(10)
    assert (heard(ports), session.state.is_muted) == (True, False)
    assert ports.peer.made[0].frames == [MUTE, UNMUTE]
    session.destroy()


async def test_held_before_the_connection(ports: FakePorts) -> None:
    session = voice(ports)
    session.push_to_talk()
    session.press_to_talk()
    connecting = session.connect()
    await connecting
    assert ports.peer.made[0].started_enabled is True
    assert ports.peer.made[0].frames == []
    session.destroy()


async def test_let_go_while_connecting(ports: FakePorts) -> None:
    ports.gate.hold_at = 1
    session = voice(ports, pushToTalk=True)
    session.press_to_talk()
    connecting = session.connect()
    await settled()
    session.release_to_talk()
    ports.clock.advance(TAIL)
    assert not heard(ports)
    ports.gate.release()
    await connecting
    assert ports.peer.made[0].started_enabled is False
    assert ports.peer.made[0].frames == [MUTE]
    ports.clock.advance(SILENCE)
    assert ports.peer.made[0].frames == [MUTE]
    session.destroy()


async def test_who_mutes_is_not_heard_whatever_is_held(ports: FakePorts) -> None:
    session = await in_mode(ports)
    session.press_to_talk()
    session.set_muted(True)
    assert not heard(ports)
    assert ports.peer.made[0].frames[-1] == MUTE
    session.release_to_talk()
    session.press_to_talk()
    assert not heard(ports)
    session.set_muted(False)
    assert heard(ports)
    session.destroy()


async def test_muted_in_the_tail_the_server_is_told_at_once(ports: FakePorts) -> None:
    session = await in_mode(ports)
    session.press_to_talk()
    session.release_to_talk()
    session.set_muted(True)
    assert not heard(ports)
    ports.clock.advance(10)
    assert ports.peer.made[0].frames == [MUTE, UNMUTE, MUTE]
    session.destroy()


async def test_unmuted_who_holds_nothing_stays_silent(ports: FakePorts) -> None:
    session = await in_mode(ports)
    session.toggle_mute()
    assert not heard(ports)
    assert session.state.is_muted
    session.destroy()


async def test_the_mode_is_switched_in_mid_call(ports: FakePorts) -> None:
    session = await connected(ports)
    session.press_to_talk()
    session.release_to_talk()
    assert heard(ports)
    session.push_to_talk()
    assert (heard(ports), session.state.push_to_talk) == (False, True)
    session.push_to_talk(False)
    assert (heard(ports), session.state.push_to_talk) == (True, False)
    assert ports.peer.made[0].frames == [MUTE, UNMUTE]
    session.destroy()


async def test_held_through_a_reconnect(ports: FakePorts) -> None:
    session = await in_mode(ports)
    session.press_to_talk()
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    assert heard(ports)
    assert MUTE not in ports.peer.made[1].frames
    session.release_to_talk()
    ports.clock.advance(TAIL + SILENCE)
    assert ports.peer.made[1].frames[-1] == MUTE
    session.destroy()


async def test_let_go_in_a_hole_the_new_server_is_told(ports: FakePorts) -> None:
    session = await in_mode(ports)
    session.press_to_talk()
    ports.peer.made[0].change("failed")
    session.release_to_talk()
    ports.clock.advance(TAIL)
    assert status_of(session) == "reconnecting"
    assert not heard(ports)
    ports.clock.advance(10)
    await settled()
    assert ports.peer.made[1].frames[0] == MUTE
    session.destroy()


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("end", ["user", "error", "server"])
async def test_the_end_of_a_call_lets_go(ports: FakePorts, held: bool, end: str) -> None:
    """Also in the middle of a tail: the next call begins in silence."""
    session = await in_mode(ports, reconnect={"enabled": False})
    session.press_to_talk()
    if not held:
        session.release_to_talk()
    if end == "user":
        session.disconnect()
    elif end == "error":
        ports.peer.made[0].change("failed")
    else:
        ports.peer.made[0].close_channel()
    assert session.state.is_muted
    assert ports.open == []
    await session.connect()
    assert ports.peer.made[1].started_enabled is False
    session.destroy()


async def test_started_muted_as_well(ports: FakePorts) -> None:
    session = await in_mode(ports, startMuted=True)
    session.press_to_talk()
    assert not heard(ports)
    session.destroy()
