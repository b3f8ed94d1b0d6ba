"""Lines that fail when they are told to: the sockets and peers of a server with faults.

They are ordinary ones in all else, so that a test sees what a user would.
"""

import asyncio
import json
import math
from collections.abc import Callable, Iterator
from typing import Any

from aiohttp import web
from aiortc import MediaStreamTrack

from local_agent.faults import Faults, SessionChannel
from local_agent.sockets import MAX_MESSAGE
from local_agent.voice.peer import Owner, Peer

_GOODBYE = 0.5
"""Seconds between the reason of an end and the end itself: it has to arrive."""


class Tampering:
    """What becomes of the frames of one line."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._held: list[str] = []

    def of(self, frame: str) -> Iterator[tuple[float, str]]:
        """What to send instead of `frame`: seconds to wait, and what then."""
        fault = self._faults.of_frame(frame)
        match fault.fault if fault else None:
            case "reorder_events":
                self._held.append(frame)
                return
            case "garble_events":
                yield 0.0, frame[: len(frame) // 2]
            case "duplicate_events":
                yield from ((0.0, frame), (0.0, frame))
            case "delay_events" if fault:
                yield fault.seconds, frame
            case _:
                yield 0.0, frame
        held, self._held = self._held, []
        yield from ((0.0, later) for later in held)


class FaultySocket(web.WebSocketResponse):
    """A WebSocket of a server with `faults`."""

    def __init__(self, faults: Faults, request: web.Request) -> None:
        # No heartbeat: a server that is half-open doesn't notice anything.
        super().__init__(max_msg_size=MAX_MESSAGE, timeout=1.0)
        self.channel: SessionChannel = "scribe" if "scribe" in request.path else "chat"
        self._faults = faults
        self._transport = request.transport
        self._tampering = Tampering(faults)
        self._in_order = asyncio.Lock()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._ending: asyncio.Task[Any] | None = None
        faults.watch(self)

    async def send_str(self, data: str, compress: int | None = None) -> None:
        async with self._in_order:
            for seconds, frame in self._tampering.of(data):
                await asyncio.sleep(seconds)
                await self._flowing.wait()
                await super().send_str(frame, compress)
                self._faults.was_sent(self)

    def drop(self) -> None:
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()

    def stall(self, on: bool) -> None:
        if not isinstance(self._transport, asyncio.Transport) or self._transport.is_closing():
            return
        if on:
            self._flowing.clear()
            self._transport.pause_reading()
        else:
            self._flowing.set()
            self._transport.resume_reading()

    def oversize(self, frame: str) -> None:
        self._ending = asyncio.create_task(super().send_str(frame))

    def end(self, reason: str | None) -> None:
        self._ending = asyncio.create_task(self._end(reason))

    async def _end(self, reason: str | None) -> None:
        if reason is not None:
            await self.send_json({"event": "error", "error": reason})
        await self.close()


class FaultyPeer(Peer):
    """A peer connection of a server with `faults`."""

    channel: SessionChannel = "webrtc"

    def __init__(self, faults: Faults, owner: Owner, mouth: MediaStreamTrack) -> None:
        super().__init__(owner, mouth)
        self._faults = faults
        self._tampering = Tampering(faults)
        self._free = 0.0
        self._dropping: asyncio.Task[None] | None = None
        self._holes: list[_Hole] = []
        faults.watch(self)

    def send(self, frame: str) -> None:
        loop = asyncio.get_running_loop()
        for seconds, text in self._tampering.of(frame):
            due = max(loop.time(), self._free) + seconds
            if due <= loop.time():
                self._transmit(text)
            else:
                # A little later than the one before: timers of one moment have no order.
                self._free = math.nextafter(due, math.inf)
                loop.call_at(due, self._transmit, text)

    @property
    def closed(self) -> bool:
        return bool(self._connection.connectionState == "closed")

    def drop(self) -> None:
        self._dropping = asyncio.create_task(self._connection.close())

    def stall(self, on: bool) -> None:
        if not self._holes:
            self._holes = [_Hole(protocol) for protocol in self._protocols()]
        for hole in self._holes:
            hole.open = on

    def oversize(self, frame: str) -> None:
        super().send(frame)

    def end(self, reason: str | None) -> None:
        if reason is None:
            self._gone()
            return
        super().send(json.dumps({"event": "session.timeout", "reason": reason}))
        asyncio.get_running_loop().call_later(_GOODBYE, self._gone)

    def _transmit(self, text: str) -> None:
        super().send(text)
        self._faults.was_sent(self)

    def _protocols(self) -> list[Any]:
        # aiortc has no way to fall silent, so this reaches through it to the UDP sockets.
        ice = self._connection.getSenders()[0].transport.transport
        protocols: list[Any] = ice._connection._protocols  # noqa: SLF001
        return protocols


class _Hole:
    """Stands between a UDP socket and its protocol; while `open`, all falls into it."""

    def __init__(self, protocol: Any) -> None:
        self.open = False
        self._transport = protocol.transport
        self._received: Callable[[bytes, Any], None] = protocol.datagram_received
        protocol.transport, protocol.datagram_received = self, self.datagram_received

    def sendto(self, data: bytes, address: Any) -> None:
        if not self.open:
            self._transport.sendto(data, address)

    def datagram_received(self, data: bytes, address: Any) -> None:
        if not self.open:
            self._received(data, address)

    def close(self) -> None:
        self._transport.close()

    def get_extra_info(self, name: str) -> Any:
        return self._transport.get_extra_info(name)
