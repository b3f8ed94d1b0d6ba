"""A chat's connecting, and its failures (2-sessions, 2.2)."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest

from tests.sessions.chats import OFF, chat, connected, says, status_of
from tests.sessions.loop import settled
from web_client import (
    ConnectionLost,
    ErrorEvent,
    ProtocolError,
    ServerError,
    SessionError,
    TimedOut,
    TokenError,
)
from web_client.sessions.ports import HttpResponse, NetworkFailed, SocketEvents
from web_client.testing import FakeNetwork, FakePorts, ScriptedSocket


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


@pytest.mark.parametrize(("status", "passes"), [(404, False), (429, True), (503, True)])
async def test_nobody_is_told_to_log_in_where_there_is_no_login(
    ports: FakePorts, status: int, passes: bool
) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(status, "There is no agent 'nobody'.")
    session = chat(ports)
    with pytest.raises(TokenError) as caught:
        await session.connect()
    assert "Log in" not in str(caught.value)
    assert str(caught.value).endswith("in a moment." if passes else "'nobody'.")


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


class _NetworkThatKnowsNoOnline(FakeNetwork):
    def on_online(self, callback: object) -> Any:
        raise RuntimeError("no such event")
