"""Hanging up at every point of connecting (2-sessions, 2.1; 6-faults, Privacy).

Everything that a session waits for while it connects goes through the fakes' gate. So the
points can be counted, and at each the session is told to stop while the answer is still out;
then the answer comes, late. Nothing may be open, and nothing may come back to life.
"""

import asyncio

import pytest

from tests.sessions.loop import other_tasks, settled
from web_client import ChatSession, ConnectionLost, DictationSession, SessionDestroyed, VoiceSession
from web_client.testing import FakePorts

CHAT_POINTS = ("GET /chat/token", "socket opens", "chat.connected")
VOICE_POINTS = (
    "microphone",
    "GET /webrtc/token",
    "GET /webrtc/ice-servers",
    "offer",
    "POST /webrtc/offer",
    "accept",
    "peer connects",
    "channel opens",
)
DICTATION_POINTS = (
    "microphone",
    "recorder listens",
    "GET /chat/token",
    "socket opens",
    "ready",
)
AnySession = ChatSession | VoiceSession | DictationSession
KINDS: tuple[tuple[type[AnySession], tuple[str, ...]], ...] = (
    (ChatSession, CHAT_POINTS),
    (VoiceSession, VOICE_POINTS),
    (DictationSession, DICTATION_POINTS),
)
HELD_FOR_ALL: dict[type[AnySession], int] = {ChatSession: 0, VoiceSession: 1, DictationSession: 2}
PLACES = [
    pytest.param(kind, place, id=f"{kind.__name__} at {point}")
    for kind, points in KINDS
    for place, point in enumerate(points)
]


def status_of(session: AnySession) -> str:
    return session.state.status


def started(kind: type[AnySession], ports: FakePorts) -> tuple[AnySession, asyncio.Future[None]]:
    session = kind(agent="florencia", ports=ports)
    return session, session.connect()


@pytest.mark.parametrize(("kind", "points"), KINDS)
async def test_the_points_are_all_there_are(
    kind: type[AnySession], points: tuple[str, ...], ports: FakePorts
) -> None:
    session, connecting = started(kind, ports)
    await connecting
    assert tuple(ports.gate.passed) == points
    session.destroy()


@pytest.mark.parametrize("stubborn", [False, True])
@pytest.mark.parametrize(("kind", "place"), PLACES)
async def test_disconnect_leaves_nothing_and_nothing_returns(
    kind: type[AnySession], place: int, stubborn: bool, ports: FakePorts
) -> None:
    """Even with ports that ignore their cancellation, and answer when it is long too late."""
    ports.gate.hold_at, ports.gate.stubborn = place, stubborn
    session, connecting = started(kind, ports)
    await settled()
    assert ports.gate.holding
    session.disconnect()
    assert ports.open == []
    ports.gate.release()
    await settled()
    ports.clock.advance(600)
    await settled()
    assert status_of(session) == "idle"
    assert ports.open == []
    assert other_tasks() == set()
    assert isinstance(connecting.exception(), ConnectionLost)
    await session.connect()
    assert status_of(session) == "connected"
    session.destroy()
    await settled()
    assert ports.open == []


@pytest.mark.parametrize(("kind", "place"), PLACES)
async def test_destroy_leaves_nothing_and_nothing_returns(
    kind: type[AnySession], place: int, ports: FakePorts
) -> None:
    ports.gate.hold_at = place
    session, connecting = started(kind, ports)
    await settled()
    session.destroy()
    assert ports.open == []
    ports.gate.release()
    await settled()
    ports.clock.advance(600)
    await settled()
    assert status_of(session) == "destroyed"
    assert ports.open == []
    assert other_tasks() == set()
    assert isinstance(connecting.exception(), SessionDestroyed)


@pytest.mark.parametrize(("kind", "place"), PLACES)
async def test_hanging_up_in_a_reconnect_leaves_nothing(
    kind: type[AnySession], place: int, ports: FakePorts
) -> None:
    session, connecting = started(kind, ports)
    await connecting
    again = len(ports.gate.passed)
    # The microphone is held for the whole call: a reconnect doesn't ask for it.
    ports.gate.hold_at = again + max(place - HELD_FOR_ALL[kind], 0)
    _lose(ports)
    ports.clock.advance(1)
    await settled()
    assert status_of(session) == "reconnecting"
    session.disconnect()
    assert ports.open == []
    ports.gate.release()
    await settled()
    assert status_of(session) == "idle"
    assert ports.open == []
    assert other_tasks() == set()


@pytest.mark.parametrize(("kind", "place"), PLACES)
async def test_a_server_that_is_silent_for_ever_is_given_up(
    kind: type[AnySession], place: int, ports: FakePorts
) -> None:
    ports.gate.hold_at = place
    session, connecting = started(kind, ports)
    await settled()
    ports.clock.advance(120)
    await settled()
    if ports.gate.passed[place] == "GET /webrtc/ice-servers":
        await connecting
        session.destroy()
        return
    assert status_of(session) == "error"
    assert session.state.error_code == "timed_out"
    assert "again" in str(session.state.error)
    assert str(connecting.exception()) == session.state.error
    assert ports.open == []
    ports.gate.release()
    await settled()
    assert other_tasks() == set()


@pytest.mark.parametrize("kind", HELD_FOR_ALL)
@pytest.mark.parametrize("status", ["connecting", "connected", "reconnecting"])
async def test_hanging_up_from_within_a_listener(
    kind: type[AnySession], status: str, ports: FakePorts
) -> None:
    session = kind(agent="florencia", ports=ports)
    session.on("status", lambda event: event.status == status and session.disconnect())
    waiter = session.connect()
    await settled()
    if status_of(session) == "connected":
        _lose(ports)
    await settled()
    assert status_of(session) == "idle"
    assert ports.open == []
    assert other_tasks() == set()
    assert waiter.done()


def _lose(ports: FakePorts) -> None:
    """What is connected breaks off."""
    for socket in ports.network.sockets:
        if socket.state == "open":
            socket.drop()
    for peer in ports.peer.made:
        peer.change("failed")
