"""A page that is left, frozen, and shown again; and the screen that stays on (2-sessions)."""

import pytest

from tests.sessions import calls, chats
from tests.sessions.loop import other_tasks, settled
from web_client import ConnectionLost, VoiceSession
from web_client.testing import FakePorts

POINTS = 8
"""A call waits so often before it is connected (test_abandon)."""


async def test_the_screen_stays_on_from_the_press_to_the_end(ports: FakePorts) -> None:
    session = calls.voice(ports)
    assert ports.presence.awake == 0
    connecting = session.connect()
    assert ports.presence.awake == 1
    await connecting
    ports.peer.made[0].change("failed")
    assert ports.presence.awake == 1
    ports.clock.advance(1)
    await settled()
    assert ports.presence.awake == 1
    session.disconnect()
    assert ports.presence.awake == 0
    session.destroy()


async def test_a_call_ends_with_its_page(ports: FakePorts) -> None:
    session = await calls.connected(ports)
    ports.presence.leave()
    assert ports.open == []
    assert (calls.status_of(session), session.state.end_reason) == ("idle", "user")
    ports.presence.come_back()
    ports.clock.advance(60)
    await settled()
    assert calls.status_of(session) == "idle"
    await session.connect()
    assert calls.status_of(session) == "connected"
    session.destroy()


@pytest.mark.parametrize("place", range(POINTS))
async def test_a_call_that_is_being_made_ends_with_its_page(ports: FakePorts, place: int) -> None:
    ports.gate.hold_at, ports.gate.stubborn = place, True
    session = VoiceSession(agent="florencia", ports=ports)
    connecting = session.connect()
    await settled()
    ports.presence.leave()
    assert ports.open == []
    ports.gate.release()
    ports.presence.come_back()
    await settled()
    assert calls.status_of(session) == "idle"
    assert ports.open == []
    assert other_tasks() == set()
    assert isinstance(connecting.exception(), ConnectionLost)


async def test_a_chat_comes_back_with_its_page(ports: FakePorts) -> None:
    session = await chats.connected(ports)
    session.send("Hello")
    ports.presence.leave()
    assert ports.network.sockets[0].state == "closed"
    assert chats.status_of(session) == "reconnecting"
    ports.presence.leave()
    ports.presence.come_back()
    await settled()
    assert chats.status_of(session) == "connected"
    assert len(ports.network.sockets) == 2
    ports.clock.advance(60)
    await settled()
    assert len(ports.network.sockets) == 2
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("place", range(3))
async def test_a_chat_that_was_connecting_when_its_page_was_left(
    ports: FakePorts, place: int
) -> None:
    ports.gate.hold_at = place
    session = chats.chat(ports)
    connecting = session.connect()
    await settled()
    ports.presence.leave()
    assert ports.open == ["timer", "online listener", "presence listener", "presence listener"]
    ports.gate.release()
    ports.presence.come_back()
    await connecting
    assert chats.status_of(session) == "connected"
    session.destroy()


async def test_a_page_may_be_left_as_often_as_one_likes(ports: FakePorts) -> None:
    session = await chats.connected(ports, reconnect={"tries": 1})
    for _ in range(5):
        ports.presence.leave()
        assert chats.status_of(session) == "reconnecting"
        ports.presence.come_back()
        await settled()
        assert chats.status_of(session) == "connected"
    ports.network.sockets[-1].drop(1006)
    assert chats.status_of(session) == "reconnecting"
    session.destroy()


@pytest.mark.parametrize("place", [None, *range(3)])
async def test_a_chat_that_doesn_t_reconnect_ends_with_its_page(
    ports: FakePorts, place: int | None
) -> None:
    ports.gate.hold_at = place
    session = chats.chat(ports, reconnect=chats.OFF)
    connecting = session.connect()
    await settled()
    ports.presence.leave()
    assert (chats.status_of(session), session.state.error) == ("idle", None)
    assert isinstance(connecting.exception(), ConnectionLost) is (place is not None)
    assert ports.open == []
