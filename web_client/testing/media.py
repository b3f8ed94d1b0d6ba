"""Microphone, loudspeaker and peer connection of a test: they count who is still open."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from web_client.errors import MicrophoneError, SessionError
from web_client.protocol import CHANNEL_LIMIT
from web_client.sessions.ports import (
    AutoplayRefused,
    Device,
    IceServer,
    Microphone,
    MicrophoneRequest,
    PeerEvents,
    PeerState,
    RemoteTrack,
)
from web_client.testing.gate import Gate
from web_client.testing.recorder import FakeRecorder


class FakeMicrophone:
    def __init__(self, device_id: str, label: str = "") -> None:
        self.device_id = device_id
        self.label = label
        self.enabled = True
        self.stopped = False
        self.is_silenced = False
        self.is_ended = False
        self._ended: Callable[[], None] | None = None
        self._silenced: Callable[[bool], None] | None = None

    def set_enabled(self, enabled: bool) -> None:
        self.enabled = enabled

    def level(self) -> float:
        return 0.25 if self.enabled and not self.stopped else 0.0

    def on_ended(self, callback: Callable[[], None]) -> None:
        self._ended = callback

    def on_silenced(self, callback: Callable[[bool], None]) -> None:
        self._silenced = callback

    def silence(self, silent: bool = True) -> None:
        """The system mutes the device, or no longer does."""
        self.is_silenced = silent
        if self._silenced is not None and not self.stopped:
            self._silenced(silent)

    def pull_out(self) -> None:
        """The device is gone."""
        self.is_ended = True
        if self._ended is not None and not self.stopped:
            self._ended()

    def stop(self) -> None:
        self.stopped = True


class FakePlayback:
    def __init__(self, media: "FakeMedia") -> None:
        self._media = media
        self.volume = 1.0
        self.output_device: str | None = None
        self.closed = False

    def level(self) -> float:
        return 0.5

    def set_volume(self, volume: float) -> None:
        self.volume = volume

    async def set_output_device(self, device_id: str) -> None:
        await self._media.gate.pass_through("speaker")
        if self._media.speaker_fault is not None:
            raise self._media.speaker_fault
        if self.closed:
            raise SessionError("A voice that is over has no speaker.")
        self.output_device = device_id

    async def unlock(self) -> None:
        await self._media.gate.pass_through("unlock")
        if self._media.autoplay_refused:
            raise AutoplayRefused

    def close(self) -> None:
        self.closed = True


class FakeTrack:
    """The agent's audio track; nobody looks inside."""


class _Listener:
    def __init__(self, listeners: "list[_Listener]", callback: Callable[[], None]) -> None:
        self._listeners = listeners
        self.callback = callback
        listeners.append(self)

    def cancel(self) -> None:
        if self in self._listeners:
            self._listeners.remove(self)


class FakeMedia:
    """`refusal`: the MicrophoneError to raise instead of giving a microphone; `silenced`: the ids
    of the devices that the system silences from the beginning (its own choice is `default`);
    `pulled_out`: the ids of those that are gone by the time they are given;
    `autoplay_refused`: whether sound waits for a touch; `speaker_fault`: what choosing a speaker
    raises, `recorder_fault` what beginning to record does."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.requests: list[MicrophoneRequest] = []
        self.microphones: list[FakeMicrophone] = []
        self.playbacks: list[FakePlayback] = []
        self.recorders: list[FakeRecorder] = []
        self.refusal: MicrophoneError | None = None
        self.silenced: set[str] = set()
        self.pulled_out: set[str] = set()
        self.autoplay_refused = False
        self.speaker_fault: Exception | None = None
        self.recorder_fault: MicrophoneError | None = None
        self.device_listeners: list[_Listener] = []
        self.device_list: Sequence[Device] = (
            Device("built-in", "audioinput", "Built-in microphone"),
            Device("speakers", "audiooutput", "Speakers"),
        )

    def microphone(self, request: MicrophoneRequest) -> Awaitable[FakeMicrophone]:
        self.requests.append(request)
        return asyncio.ensure_future(self._open(request))

    async def _open(self, request: MicrophoneRequest) -> FakeMicrophone:
        await self.gate.pass_through("microphone")
        if self.refusal is not None:
            raise self.refusal
        names = {device.device_id: device.label for device in self.device_list}
        chosen = request.device_id or "default"
        label = names.get(chosen, chosen if request.device_id else "Built-in microphone")
        microphone = FakeMicrophone(chosen, label)
        microphone.is_silenced = chosen in self.silenced
        microphone.is_ended = chosen in self.pulled_out
        self.microphones.append(microphone)
        return microphone

    def recorder(self, heard: Callable[[bytes], None]) -> FakeRecorder:
        recorder = FakeRecorder(self.gate, heard, self.recorder_fault)
        self.recorders.append(recorder)
        return recorder

    def play(self, track: RemoteTrack, blocked: Callable[[], None]) -> FakePlayback:
        playback = FakePlayback(self)
        self.playbacks.append(playback)
        if self.autoplay_refused:
            asyncio.get_running_loop().call_soon(blocked)
        return playback

    async def devices(self) -> Sequence[Device]:
        return self.device_list

    def on_devices_changed(self, callback: Callable[[], None]) -> _Listener:
        return _Listener(self.device_listeners, callback)

    def plug(self, *devices: Device) -> None:
        """These are the devices now, and the browser says that they have changed."""
        self.device_list = devices
        for listener in tuple(self.device_listeners):
            listener.callback()


class FakePeer:
    """One peer connection. The test is the other side: `connect`, `receive`, `change`.

    `dead`: nothing comes any more, and nothing says so. `count_fault`: what asking for the bytes
    received raises; `count_hangs`: that question is never answered; `replace_fault`: what taking
    another microphone raises.
    """

    def __init__(
        self,
        peers: "FakePeers",
        gate: Gate,
        ice_servers: Sequence[IceServer],
        microphone: Microphone,
        events: PeerEvents,
    ) -> None:
        self._peers = peers
        self._gate = gate
        self.ice_servers = tuple(ice_servers)
        self.microphone = microphone
        self.started_enabled = getattr(microphone, "enabled", None)
        self.events = events
        self.sent: list[str] = []
        self.answer: str | None = None
        self.channel_open = False
        self.closed = False
        self.dead = False
        self.count_fault: Exception | None = None
        self.count_hangs = False
        self.replace_fault: Exception | None = None
        self._received = 0.0

    @property
    def frames(self) -> list[Any]:
        """What the client sent over the channel, parsed; without the pings."""
        return [json.loads(text) for text in self.sent if text != "ping"]

    async def offer(self, gathering: float) -> str:
        await self._gate.pass_through("offer")
        return "v=0 offer"

    async def accept(self, answer: str) -> None:
        await self._gate.pass_through("accept")
        self.answer = answer
        self._peers.accepted(self)

    def send(self, text: str) -> None:
        carried = len(text.encode()) <= CHANNEL_LIMIT
        if carried and self.channel_open and not self.closed:
            self.sent.append(text)

    async def received(self) -> float:
        if self.count_fault is not None:
            raise self.count_fault
        if self.count_hangs:
            await asyncio.get_running_loop().create_future()
        if not self.dead:
            self._received += 100
        return self._received

    async def replace_microphone(self, microphone: Microphone) -> None:
        await self._gate.pass_through("replace_microphone")
        if self.replace_fault is not None:
            raise self.replace_fault
        self.microphone = microphone

    async def stats(self) -> Mapping[str, float | str]:
        return {"round_trip_time": 0.02, "jitter": 0.001, "codec": "opus"}

    def close(self) -> None:
        self.closed = True

    def connect(self) -> None:
        """Speech and the channel are up."""
        self.change("connected")
        self.open_channel()

    def change(self, state: PeerState) -> None:
        if not self.closed:
            self.events.state_changed(state)

    def open_channel(self) -> None:
        if not self.closed:
            self.channel_open = True
            self.events.channel_opened()

    def close_channel(self) -> None:
        """The server hangs up."""
        if not self.closed:
            self.channel_open = False
            self.events.channel_closed()

    def add_track(self) -> None:
        if not self.closed:
            self.events.track_added(FakeTrack())

    def receive(self, message: str | dict[str, Any]) -> None:
        if self.channel_open and not self.closed:
            text = message if isinstance(message, str) else json.dumps(message)
            self.events.channel_received(text)


class FakePeers:
    """Makes peers. `serve` is what the other side does once it has the offer's answer back."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._tasks: set[asyncio.Future[None]] = set()
        self.made: list[FakePeer] = []
        self.serve: Callable[[FakePeer], Awaitable[None]] = self.connect_call

    def __call__(
        self, ice_servers: Sequence[IceServer], microphone: Microphone, events: PeerEvents
    ) -> FakePeer:
        peer = FakePeer(self, self._gate, ice_servers, microphone, events)
        self.made.append(peer)
        return peer

    def accepted(self, peer: FakePeer) -> None:
        task = asyncio.ensure_future(self.serve(peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def connect_call(self, peer: FakePeer) -> None:
        """A server that works."""
        await self._gate.pass_through("peer connects")
        peer.change("connected")
        await self._gate.pass_through("channel opens")
        peer.open_channel()
        peer.add_track()

    async def silent(self, peer: FakePeer) -> None:
        """A server that does nothing: the test acts by itself."""
