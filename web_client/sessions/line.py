"""What the ports report of one attempt's connection, in the terms of its session.

The callbacks of an attempt are guarded by its scope: after the close they say nothing.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from web_client.errors import ConnectionLost, IceFailed, SessionError
from web_client.sessions.events import Stage
from web_client.sessions.ports import Cancel, Network, Peer, PeerState, RemoteTrack, Socket
from web_client.sessions.pulse import Pulse
from web_client.sessions.scope import Scope, resolve


@dataclass(frozen=True, slots=True)
class SocketLine:
    """`ports.SocketEvents`."""

    opened: Callable[[], None]
    received: Callable[[str], None]
    closed: Callable[[int, str], None]


def open_socket(
    attempt: Scope,
    network: Network,
    url: str,
    heard: Callable[[str], None],
    closed: Callable[[int, str], None],
) -> tuple[Socket, asyncio.Future[None]]:
    """A socket that closes with the attempt, and the future of its being open."""
    opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    line = SocketLine(
        attempt.guarded(partial(resolve, opened)), attempt.guarded(heard), attempt.guarded(closed)
    )
    socket = network.socket(url, line)
    attempt.owns(socket.close)
    return socket, opened


def broken_off(what: str, code: int, reason: str) -> ConnectionLost:
    """The error for a socket that closed unasked; `what` says what was lost."""
    said = f" ({reason[:200]})" if reason else ""
    return ConnectionLost(
        f"{what}{said}. Check the network and try again.", close_code=code, detail=reason
    )


@dataclass(frozen=True, slots=True)
class PeerOwner:
    """Whom a `PeerLine` tells."""

    usable: Callable[[], None]
    reached: Callable[[Stage], None]
    heard: Callable[[str], None]
    sounds: Callable[[RemoteTrack], None]
    falters: Callable[[bool], None]
    lost: Callable[[SessionError], None]
    hung_up: Callable[[], None]


class PeerLine:
    """`ports.PeerEvents`: puts connection state and channel together.

    The call is usable when both are up. A connection that says `disconnected`, or over which
    nothing has come for `silence` seconds, falters: it gets `healing` seconds to come back by
    itself. A channel that closes never does. Over a connection that stands, nobody but the
    server closes it: that is how it hangs up (5-facts, 5.1).
    """

    def __init__(self, attempt: Scope, owner: PeerOwner, silence: float, healing: float) -> None:
        self._attempt = attempt
        self._owner = owner
        self._silence = silence
        self._healing = healing
        self._heals: Cancel | None = None
        self._pulse = Pulse(attempt, self._quiet)
        self._connected = False
        self._open = False
        self._usable = False
        self.state_changed = attempt.guarded(self._state_changed)
        self.track_added = attempt.guarded(owner.sounds)
        self.channel_opened = attempt.guarded(self._channel_opened)
        self.channel_received = attempt.guarded(self._channel_received)
        self.channel_closed = attempt.guarded(self._channel_closed)

    def feel(self, peer: Peer) -> None:
        """Feel the pulse of the connection, from now on."""
        self._pulse.begin(peer)

    def _state_changed(self, state: PeerState) -> None:
        self._connected = state == "connected"
        match state:
            case "connected":
                self._healed()
                self._see()
            case "disconnected":
                # It has its whole time from here on, however long it has been silent.
                self._wait_no_more()
                self._falter()
            case "failed" | "closed":
                self._gone()

    def _quiet(self, seconds: float) -> None:
        """For so long nothing has come; 0 if something has."""
        if seconds >= self._silence:
            self._falter()
        elif seconds == 0:
            self._healed()

    def _falter(self) -> None:
        if self._heals is None:
            self._heals = self._attempt.later(self._healing, self._gone)
            self._owner.falters(True)

    def _healed(self) -> None:
        if self._heals is not None:
            self._wait_no_more()
            self._owner.falters(False)

    def _wait_no_more(self) -> None:
        if self._heals is not None:
            self._heals.cancel()
            self._heals = None

    def _channel_opened(self) -> None:
        self._open = True
        self._see()

    def _channel_received(self, text: str) -> None:
        # What comes over the channel proves that both are up, whichever is reported first.
        self._connected = self._open = True
        if not self._usable:
            self._see()
        self._pulse.hear()
        self._owner.heard(text)

    def _channel_closed(self) -> None:
        if self._usable and self._connected:
            self._owner.hung_up()
        else:
            self._owner.lost(ConnectionLost("The call broke off. Press to call again."))

    def _see(self) -> None:
        if self._connected:
            self._owner.reached("ice")
        if self._open:
            self._owner.reached("channel")
        if self._connected and self._open and not self._usable:
            self._usable = True
            self._owner.usable()

    def _gone(self) -> None:
        self._owner.lost(self._explained())

    def _explained(self) -> SessionError:
        if self._usable:
            return IceFailed(
                "The connection to the call was lost. Check the network, then call again."
            )
        return IceFailed(
            "No way for sound to the voice server was found. A firewall may block it: "
            "try another network, then press again."
        )
