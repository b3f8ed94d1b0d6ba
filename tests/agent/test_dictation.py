"""Dictation over a real socket: spoken to, written down, stopped, and released."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import numpy as np
import pytest

from local_agent import Agent, Server
from local_agent.frames import MAX_FRAME
from local_agent.voice import dictation, routes
from local_agent.voice.sound import HEARD_RATE, SPOKEN_RATE, Samples, resampled
from tests.agent.caller import spoken
from tests.agent.chatter import Frame, Socket, serving
from tests.agent.conftest import Client

CHUNK = HEARD_RATE // 10
PAUSE = np.zeros(HEARD_RATE, np.int16)


@asynccontextmanager
async def _dictating(client: Client, server: Server, **query: str) -> AsyncIterator[Socket]:
    query["token"] = server.create_token("chat", "mara")
    async with client.ws_connect("/api/scribe/ws", params=query) as socket:
        yield socket


async def _say(socket: Socket, *sounds: Samples) -> None:
    """As fast as the socket takes it: the recogniser holds it back."""
    samples = np.concatenate(sounds)
    for start in range(0, len(samples), CHUNK):
        await socket.send_bytes(samples[start : start + CHUNK].tobytes())


async def _rest(socket: Socket) -> list[Frame]:
    """Every frame until the server closes."""
    return [message.json() async for message in socket]


def _heard(name: str) -> Samples:
    return resampled(spoken(name), SPOKEN_RATE, HEARD_RATE)


@pytest.fixture
async def heard(mara: Agent) -> AsyncIterator[tuple[Client, Server]]:
    """A server that hears; afterwards all that it lent is back."""
    server = Server([mara], recognisers=1)
    async with serving(server) as client:
        yield client, server
    assert not server.calls.dictations
    assert server.calls.equipment.recognisers.lent == 0


async def test_what_is_said_is_written_down(heard: tuple[Client, Server]) -> None:
    async with _dictating(*heard, lang="en-US") as socket:
        assert await socket.receive_json() == {"event": "ready"}
        await _say(socket, _heard("question"), PAUSE, _heard("barge_in"))
        await socket.send_json({"event": "stop"})
        frames = await _rest(socket)
    partials = [frame["text"] for frame in frames if frame["event"] == "partial"]
    assert "what are the opening hours" in partials
    others = [frame for frame in frames if frame["event"] != "partial"]
    assert others == [
        {"event": "final", "text": "what are the opening hours on friday"},
        # The second sentence was not over when the client said stop.
        {"event": "final", "text": "wait a minute"},
        {"event": "done"},
    ]
    assert socket.close_code == aiohttp.WSCloseCode.OK


async def test_nothing_said_is_nothing_written(heard: tuple[Client, Server]) -> None:
    async with _dictating(*heard) as socket:
        await _say(socket, PAUSE)
        await socket.send_json({"event": "stop"})
        assert await _rest(socket) == [{"event": "ready"}, {"event": "done"}]


async def test_leaving_in_the_middle_of_a_word_releases_all(heard: tuple[Client, Server]) -> None:
    async with _dictating(*heard) as socket:
        await socket.receive_json()
        await _say(socket, _heard("question")[:HEARD_RATE])
        assert (await socket.receive_json())["event"] == "partial"
    async with _dictating(*heard) as socket:
        await _say(socket, PAUSE, _heard("barge_in"))
        await socket.send_json({"event": "stop"})
        assert (await _rest(socket))[-2]["text"] == "wait a minute"


@pytest.mark.parametrize(
    "frame", [b"\0", bytes(MAX_FRAME + 2), "", "{", "[]", '{"event":"message"}', "x" * 70_000]
)
async def test_a_bad_frame_is_an_error_and_the_dictation_lives(
    client: Client, server: Server, frame: bytes | str
) -> None:
    async with _dictating(client, server) as socket:
        await socket.receive_json()
        await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(frame))
        error = await socket.receive_json()
        assert error["event"] == "error"
        assert error["error"].endswith(".")
        await socket.send_json({"event": "stop"})
        assert await _rest(socket) == [{"event": "done"}]


async def _refused(client: Client, **query: str) -> tuple[Any, int | None]:
    async with client.ws_connect("/api/scribe/ws", params=query) as socket:
        frames = await _rest(socket)
        return [frame["error"] for frame in frames], socket.close_code


async def test_what_is_refused(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _refused(client) == (["No token was given."], 4401)
    token = server.create_token("webrtc", "mara")
    assert await _refused(client, token=token) == (["The token is for webrtc, not for chat."], 4401)
    token = server.create_token("chat", "mara")
    assert await _refused(client, token=token, lang="es") == (
        ["Only English can be dictated here, not 'es'."],
        4401,
    )
    monkeypatch.setattr(routes, "MAX_LINES", 0)
    token = server.create_token("chat", "mara")
    assert await _refused(client, token=token) == (["All lines are busy; try again later."], 4401)
    async with client.get("/api/scribe/ws") as response:
        assert response.status == 426


@pytest.mark.parametrize("limit", ["LONGEST", "PATIENCE"])
async def test_a_dictation_without_end_is_ended(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(dictation, limit, 0.1)
    async with _dictating(client, server) as socket:
        ready, error = await _rest(socket)
    assert ready == {"event": "ready"}
    assert error == {"event": "error", "error": "The dictation is over; it took too long."}


async def test_the_server_going_away_ends_a_dictation() -> None:
    server = Server([Agent("mara")], recognisers=0)
    async with serving(server) as client, _dictating(client, server) as socket:
        await socket.receive_json()
        await client.server.close()
        assert (await socket.receive()).data == 1001
        assert not server.calls.dictations
        assert server.calls.equipment.recognisers.lent == 0
