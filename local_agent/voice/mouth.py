"""What the agent's voice sends: 20 ms packets in real time, silence when there is nothing to say.

A word is reported when its sound is heard, not when it leaves: a browser holds sound back for a
moment, so that a late packet makes no gap. So what was reported is what was heard, and an
interrupted reply is remembered up to there.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from local_agent.voice.opus import FRAME, TIME_BASE, silence
from local_agent.voice.sound import SPOKEN_RATE, Samples
from local_agent.voice.synthesis import Speech, Word

ON_ITS_WAY = SPOKEN_RATE * 7 // 100
"""Samples that a sound is on its way to an ear: 70 ms, measured in Chromium on the same machine.
No report of the browser's tells it; a shaky network adds to it."""

_TOO_LATE = 0.5
"""Seconds behind real time after which the clock is set anew, instead of catching up."""


@dataclass(slots=True)
class Utterance:
    """One message on its way out."""

    message_id: str
    speech: Speech
    position: int = 0
    words: deque[Word] = field(default_factory=deque)
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words.extend(self.speech.words)


class Listener(Protocol):
    """Who wants to know what leaves the mouth."""

    def began(self, utterance: Utterance) -> None: ...

    def spoke(self, utterance: Utterance, word: Word) -> None: ...

    def finished(self, utterance: Utterance) -> None: ...

    def sounded(self, frame: Samples) -> None: ...


class Mouth(MediaStreamTrack):
    """The outgoing audio track of one call."""

    kind = "audio"

    def __init__(self, listener: Listener) -> None:
        super().__init__()
        self._listener = listener
        self._queue: deque[Utterance] = deque()
        self._sent = 0
        self._began: float | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being said, or waits to be."""
        return bool(self._queue)

    def say(self, utterance: Utterance) -> None:
        """Say it, after what is being said."""
        self._queue.append(utterance)

    def hush(self) -> Utterance | None:
        """Stop at once and forget the rest; what was being said, if anything was."""
        current = self._queue[0] if self._queue else None
        self._queue.clear()
        return current

    async def recv(self) -> "av.Packet[Any]":
        """The next packet, when it is due. Called by the peer connection."""
        if self.readyState != "live":
            raise MediaStreamError
        await self._until_due()
        packet = av.Packet(self._next())
        packet.pts, packet.time_base = self._sent, TIME_BASE
        self._sent += FRAME
        return packet

    async def _until_due(self) -> None:
        now, elapsed = time.monotonic(), self._sent / SPOKEN_RATE
        if self._began is None or now - (self._began + elapsed) > _TOO_LATE:
            self._began = now - elapsed
        await asyncio.sleep(self._began + elapsed - now)

    def _next(self) -> bytes:
        if not self._queue:
            return silence()
        current = self._queue[0]
        if current.position == 0:
            self._listener.began(current)
        packet = current.speech.packets[current.position // FRAME]
        part = current.speech.samples[current.position : current.position + FRAME]
        current.position += FRAME
        while current.words and current.words[0].start + ON_ITS_WAY < current.position:
            word = current.words.popleft()
            current.heard.append(word.text)
            self._listener.spoke(current, word)
        self._listener.sounded(part)
        if current.position >= len(current.speech.samples):
            self._end(current)
        return packet

    def _end(self, current: Utterance) -> None:
        self._queue.popleft()
        for word in current.words:
            self._listener.spoke(current, word)
        self._listener.finished(current)
