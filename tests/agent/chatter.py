"""A chat from the browser's side: over a real socket, frame by frame."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Server
from tests.agent.conftest import Client

Socket = aiohttp.ClientWebSocketResponse
Frame = dict[str, Any]


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[Client]:
    async with TestClient(TestServer(server.app())) as client:
        yield client


@asynccontextmanager
async def chatting(client: Client, token: str, **query: str) -> AsyncIterator[Socket]:
    async with client.ws_connect("/chat/ws", params={"token": token, **query}) as socket:
        connected = await socket.receive_json()
        assert connected["event"] == "chat.connected"
        assert connected["session_id"]
        yield socket


async def ask(socket: Socket, text: str) -> list[Frame]:
    """Send a message; all frames up to its end."""
    await socket.send_json({"event": "message", "text": text})
    return await until(socket, "chat.done", "chat.error")


async def until(socket: Socket, *last: str) -> list[Frame]:
    frames: list[Frame] = []
    while not frames or frames[-1]["event"] not in last:
        frames.append(await socket.receive_json(timeout=5))
    return frames


async def reply(socket: Socket, text: str) -> str:
    """What the agent answers, whole."""
    done = (await ask(socket, text))[-1]
    assert done["event"] == "chat.done", done
    said: str = done["text"]
    return said


def upgrade(path: str, token: str) -> bytes:
    """The handshake of a client that does it by hand."""
    return (
        f"GET {path}?token={token} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
