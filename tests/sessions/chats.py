"""A chat over the fakes, and what both its ends do."""

from typing import Any

from web_client import ChatSession
from web_client.testing import FakePorts, ScriptedSocket

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
