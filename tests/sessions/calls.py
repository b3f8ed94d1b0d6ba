"""A call over the fakes, and what both its ends do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.sessions.loop import settled
from web_client import VoiceSession
from web_client.testing import FakePeer, FakePorts

OFF = {"enabled": False}


def voice(ports: FakePorts, **options: Any) -> VoiceSession:
    return VoiceSession(agent="florencia", ports=ports, **options)


async def connected(ports: FakePorts, **options: Any) -> VoiceSession:
    session = voice(ports, **options)
    await session.connect()
    await settled()
    return session


@asynccontextmanager
async def held_in_exchange(ports: FakePorts) -> AsyncIterator[None]:
    """What begins here opens another microphone; the connection takes it at `gate.release()`."""
    ports.gate.hold_at = len(ports.gate.passed) + 1
    yield
    await settled()
    assert ports.gate.passed[-1] == "replace_microphone"


def status_of(session: VoiceSession) -> str:
    return session.state.status


def says(peer: FakePeer, event: str, **members: object) -> None:
    peer.receive({"event": event, **members})
