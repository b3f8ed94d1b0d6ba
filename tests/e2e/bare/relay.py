"""A network that can be cut: UDP between a browser and the agent, in userspace (5-facts, 5.1).

`Relay.carry` stands between the page and the server's answer to its offer. The offer loses all
its candidates, and the answer all but one, which leads here: there is no other way than this.
Both ends then see nothing but the relay, and what a cut network would have lost is lost.
"""

import re
import selectors
import socket
import threading
from dataclasses import dataclass

_CANDIDATES = re.compile(r"^a=(candidate:.*|end-of-candidates)\r?\n", re.MULTILINE)
# The first is the machine's own address where it has one: Firefox uses no other.
_OURS = re.compile(r"(a=candidate:\S+ 1 udp \d+) ([\d.]+) (\d+) (typ host)", re.IGNORECASE)
_LONGEST = 65_536

_Address = tuple[str, int]


def without_candidates(sdp: str) -> str:
    return _CANDIDATES.sub("", sdp)


@dataclass
class _Lane:
    """The two sockets of one call: the browser talks to `front`, the server to `back`."""

    front: socket.socket
    back: socket.socket
    server: _Address
    browser: _Address | None = None


class Relay:
    """Carries datagrams in a thread of its own until `close()`."""

    def __init__(self) -> None:
        self.is_cut = False
        self._selector = selectors.DefaultSelector()
        self._lanes: list[_Lane] = []
        self._awake, self._wake = socket.socketpair()
        self._selector.register(self._awake, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._carry_on)
        self._thread.start()

    def carry(self, answer: str) -> str:
        """The answer as if the server were here."""
        found = _OURS.search(answer)
        assert found, "the server offers no address"
        host = found[2]
        lane = _Lane(_bound(host), _bound(host), (host, int(found[3])))
        port = lane.front.getsockname()[1]
        self._lanes.append(lane)
        for side in (lane.front, lane.back):
            self._selector.register(side, selectors.EVENT_READ, lane)
        self._wake.send(b".")
        here = f"{found[1]} {host} {port} {found[4]}"
        return _CANDIDATES.sub(lambda line: _led_to(here, found[0], line[0]), answer)

    def close(self) -> None:
        self._wake.close()
        self._thread.join()
        self._selector.close()
        self._awake.close()
        for lane in self._lanes:
            lane.front.close()
            lane.back.close()

    def _carry_on(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if isinstance(key.data, _Lane):
                    self._pass_on(key.fileobj, key.data)
                elif not self._awake.recv(64):
                    return

    def _pass_on(self, side: object, lane: _Lane) -> None:
        if side is lane.front:
            datagram, lane.browser = lane.front.recvfrom(_LONGEST)
            if not self.is_cut:
                lane.back.sendto(datagram, lane.server)
            return
        datagram, _ = lane.back.recvfrom(_LONGEST)
        if lane.browser is not None and not self.is_cut:
            lane.front.sendto(datagram, lane.browser)


def _led_to(here: str, server: str, line: str) -> str:
    """The server's line with our port; no other line."""
    return line.replace(server, here) if line.startswith(server) else ""


def _bound(host: str) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((host, 0))
    return made
