"""What a page learns of a chat, up to its end (2-sessions, 2.2)."""

import logging
from functools import partial

import pytest

from tests.sessions.chats import chat, connected, says, status_of
from web_client import MessageEvent, SessionDestroyed, StatusEvent, TokenError
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts


def _note(heard: list[tuple[str, object]], name: str, event: object) -> None:
    heard.append((name, event))


async def test_events_by_every_name(ports: FakePorts) -> None:
    session = chat(ports)
    heard: list[tuple[str, object]] = []
    for name in ("status", "message", "error", "change", "event", "chat.done", "new.thing"):
        session.on(name, partial(_note, heard, name))
    await session.connect()
    heard.clear()
    (socket,) = ports.network.sockets
    says(socket, "chat.done", message_id="m1", text="Hello")
    assert [name for name, _ in heard] == ["event", "chat.done", "message", "change"]
    message = heard[2][1]
    assert isinstance(message, MessageEvent)
    assert message.message is session.state.messages[0]
    heard.clear()
    says(socket, "new.thing", answer=42)
    assert [name for name, _ in heard] == ["event", "new.thing"]
    heard.clear()
    for text in ("pong", "[]", '{"event": 7}', '{"event": "chat.token"}'):
        socket.receive(text)
    assert heard == []
    says(socket, "status", status="destroyed")
    assert [name for name, _ in heard] == ["event"]
    session.destroy()


async def test_the_message_event_carries_the_one_that_changed(ports: FakePorts) -> None:
    session = await connected(ports)
    (socket,) = ports.network.sockets
    says(socket, "chat.tool_call", tool_calls=[{"id": "c1", "name": "book", "arguments": "{}"}])
    says(socket, "chat.token", message_id="m1", text="Your")
    heard: list[MessageEvent] = []
    session.on("message", heard.append)
    says(socket, "chat.tool_result", tool_call_id="c1", name="book", result="{}")
    assert [event.message.text for event in heard] == ["✓ book"]
    session.destroy()


async def test_a_raising_listener_stops_nobody(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    session = chat(ports)
    heard: list[str] = []

    def refuse(*_: object) -> None:
        raise RuntimeError("in the page")

    for name in ("status", "message", "error", "change", "event"):
        session.on(name, refuse)
    session.subscribe(refuse)
    session.subscribe(lambda: heard.append(status_of(session)))
    with caplog.at_level(logging.ERROR):
        await session.connect()
        ports.network.sockets[0].drop()
        session.disconnect()
    assert heard == ["connecting", "connected", "reconnecting", "idle"]
    assert ports.open == []


async def test_the_snapshot_is_the_same_until_something_changes(ports: FakePorts) -> None:
    session = await connected(ports)
    before = session.state
    ports.network.sockets[0].receive("pong")
    session.set_context("page", "menu")
    assert session.get_state() is before
    session.destroy()


async def test_reading_events_as_they_come(ports: FakePorts) -> None:
    session = chat(ports)
    stream = session.events("status")
    await session.connect()
    session.destroy()
    seen = [(event.event, event.status) async for event in stream]
    assert seen[:2] == [("status", "connecting"), ("status", "connected")]


async def test_async_with_connects_and_destroys(ports: FakePorts) -> None:
    statuses: list[StatusEvent] = []
    async with chat(ports) as session:
        session.on("status", statuses.append)
        assert status_of(session) == "connected"
    assert status_of(session) == "destroyed"
    assert [event.status for event in statuses] == ["destroyed"]
    assert ports.open == []


async def test_async_with_that_can_t_connect_leaves_nothing(ports: FakePorts) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "no")
    session = chat(ports)
    with pytest.raises(TokenError):
        async with session:
            pytest.fail("not connected")
    assert status_of(session) == "destroyed"


@pytest.mark.parametrize("inside", [False, True])
async def test_everybody_hears_of_the_end_also_from_within_a_listener(
    ports: FakePorts, inside: bool
) -> None:
    session = chat(ports)
    heard: list[tuple[str, str]] = []

    def destroy(event: StatusEvent) -> None:
        if inside and event.status in ("connected", "destroyed"):
            session.destroy()

    session.on("status", destroy)
    session.on("status", lambda event: heard.append(("status", event.status)))
    session.on("change", lambda event: heard.append(("change", event.state.status)))
    stream = session.events("change")
    await session.connect()
    session.destroy()
    assert heard == [
        (name, status)
        for status in ("connecting", "connected", "destroyed")
        for name in ("status", "change")
    ]
    read = [event.state.status async for event in stream]
    assert read == ["connecting", "connected", "destroyed"]
    assert ports.open == []


async def test_destroyed_is_the_end(ports: FakePorts) -> None:
    session = await connected(ports)
    session.destroy()
    session.destroy()
    for act in (
        session.connect,
        session.disconnect,
        lambda: session.send("one"),
        lambda: session.retry(1),
        lambda: session.set_context("page", "menu"),
        lambda: session.subscribe(print),
        lambda: session.on("change", print),
        lambda: session.off("change", print),
        lambda: session.add_event_listener("change", print),
        lambda: session.remove_event_listener("change", print),
        lambda: session.events(),
    ):
        with pytest.raises(SessionDestroyed):
            act()
