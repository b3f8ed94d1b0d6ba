"""The outside world as ordinary classes: for tests of pages and of this library itself.

    ports = fake_ports()
    session = ChatSession(agent="florencia", ports=ports)
    await session.connect()
    ports.network.sockets[-1].receive({"event": "chat.done", "text": "Hello"})
    session.destroy()
    assert ports.open == []

Nothing sleeps: `ports.clock.advance(5)` is five seconds.
"""

from dataclasses import dataclass

from web_client.sessions.ports import Ports
from web_client.testing.clock import FakeClock, FakeRandom, FakeTimer
from web_client.testing.gate import Gate
from web_client.testing.media import (
    FakeMedia,
    FakeMicrophone,
    FakePeer,
    FakePeers,
    FakePlayback,
    FakeTrack,
)
from web_client.testing.network import Answer, FakeNetwork, Request, ScriptedSocket
from web_client.testing.page import FakePage
from web_client.testing.presence import FakePresence
from web_client.testing.recorder import FakeRecorder


@dataclass(frozen=True, slots=True)
class FakePorts(Ports):
    """The ports of a session, each a fake, behind one gate."""

    clock: FakeClock
    random: FakeRandom
    network: FakeNetwork
    media: FakeMedia
    peer: FakePeers
    presence: FakePresence
    gate: Gate

    @property
    def open(self) -> list[str]:
        """What a session has opened and not released, by name; empty when nothing is left."""
        held = ["socket" for socket in self.network.sockets if socket.state != "closed"]
        held += ["microphone" for microphone in self.media.microphones if not microphone.stopped]
        held += ["peer" for peer in self.peer.made if not peer.closed]
        held += ["recorder" for recorder in self.media.recorders if not recorder.closed]
        held += ["playback" for playback in self.media.playbacks if not playback.closed]
        held += ["timer"] * self.clock.running
        held += ["online listener"] * len(self.network.online_listeners)
        held += ["device listener"] * len(self.media.device_listeners)
        held += ["wake lock"] * self.presence.awake
        held += ["presence listener"] * self.presence.listeners
        return held


def fake_ports() -> FakePorts:
    """A world in which everything works at once, until the test says otherwise."""
    gate = Gate()
    return FakePorts(
        clock=FakeClock(),
        random=FakeRandom(),
        network=FakeNetwork(gate),
        media=FakeMedia(gate),
        peer=FakePeers(gate),
        presence=FakePresence(),
        gate=gate,
    )


__all__ = [
    "Answer",
    "FakeClock",
    "FakeMedia",
    "FakeMicrophone",
    "FakeNetwork",
    "FakePage",
    "FakePeer",
    "FakePeers",
    "FakePlayback",
    "FakePorts",
    "FakePresence",
    "FakeRandom",
    "FakeRecorder",
    "FakeTimer",
    "FakeTrack",
    "Gate",
    "Request",
    "ScriptedSocket",
    "fake_ports",
]
