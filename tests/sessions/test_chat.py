"""A chat over the fakes: connecting, its failures, the queue, reconnecting (2-sessions, 2.2)."""

import asyncio
import logging
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from pydantic import ValidationError

from tests.sessions.loop import settled
from web_client import (
    ChatSession,
    ConnectionLost,
    ErrorEvent,
    MessageEvent,
    ProtocolError,
    ServerError,
    SessionDestroyed,
    SessionError,
    StatusEvent,
    TimedOut,
    TokenError,
)
from web_client.sessions.ports import HttpResponse, NetworkFailed, SocketEvents
from web_client.testing import FakeNetwork, FakePorts, ScriptedSocket

OFF = {"enabled": False}


def chat(ports: FakePorts, **options: Any) -> ChatSession:
    return ChatSession(agent="florencia", ports=ports, **options)


async def connected(ports: FakePorts, **options: Any) -> ChatSession:
    session = chat(ports, **options)
    await session.connect()
    return session


def status_of(session: ChatSession) -> str:
    return session.state.status


def says(socket: ScriptedSocket, event: str, **members: object) -> None:
    socket.receive({"event": event, **members})


def _note(heard: list[tuple[str, object]], name: str, event: object) -> None:
    heard.append((name, event))


# Connecting


async def test_connects_at_chat_connected_and_no_sooner(ports: FakePorts) -> None:
    ports.network.serve = ports.network.silent
    session = chat(ports, thread="t/1 ä", server="https://voice.example/")
    connecting = session.connect()
    await settled()
    (socket,) = ports.network.sockets
    assert socket.url == ("wss://voice.example/chat/ws?token=cht_secret_1&thread=t%2F1%20%C3%A4")
    socket.open()
    await settled()
    assert status_of(session) == "connecting"
    assert not connecting.done()
    says(socket, "chat.connected", session_id="s1")
    assert status_of(session) == "connected"
    await connecting
    assert session.state.session_id == "s1"
    session.destroy()


async def test_a_wss_server_is_asked_over_https(ports: FakePorts) -> None:
    session = await connected(ports, server="wss://voice.example/")
    assert [request.url for request in ports.network.requests] == [
        "https://voice.example/chat/token?agent_id=florencia"
    ]
    session.destroy()


async def test_the_token_s_server_is_where_the_chat_is(ports: FakePorts) -> None:
    answer = {"token": "cht_x", "server": "https://eu.example"}
    session = await connected(ports, token_provider=lambda: answer)
    assert ports.network.sockets[0].url == "wss://eu.example/chat/ws?token=cht_x"
    session.destroy()


async def test_two_who_connect_share_one_attempt(ports: FakePorts) -> None:
    session = chat(ports)
    first, second = session.connect(), session.connect()
    first.cancel()
    await second
    await session.connect()
    assert len(ports.network.sockets) == 1
    session.destroy()


async def test_giving_up_the_wait_leaves_the_attempt(ports: FakePorts) -> None:
    session = chat(ports)
    session.connect().cancel()
    await settled()
    assert status_of(session) == "connected"
    session.destroy()


async def test_nobody_has_to_wait_for_an_error(ports: FakePorts) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "no")
    session = chat(ports)
    session.connect()
    await settled()
    assert status_of(session) == "error"


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (HttpResponse(403, "Origin not allowed"), TokenError, "Origin not allowed"),
        (NetworkFailed("offline"), TokenError, "Check the connection"),
        (HttpResponse(200, "<html>"), TokenError, "Log in again"),
        (RuntimeError("wss://x?token=cht_secret_9"), ProtocolError, "Try again"),
    ],
)
async def test_a_failing_token_is_a_readable_error(
    ports: FakePorts,
    answer: HttpResponse | Exception,
    expected: type[SessionError],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ports.network.answers["/chat/token"] = answer
    session = chat(ports)
    with pytest.raises(expected, match=words) as caught:
        await session.connect()
    assert status_of(session) == "error"
    assert session.state.error == str(caught.value)
    assert session.state.error_code == expected.code
    assert ports.open == []
    assert "cht_secret" not in caplog.text + str(session.state)


@pytest.mark.parametrize(
    ("acts", "step", "seconds"),
    [([], "socket", 3), (["open"], "chat.connected", 4)],
)
async def test_a_silent_server_is_given_up(
    ports: FakePorts, acts: list[str], step: str, seconds: float
) -> None:
    ports.network.serve = ports.network.silent
    session = chat(ports, timeouts={"socket": 3, "chatConnected": 4})
    connecting = session.connect()
    await settled()
    for act in acts:
        getattr(ports.network.sockets[0], act)()
    await settled()
    ports.clock.advance(seconds)
    with pytest.raises(TimedOut) as caught:
        await connecting
    assert (caught.value.step, caught.value.seconds) == (step, seconds)
    assert ports.open == []


async def test_a_close_without_reconnect_tells_code_and_reason(ports: FakePorts) -> None:
    async def refuse(socket: ScriptedSocket) -> None:
        socket.drop(4003, "token already used")

    ports.network.serve = refuse
    with pytest.raises(ConnectionLost, match="token already used") as caught:
        await chat(ports, reconnect=OFF).connect()
    assert (caught.value.close_code, caught.value.detail) == (4003, "token already used")
    assert ports.open == []


async def test_the_server_s_error_before_the_chat_ends_it(ports: FakePorts) -> None:
    async def refuse(socket: ScriptedSocket) -> None:
        socket.open()
        says(socket, "error", error="No such agent")

    ports.network.serve = refuse
    session = chat(ports)
    with pytest.raises(ServerError, match="No such agent"):
        await session.connect()
    assert status_of(session) == "error"
    assert ports.open == []


async def test_after_a_failure_connect_starts_clean(ports: FakePorts) -> None:
    working = ports.network.answers["/chat/token"]
    ports.network.answers["/chat/token"] = HttpResponse(500, "down")
    session = chat(ports)
    with pytest.raises(TokenError):
        await session.connect()
    ports.network.answers["/chat/token"] = working
    await session.connect()
    assert (status_of(session), session.state.error) == ("connected", None)
    session.destroy()


async def test_a_retry_from_within_the_error_listener_works(ports: FakePorts) -> None:
    working = ports.network.answers["/chat/token"]
    ports.network.answers["/chat/token"] = HttpResponse(500, "down")
    session = chat(ports)

    def again(event: ErrorEvent) -> None:
        ports.network.answers["/chat/token"] = working
        session.connect()

    session.on("error", again)
    first = session.connect()
    await settled()
    assert isinstance(first.exception(), TokenError)
    assert status_of(session) == "connected"
    session.destroy()


async def test_a_retry_when_the_server_ends_it_works(ports: FakePorts) -> None:
    session = await connected(ports)
    session.on("error", lambda _: session.connect())
    says(ports.network.sockets[0], "error", error="Restarting")
    await settled()
    assert status_of(session) == "connected"
    assert [socket.state for socket in ports.network.sockets] == ["closed", "open"]
    session.destroy()


async def test_a_provider_that_is_cancelled_cancels_the_wait(ports: FakePorts) -> None:
    def provide() -> None:
        raise asyncio.CancelledError

    session = chat(ports, token_provider=provide)
    connecting = session.connect()
    await settled()
    assert connecting.cancelled()
    assert status_of(session) == "idle"
    assert ports.open == []


# Sending


async def test_sends_what_was_written_before_the_connection(ports: FakePorts) -> None:
    session = chat(ports)
    session.send("  Hello ")
    session.set_context("page", "menu")
    session.set_context("cart", {"wine": 2, "from": "Málaga"})
    session.set_context("page", None)
    await session.connect()
    frames = ports.network.sockets[0].frames
    assert {"event": "set_context", "key": "page", "value": None} in frames
    assert {
        "event": "set_context",
        "key": "cart",
        "value": '{"wine": 2, "from": "Málaga"}',
    } in frames
    assert frames[-1] == {"event": "message", "text": "Hello"}
    assert len([frame for frame in frames if frame.get("key") == "page"]) == 1
    session.destroy()


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
async def test_a_context_that_json_has_no_form_of_is_refused(
    ports: FakePorts, value: object
) -> None:
    session = await connected(ports)
    with pytest.raises((TypeError, ValueError)):
        session.set_context("page", value)
    assert status_of(session) == "connected"
    session.destroy()


@pytest.mark.parametrize("text", ["", "  \n\t"])
async def test_an_empty_text_is_refused(ports: FakePorts, text: str) -> None:
    session = chat(ports)
    with pytest.raises(ValueError, match="write something"):
        session.send(text)
    assert len(session.state.messages) == 0


async def test_a_second_message_waits_for_the_turn(ports: FakePorts) -> None:
    session = await connected(ports)
    (socket,) = ports.network.sockets
    session.send("one")
    session.send("two")
    assert [frame["text"] for frame in socket.frames] == ["one"]
    assert session.state.queued == 1
    says(socket, "chat.done", message_id="m1", text="First.")
    assert [frame["text"] for frame in socket.frames] == ["one", "two"]
    session.destroy()


async def test_a_turn_that_never_ends_is_given_up_and_the_queue_moves_on(
    ports: FakePorts,
) -> None:
    session = await connected(ports, timeouts={"turn": 5})
    session.send("one")
    session.send("two")
    ports.clock.advance(5)
    assert session.state.error_code == "timed_out"
    assert [frame["text"] for frame in ports.network.sockets[0].frames] == ["one", "two"]
    session.destroy()
    assert ports.open == []


async def test_a_message_that_could_not_be_sent_can_be_sent_again(ports: FakePorts) -> None:
    session = await connected(ports, reconnect=OFF)
    session.send("one")
    session.send("two")
    ports.network.sockets[0].drop()
    assert [message.status for message in session.state.messages] == ["failed", "failed"]
    await session.connect()
    session.retry(session.state.messages[1].id)
    assert ports.network.sockets[1].frames == [{"event": "message", "text": "two"}]
    session.destroy()


# Reconnecting


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


# Events


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


async def test_what_is_unexpected_ends_with_a_readable_error(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    ports = replace(ports, network=_NetworkOfSurprises(ports.gate))
    session = chat(ports)
    with caplog.at_level(logging.DEBUG), pytest.raises(ProtocolError, match="Try again"):
        await session.connect()
    assert status_of(session) == "error"
    assert "RuntimeError" in caplog.text
    assert "cht_secret" not in caplog.text
    assert ports.open == []


class _NetworkOfSurprises(FakeNetwork):
    def socket(self, url: str, events: SocketEvents) -> ScriptedSocket:
        raise RuntimeError(f"SyntaxError: the URL {url} is invalid")


async def test_what_fails_at_the_very_start_is_an_error_too(ports: FakePorts) -> None:
    ports = replace(ports, network=_NetworkThatKnowsNoOnline(ports.gate))
    session = chat(ports)
    with pytest.raises(ProtocolError):
        await session.connect()
    assert status_of(session) == "error"
    assert ports.open == []


async def test_without_ports_the_browser_s_own_are_taken_when_needed(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web_client.runtime.default_ports", lambda: ports)
    session = ChatSession(agent="florencia")
    assert session.state.status == "idle"
    await session.connect()
    assert len(ports.network.sockets) == 1
    session.destroy()


class _NetworkThatKnowsNoOnline(FakeNetwork):
    def on_online(self, callback: object) -> Any:
        raise RuntimeError("no such event")


# Options


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"agent": ""},
        {"agent": "a", "server": "example.com"},
        {"agent": "a", "colour": "red"},
        {"agent": "a", "timeouts": {"socket": 0}},
    ],
)
def test_a_wrong_option_is_refused_at_once(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChatSession(**options)


def test_an_option_in_both_spellings_is_refused() -> None:
    with pytest.raises(TypeError, match="tokenProvider"):
        ChatSession(agent="a", token_provider=dict, tokenProvider=dict)
