"""A dictation over the fakes, and what both its ends do."""

from typing import Any

from tests.sessions.loop import settled
from web_client import DictationSession
from web_client.protocol import StopDictation, encode
from web_client.testing import FakePorts, ScriptedSocket

FRAME = bytes(3200)
ONE, TWO, THREE = (bytes([number]) * len(FRAME) for number in (1, 2, 3))
STOP = encode(StopDictation())


def dictation(ports: FakePorts, **options: Any) -> DictationSession:
    return DictationSession(agent="florencia", ports=ports, **options)


async def begun(ports: FakePorts, **options: Any) -> DictationSession:
    """The microphone is open, and somewhere on the way to the server all stands still."""
    session = dictation(ports, **options)
    session.start()
    await settled()
    assert session.state.is_recording
    return session


async def listened_to(ports: FakePorts, **options: Any) -> DictationSession:
    session = dictation(ports, **options)
    await session.start()
    return session


def hears(ports: FakePorts, *frames: bytes) -> None:
    """What the microphone hears."""
    for frame in frames:
        ports.media.recorders[-1].hear(frame)


def says(socket: ScriptedSocket, event: str, **members: object) -> None:
    socket.receive({"event": event, **members})


def light(ports: FakePorts) -> bool:
    """Whether a microphone is open."""
    return any(not microphone.stopped for microphone in ports.media.microphones)
