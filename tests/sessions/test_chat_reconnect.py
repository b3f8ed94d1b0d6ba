"""A chat that is lost comes back, unless it was meant to end (2-sessions, 2.2)."""

from tests.sessions.chats import chat, connected, status_of
from tests.sessions.loop import settled
from web_client.sessions.ports import NetworkFailed
from web_client.testing import FakePorts, ScriptedSocket


async def test_reconnects_with_a_fresh_token_and_all_that_waits(ports: FakePorts) -> None:
    session = await connected(ports)
    session.set_context("page", "menu")
    ports.network.sockets[0].drop()
    assert status_of(session) == "reconnecting"
    session.send("still there?")
    ports.clock.advance(1)
    await settled()
    assert status_of(session) == "connected"
    first, second = ports.network.sockets
    assert first.url.endswith("token=cht_secret_1")
    assert second.url.endswith("token=cht_secret_2")
    assert second.frames == [
        {"event": "set_context", "key": "page", "value": "menu"},
        {"event": "message", "text": "still there?"},
    ]
    session.destroy()


async def test_a_close_before_chat_connected_is_tried_again(ports: FakePorts) -> None:
    async def break_once(socket: ScriptedSocket) -> None:
        ports.network.serve = ports.network.connect_chat
        socket.open()
        socket.drop()

    ports.network.serve = break_once
    session = chat(ports)
    connecting = session.connect()
    await settled()
    assert status_of(session) == "reconnecting"
    ports.clock.advance(1)
    await connecting
    assert status_of(session) == "connected"
    session.destroy()


async def test_waits_longer_each_time_and_gives_up(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"tries": 3, "first": 1, "longest": 3})
    ports.network.answers["/chat/token"] = NetworkFailed("offline")
    ports.network.sockets[0].drop()
    for seconds in (0.5, 1.0, 1.5):
        asked = len(ports.network.requests)
        ports.clock.advance(seconds - 0.01)
        await settled()
        assert len(ports.network.requests) == asked
        ports.clock.advance(0.01)
        await settled()
        assert len(ports.network.requests) == asked + 1
    assert status_of(session) == "error"
    assert session.state.error_code == "token_refused"
    assert ports.open == []


async def test_each_loss_has_all_its_tries(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"tries": 1, "first": 1})
    for lost in range(3):
        ports.clock.advance(10)
        ports.network.sockets[lost].drop()
        ports.clock.advance(0.5)
        await settled()
        assert status_of(session) == "connected"
    session.destroy()


async def test_comes_back_at_once_when_the_browser_is_online_again(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"first": 100, "longest": 100})
    ports.network.sockets[0].drop()
    await settled()
    ports.network.come_online()
    await settled()
    assert status_of(session) == "connected"
    ports.network.come_online()
    ports.clock.advance(200)
    await settled()
    assert len(ports.network.sockets) == 2
    session.destroy()


async def test_connect_while_reconnecting_waits_for_it(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.network.sockets[0].drop()
    again = session.connect()
    await settled()
    assert not again.done()
    ports.clock.advance(1)
    await again
    assert status_of(session) == "connected"
    session.destroy()


async def test_a_deliberate_end_never_reconnects(ports: FakePorts) -> None:
    session = await connected(ports)
    session.send("one")
    session.disconnect()
    ports.network.come_online()
    ports.clock.advance(600)
    await settled()
    assert status_of(session) == "idle"
    assert [message.text for message in session.state.messages] == ["one"]
    assert ports.open == []


async def test_a_stale_socket_s_late_words_are_dropped(ports: FakePorts) -> None:
    session = await connected(ports)
    stale = ports.network.sockets[0].events
    ports.network.sockets[0].drop()
    ports.clock.advance(1)
    await settled()
    stale.received('{"event": "error", "error": "stale"}')
    stale.closed(1006, "late")
    stale.opened()
    assert status_of(session) == "connected"
    assert session.state.error is None
    session.destroy()
