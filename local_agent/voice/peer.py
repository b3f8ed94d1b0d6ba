"""The peer connection of one call: its sound, its channel of events, its end (1-protocol, 1.3)."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Protocol

import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import SessionDescription

from local_agent.voice.network import without_mdns
from local_agent.voice.sound import HEARD_RATE, Samples

log = logging.getLogger(__name__)

CONNECT_LIMIT = 20.0
"""Seconds within which the browser must connect after the answer."""

MISSING = 5
"""Looks in a row that find no sound; then silence is assumed (a browser may stop sending)."""

_LOOK = 0.1
"""Seconds. However long this machine stood still, that is one look, and behind it sound waits."""

MAX_UNREAD = 1024 * 1024
"""Bytes that may wait for a browser that doesn't take them; past that the call is over."""

_MAX_WAITING = 256
"""Frames kept until the channel is open."""


class BadOffer(Exception):
    """The offer's SDP can't be used."""


class Owner(Protocol):
    """Who has the call."""

    def connected(self) -> None: ...

    def heard(self, samples: Samples) -> None: ...

    def told(self, frame: object) -> None: ...

    def gone(self) -> None: ...


_OPUS = [
    codec
    for codec in RTCRtpSender.getCapabilities("audio").codecs
    if codec.mimeType == "audio/opus"
]

NewPeer = Callable[[Owner, MediaStreamTrack], "Peer"]


class Peer:
    """One browser. After `close` its owner hears nothing more."""

    def __init__(self, owner: Owner, mouth: MediaStreamTrack) -> None:
        self._owner: Owner | None = owner
        # No ICE servers: without a list aiortc would ask a public one.
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.addTrack(mouth)
        # The mouth's packets are Opus, so a browser has to take that.
        self._connection.getTransceivers()[0].setCodecPreferences(_OPUS)
        self._channel: RTCDataChannel | None = None
        self._waiting: deque[str] = deque(maxlen=_MAX_WAITING)
        self._listening: asyncio.Task[None] | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._connection.on("track", self._take_track)
        self._connection.on("datachannel", self._take_channel)
        self._connection.on("connectionstatechange", self._follow_state)

    async def answer(self, sdp: str) -> str:
        """The answer to the browser's offer. Raises BadOffer."""
        if "m=audio" not in sdp:
            raise BadOffer("The offer has no audio.")
        try:
            _check_bundle(sdp)
            offer = RTCSessionDescription(without_mdns(sdp), "offer")
            await self._connection.setRemoteDescription(offer)
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except Exception as error:
            # aiortc's parser raises whatever it stumbles over: it was not made for distrust.
            log.info("an offer can't be used: %r", error)
            raise BadOffer("The offer's sdp can't be used.") from error
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(CONNECT_LIMIT, self._gone)
        answer: str = self._connection.localDescription.sdp
        return answer

    def send(self, frame: str) -> None:
        """Send a frame now, or as soon as the channel is open."""
        if self._channel is None or self._channel.readyState == "connecting":
            self._waiting.append(frame)
        elif self._channel.bufferedAmount > MAX_UNREAD:
            log.info("a browser doesn't take what it is sent")
            self._gone()
        elif self._channel.readyState == "open":
            try:
                self._channel.send(frame)
            except (InvalidStateError, ConnectionError):
                log.info("the channel went away under a frame")

    async def close(self) -> None:
        """Close everything. Returns when nothing of it runs any more."""
        self._owner = None
        if self._deadline:
            self._deadline.cancel()
        if self._listening:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        try:
            await self._connection.close()
        except Exception as error:
            # aiortc trips over what a bad offer left half made.
            log.info("a peer connection is closed piece by piece: %r", error)
            await self._close_pieces()

    async def _close_pieces(self) -> None:
        senders = self._connection.getSenders()
        transports = {sender.transport for sender in senders if sender.transport}
        if self._connection.sctp:
            transports.add(self._connection.sctp.transport)
        stops = [part.stop() for dtls in transports for part in (dtls, dtls.transport)]
        await asyncio.gather(*stops, return_exceptions=True)

    def _take_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "audio" and self._listening is None:
            self._listening = asyncio.create_task(self._listen(track))

    def _take_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != "events" or self._channel is not None:
            return
        self._channel = channel
        channel.on("message", self._told)
        channel.on("close", self._gone)
        while self._waiting:
            channel.send(self._waiting.popleft())

    def _follow_state(self) -> None:
        state = self._connection.connectionState
        log.debug("peer connection: %s", state)
        if state in ("failed", "closed"):
            self._gone()
        elif state == "connected" and self._owner:
            if self._deadline:
                self._deadline.cancel()
            self._owner.connected()

    def _told(self, frame: object) -> None:
        if self._owner:
            self._owner.told(frame)

    def _gone(self) -> None:
        if self._owner:
            self._owner.gone()

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler("s16", "mono", HEARD_RATE)
        missing = 0
        try:
            while self._owner:
                try:
                    frame = await asyncio.wait_for(track.recv(), _LOOK)
                except TimeoutError:
                    missing += 1
                    if missing >= MISSING:
                        # The wall clock goes on, so that a turn can end (5-facts, 5.1).
                        self._owner.heard(_silence(_LOOK * (MISSING if missing == MISSING else 1)))
                    continue
                missing = 0
                if not isinstance(frame, av.AudioFrame):
                    continue
                for part in resampler.resample(frame):
                    self._owner.heard(part.to_ndarray()[0])
        except MediaStreamError:
            self._gone()


def _check_bundle(sdp: str) -> None:
    """Raises ValueError for a bundle of media that are not there: aiortc would connect to it."""
    offer = SessionDescription.parse(sdp)
    there = {media.rtp.muxId for media in offer.media}
    for group in offer.group:
        if not there.issuperset(group.items):
            raise ValueError(f"the {group.semantic} group names media that are not there")


def _silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * HEARD_RATE), np.int16)
