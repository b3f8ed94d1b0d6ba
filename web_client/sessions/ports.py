"""What a session needs of the outside world: the seam between `sessions/` and `browser/`.

Each port is a small `typing.Protocol`. `browser/` implements them over the browser's own
WebSocket, fetch, RTCPeerConnection and timers; the tests implement them with ordinary classes.
An adapter converts, forwards and destroys; it decides nothing.

Rules that every implementation keeps:

- **Release is synchronous and final.** After `close()`, `stop()` or `cancel()` no callback
  comes any more, no JavaScript proxy is left, and a second call does nothing.
- **Awaiting is cancellable.** When the awaiting task is cancelled, what was under way is
  aborted (fetch), or released on arrival (a microphone granted too late is stopped at once).
- **Callbacks are synchronous** and run on the event loop's thread, outside the call that
  caused them (a socket never reports `opened` from inside `Network.socket`).
- **Errors are typed**: what a session can meet is a `web_client.errors.SessionError` or one of
  the two exceptions here; a JavaScript exception never gets through.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from web_client.spelling import camel_twins

PeerState = Literal["new", "connecting", "connected", "disconnected", "failed", "closed"]


class NetworkFailed(Exception):
    """No HTTP answer was to be had: offline, DNS, TLS, CORS or a blocked request.

    The browser tells a page no more than this.
    """


class AutoplayRefused(Exception):
    """The browser plays no sound before the person has touched the page."""


class Cancel(Protocol):
    """A timer or a listener that can be called off."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the Unix epoch; never runs backwards."""

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Cancel:
        """Call `callback` once, in `seconds` (≥ 0)."""


class Random(Protocol):
    def fraction(self) -> float:
        """A number in [0, 1), for the jitter of a backoff."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    status: int
    text: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class SocketEvents(Protocol):
    """What a socket tells its owner."""

    def opened(self) -> None: ...
    def received(self, text: str) -> None: ...
    def closed(self, code: int, reason: str) -> None:
        """The socket is gone, however that came: close code (1006 without a close frame)."""


class Socket(Protocol):
    def send(self, data: str | bytes) -> None:
        """Queue one text or binary frame. Does nothing unless the socket is open."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close; `events.closed` is not called for it."""


class Network(Protocol):
    async def request(
        self, method: Literal["GET", "POST"], url: str, *, json: str | None = None
    ) -> HttpResponse:
        """One HTTP exchange; `json` is the body's text. Raises NetworkFailed."""

    def socket(self, url: str, events: SocketEvents) -> Socket:
        """Begin to open a WebSocket. A URL that can't be opened reports `closed(1006, …)`."""

    def on_online(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` each time the browser says that it is back online."""


@dataclass(frozen=True, slots=True)
class IceServer:
    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


@dataclass(frozen=True, slots=True)
class MicrophoneRequest:
    """Which microphone to open, and how (1-protocol, 1.3: all three filters on by default)."""

    device_id: str | None = None
    echo_cancellation: bool = True
    noise_suppression: bool = True
    auto_gain_control: bool = True


class Microphone(Protocol):
    """An open microphone: its light is on until `stop()`."""

    @property
    def device_id(self) -> str: ...

    @property
    def label(self) -> str:
        """The name that the system gives to the device; may be empty."""

    @property
    def is_silenced(self) -> bool:
        """The system silences the device now: whatever is said, nothing is heard."""

    @property
    def is_ended(self) -> bool:
        """The device is lost, maybe before anybody asked to be told."""

    def set_enabled(self, enabled: bool) -> None:
        """Off: silence is sent, whatever is said."""

    def level(self) -> float:
        """RMS of the last 50 ms or so, 0 to 1."""

    def on_ended(self, callback: Callable[[], None]) -> None:
        """Call `callback` if the device is lost (headphones pulled out); replaces the last one."""

    def on_silenced(self, callback: Callable[[bool], None]) -> None:
        """Call `callback` when the system silences the device, and when it no longer does;
        replaces the last one."""

    def stop(self) -> None:
        """Release the device."""


class Playback(Protocol):
    """The agent's voice, sounding."""

    def level(self) -> float:
        """RMS of the last 50 ms or so, 0 to 1."""

    def set_volume(self, volume: float) -> None:
        """0 to 1."""

    async def set_output_device(self, device_id: str) -> None:
        """Sound from this speaker; empty: the system's own. Raises a SessionError."""

    async def unlock(self) -> None:
        """Try to play again, from inside a user's gesture. Raises AutoplayRefused."""

    def close(self) -> None: ...


class RemoteTrack(Protocol):
    """The agent's audio track, as the peer connection gives it: only `Media` looks inside."""


@camel_twins
@dataclass(frozen=True, slots=True)
class Device:
    """A microphone or a speaker. `device_id` is the browser's own for this site; `label` is empty
    before the first permission (2-sessions, 2.3)."""

    device_id: str
    kind: Literal["audioinput", "audiooutput"]
    label: str


class Recorder(Protocol):
    """What a microphone hears, as frames for the wire: PCM16, mono, 16 kHz, little-endian, 1,600
    samples each (1-protocol, 1.4)."""

    async def listen(self, microphone: Microphone) -> None:
        """Record this microphone from now on, in the place of the one before. Raises a
        MicrophoneError where the page can't record."""

    async def finish(self) -> None:
        """Record what was said until now, and no more; when this returns, all of it has been
        told, the last frame maybe a shorter one."""

    def close(self) -> None:
        """Tell nothing any more. The microphones are whoever's who gave them."""


class Media(Protocol):
    def microphone(self, request: MicrophoneRequest) -> Awaitable[Microphone]:
        """Ask for a microphone, where possible inside this very call: it may be the person's
        click, and the browser asks nobody without one. Raises a MicrophoneError when awaited."""

    def recorder(self, heard: Callable[[bytes], None]) -> Recorder:
        """A recorder, which tells each frame as it is full: ten times a second."""

    def play(self, track: RemoteTrack, blocked: Callable[[], None]) -> Playback:
        """Play the agent's track; `blocked` is called if the browser refuses to sound it."""

    async def devices(self) -> Sequence[Device]:
        """Microphones and speakers; labels are empty before the first permission."""

    def on_devices_changed(self, callback: Callable[[], None]) -> Cancel: ...


class PeerEvents(Protocol):
    """What a peer connection and its `events` channel tell their owner."""

    def state_changed(self, state: PeerState) -> None: ...
    def track_added(self, track: RemoteTrack) -> None: ...
    def channel_opened(self) -> None: ...
    def channel_received(self, text: str) -> None: ...
    def channel_closed(self) -> None: ...


class Peer(Protocol):
    """One RTCPeerConnection with the microphone's track and the ordered channel `events`."""

    async def offer(self, gathering: float) -> str:
        """Make the offer, wait for ICE gathering at most `gathering` seconds; the full SDP."""

    async def accept(self, answer: str) -> None:
        """Take the server's SDP answer. Raises ProtocolError if it is none."""

    def send(self, text: str) -> None:
        """One text message on the channel. Does nothing unless the channel is open; what is too
        long for the other end is logged and not sent."""

    async def received(self) -> float:
        """How many bytes have come so far, of whatever kind; rises as long as the other end, or
        the network before it, is there."""

    async def replace_microphone(self, microphone: Microphone) -> None:
        """Send another microphone's track from now on, without renegotiation."""

    async def stats(self) -> Mapping[str, float | str]:
        """`round_trip_time`, `jitter` (seconds), `packets_lost`, `packets_received`, `codec`."""

    def close(self) -> None: ...


class PeerFactory(Protocol):
    def __call__(
        self, ice_servers: Sequence[IceServer], microphone: Microphone, events: PeerEvents
    ) -> Peer: ...


class Presence(Protocol):
    """Whether somebody is there: the page that the session lives on, and its screen."""

    def keep_awake(self) -> Cancel:
        """Keep the screen on until cancelled, where the browser can do so."""

    def on_leave(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` each time the person leaves the page, or the browser freezes it:
        from then on no timer runs and nobody looks."""

    def on_return(self, callback: Callable[[], None]) -> Cancel:
        """Call `callback` each time a page that was left is shown again as it was."""


@dataclass(frozen=True, slots=True)
class Ports:
    """One set of ports; `runtime.default_ports()` gives the browser's."""

    clock: Clock
    random: Random
    network: Network
    media: Media
    peer: PeerFactory
    presence: Presence
