"""Clients that don't read, dribble or never end: given up in time, while others are served."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from socket import SO_RCVBUF, SOL_SOCKET
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Agent, Call, Scripted, Server, bodies, sockets
from local_agent.sockets import Socket, go_away, open_socket
from local_agent.voice import dictation, peer
from local_agent.voice.recogniser import Recogniser
from tests.agent.calls import call_to, ending, quiet
from tests.agent.chatter import ask, chatting, reply, serving, upgrade
from tests.agent.conftest import Client

LONG = "so " * 2000
"""A message whose streamed reply is more than the buffers between server and client hold."""


@asynccontextmanager
async def _line(client: Client) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection to the server."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def _check_served(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a")) as socket:
        assert await reply(socket, "hello") == "You said: hello"


async def test_a_chat_that_is_not_read_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "UNREAD", 0.5)
    agent = Agent("a", brain=Scripted(pace=0))
    ends = asyncio.Queue[Call]()
    agent.on("call.ended")(ends.put_nowait)
    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        token = server.create_token("chat", "a")
        async with client.ws_connect("/chat/ws", params={"token": token}) as silent:
            # Unasked, Linux gives a client that doesn't read more and more of a buffer.
            silent.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_RCVBUF, 65536)
            await silent.send_json({"event": "message", "text": LONG})
            await _check_served(client, server)
            both = [await asyncio.wait_for(ends.get(), 20) for _ in range(2)]
            assert [call.history[0].text[:5] for call in both] == ["hello", "so so"]
            assert server.chats == set()


async def test_a_client_that_does_not_read_is_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "UNREAD", 0.3)
    agent = Agent("a", brain=Scripted(pace=0))
    ended = ending(agent)
    server = Server([agent], recognisers=0)

    @agent.on("chat.started")
    async def hang_up(call: Call) -> None:
        (chat,) = server.chats
        _fill(chat._socket)
        await call.hangup()

    async with serving(server) as client, _silent(client, server, "/chat/ws"):
        await asyncio.wait_for(ended.wait(), 20)
        assert server.chats == set()


async def test_the_server_ends_though_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "GOODBYE", 0.3)
    agent = Agent("a", brain=Scripted(pace=0))
    started, ended = asyncio.Event(), ending(agent)
    agent.on("chat.started")(lambda _call: started.set())
    server = Server([agent], recognisers=0)
    async with (
        serving(server) as client,
        _silent(client, server, "/chat/ws"),
        _silent(client, server, "/api/scribe/ws") as dictated,
    ):
        await asyncio.wait_for(started.wait(), 20)
        await asyncio.wait_for(dictated.readuntil(b"ready"), 20)
        (chat,), (dictation,) = server.chats, server.calls.dictations
        _fill(chat._socket)
        _fill(dictation.socket)
        await asyncio.wait_for(client.server.close(), 15)
        assert ended.is_set()
        assert server.chats == set()
        assert server.calls.dictations == set()
        assert server.calls.equipment.recognisers.lent == 0


async def test_a_chat_that_fails_to_close_keeps_no_other_open(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = server.create_token("chat", "mara")
    async with (
        chatting(client, server.create_token("chat", "mara")),
        client.ws_connect("/api/scribe/ws", params={"token": token}) as dictated,
    ):
        assert await dictated.receive_json() == {"event": "ready"}
        (chat,) = server.chats

        async def fail() -> None:
            await go_away(chat._socket)
            raise RuntimeError("closing failed")

        monkeypatch.setattr(chat, "close", fail)
        await client.server.close()
        assert (await dictated.receive()).data == 1001


@pytest.mark.parametrize("also_waits", [go_away, lambda socket: socket.send_str(LONG * 100)])
async def test_who_waits_for_a_client_is_not_cancelled_with_another(
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    also_waits: Callable[[web.WebSocketResponse], Coroutine[Any, Any, None]],
) -> None:
    monkeypatch.setattr(sockets, "GOODBYE", 60.0)
    waiting = asyncio.Queue[asyncio.Task[None]]()

    async def serve(request: web.Request) -> web.StreamResponse:
        socket = await open_socket(request, Socket)
        _fill(socket)
        monkeypatch.setattr(sockets, "UNREAD", 0.3)
        waiting.put_nowait(asyncio.create_task(socket.send_str(LONG * 100)))
        await asyncio.sleep(0)  # it waits
        monkeypatch.setattr(sockets, "UNREAD", 60.0)
        waiting.put_nowait(asyncio.create_task(also_waits(socket)))
        await asyncio.Event().wait()
        return socket

    app = web.Application()
    app.router.add_get("/chat/ws", serve)
    async with TestClient(TestServer(app)) as client, _silent(client, server, "/chat/ws"):
        both = [await asyncio.wait_for(waiting.get(), 20) for _ in range(2)]
        first, other = await asyncio.wait_for(asyncio.gather(*both, return_exceptions=True), 20)
        assert isinstance(first, ConnectionResetError)
        assert not isinstance(other, asyncio.CancelledError)


@asynccontextmanager
async def _silent(client: Client, server: Server, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """A socket to `path` whose client reads what the test reads, and nothing else."""
    async with _line(client) as (reader, writer):
        writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_RCVBUF, 65536)
        writer.write(upgrade(path, server.create_token("chat", next(iter(server.agents)))))
        yield reader


def _fill(socket: web.WebSocketResponse) -> None:
    """Send more than the buffers between server and client hold."""
    assert isinstance(socket, Socket)
    assert isinstance(socket._transport, asyncio.WriteTransport)
    socket._transport.write(bytes(16 * 1024 * 1024))


async def test_a_long_reply_that_is_read_arrives_whole() -> None:
    server = Server([Agent("a", brain=Scripted(pace=0))], recognisers=0)
    async with (
        serving(server) as client,
        chatting(client, server.create_token("chat", "a")) as socket,
    ):
        assert (await ask(socket, LONG))[-1]["text"] == f"You said: {LONG.strip()}"


async def test_a_call_whose_events_are_not_taken_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = quiet()
    ended = ending(agent)
    async with call_to(agent) as (server, caller):
        monkeypatch.setattr(peer, "MAX_UNREAD", 20_000)

        async def nothing() -> None:
            """No acknowledgement."""

        monkeypatch.setattr(caller._connection.sctp, "_send_sack", nothing)
        for _ in range(12):
            caller.send({"action": "inject_text", "text": LONG})
        await asyncio.wait_for(ended.wait(), 20)
        assert server.calls.live == set()


@pytest.mark.parametrize("sent", [b"", b'{"name":', b'{"name": "Ada"}'])
async def test_a_body_that_never_ends_is_refused(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(bodies, "TIME_LIMIT", 0.3)
    head = (
        b"POST /api/login HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n"
    )
    async with _line(client) as (reader, writer):
        writer.write(head + sent)
        async with client.get("/webrtc/ice-servers") as response:
            assert response.status == 200
        answer = await asyncio.wait_for(reader.readline(), 20)
        assert answer.split()[1] == b"408"


async def test_a_byte_now_and_then_is_no_dictation(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dictation, "PATIENCE", 0.5)
    recognisers, freed = server.calls.equipment.recognisers, asyncio.Event()
    take_back = recognisers.take_back

    def noted(recogniser: Recogniser) -> None:
        take_back(recogniser)
        freed.set()

    monkeypatch.setattr(recognisers, "take_back", noted)
    token = server.create_token("chat", "mara")
    async with _line(client) as (reader, writer):
        writer.write(upgrade("/api/scribe/ws", token))
        dripping = asyncio.create_task(_drip(writer, b"\x82\xff" + b"\0" * 100))
        said = await asyncio.wait_for(reader.readuntil(b"it took too long."), 20)
        assert b"101 Switching Protocols" in said
        dripping.cancel()
    await asyncio.wait_for(freed.wait(), 20)
    assert not server.calls.dictations
    assert recognisers.lent == 0


async def test_a_head_that_never_ends_is_cut_off() -> None:
    server = Server([Agent("a")], recognisers=0)
    runner = web.AppRunner(server.app(), keepalive_timeout=0.3)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    reader, writer = await asyncio.open_connection(*runner.addresses[0][:2])
    dripping = asyncio.create_task(_drip(writer, b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 1000))
    try:
        # What came of the head and was not read yet makes a reset of the end.
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), 20) == b""
    finally:
        dripping.cancel()
        writer.close()
        await runner.cleanup()


async def _drip(writer: asyncio.StreamWriter, data: bytes) -> None:
    for byte in data:
        writer.write(bytes([byte]))
        await asyncio.sleep(0.05)
