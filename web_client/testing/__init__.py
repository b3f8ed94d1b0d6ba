"""The outside world as ordinary classes: for tests of pages and of this library itself.

    dialogue = Dialogue().user("Have you a table for two?").bot("Yes, at eight.")
    ports = fake_ports(dialogue)
    session = ChatSession(agent="florencia", ports=ports)
    await session.connect()
    session.send("Have you a table for two?")
    await dialogue.ended()
    assert session.state.messages[-1].text == "Yes, at eight."
    session.destroy()
    assert ports.open == []

Where a dialogue is too smooth, the test is the server itself: `ports.network.sockets[-1].receive`.
Nothing sleeps: `ports.clock.advance(5)` is five seconds.
"""

from dataclasses import dataclass
from functools import partial

from web_client.sessions.ports import HttpResponse, NetworkFailed, Ports
from web_client.testing.clock import FakeClock, FakeRandom, FakeTimer
from web_client.testing.dialogue import Dialogue
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


def fake_ports(dialogue: Dialogue | None = None) -> FakePorts:
    """A world in which everything works at once, until the test says otherwise.

    With a `dialogue`, that is what is said over its first connection, and over the next ones.
    """
    gate = Gate()
    ports = FakePorts(
        clock=FakeClock(),
        random=FakeRandom(),
        network=FakeNetwork(gate),
        media=FakeMedia(gate),
        peer=FakePeers(gate),
        presence=FakePresence(),
        gate=gate,
    )
    if dialogue is not None:
        ports.network.serve = partial(_over_socket, dialogue, ports.network)
        ports.peer.serve = partial(_over_peer, dialogue, ports.peer)
    return ports


async def _over_socket(dialogue: Dialogue, network: FakeNetwork, socket: ScriptedSocket) -> None:
    if socket.dictates:
        await network.begin_dictation(socket)
        await dialogue.in_dictation(socket)
        await network.end_dictation(socket)
    else:
        await network.connect_chat(socket)
        await dialogue.in_chat(socket)


async def _over_peer(dialogue: Dialogue, peers: FakePeers, peer: FakePeer) -> None:
    await peers.connect_call(peer)
    await dialogue.in_call(peer)


__all__ = [
    "Answer",
    "Dialogue",
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
    "HttpResponse",
    "NetworkFailed",
    "Request",
    "ScriptedSocket",
    "fake_ports",
]
