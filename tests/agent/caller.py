"""A caller: an aiortc peer that speaks WAVs into a server, and hears and reads what comes back."""

import asyncio
import fractions
import json
import time
import wave
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiohttp import ClientSession
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from local_agent.voice.sound import SPOKEN_RATE, Level, Samples, level_of, resampled
from tests.agent.conftest import Client

AUDIO = Path(__file__).parents[1] / "e2e" / "audio"
FRAME = SPOKEN_RATE // 50
LOUD = 0.01

PATIENCE = 60.0
"""Seconds for what takes a few when the machine has nothing else to do."""

Event = dict[str, Any]


def spoken(name: str) -> Samples:
    """A fixture's samples without the silence before and after it."""
    with wave.open(str(AUDIO / f"{name}.wav")) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        loud = np.flatnonzero(np.abs(samples) > 200)
        return resampled(samples[loud[0] : loud[-1]], file.getframerate(), SPOKEN_RATE)


class Microphone(MediaStreamTrack):
    """Silence, and what it is told to say."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.dead = False
        self.spoke_until = 0.0
        self._frames: deque[Samples] = deque()
        self.sent = 0
        self._began = time.monotonic()

    def speak(self, samples: Samples) -> None:
        for start in range(0, len(samples), FRAME):
            part = samples[start : start + FRAME]
            self._frames.append(np.pad(part, (0, FRAME - len(part))))

    async def recv(self) -> av.AudioFrame:
        while self.dead and not self._frames:
            # A browser may stop sending altogether.
            await asyncio.sleep(0.02)
            if self.readyState != "live":
                raise MediaStreamError
        await asyncio.sleep(self._began + self.sent / SPOKEN_RATE - time.monotonic())
        silence = np.zeros(FRAME, np.int16)
        samples = self._frames.popleft() if self._frames else silence
        if samples is not silence:
            self.spoke_until = time.monotonic()
        frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], "s16", "mono")
        frame.pts, frame.sample_rate = self.sent, SPOKEN_RATE
        frame.time_base = fractions.Fraction(1, SPOKEN_RATE)
        self.sent += FRAME
        return frame


class Caller:
    """One call, from the browser's side."""

    def __init__(self) -> None:
        self.microphone = Microphone()
        self.events: list[tuple[float, Event]] = []
        self.levels: list[tuple[float, Level]] = []
        self.pongs = 0
        self._began = time.monotonic()
        self._news = asyncio.Event()
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._connection.addTrack(self.microphone)
        self._channel = self._connection.createDataChannel("events", ordered=True)
        self._channel.on("message", self._told)
        self._channel.on("open", self._news.set)
        self._channel.on("close", self._news.set)
        self._connection.on("track", self._take_track)
        self._listening: asyncio.Task[None] | None = None

    async def connect(self, client: Client | ClientSession, token: str, **extras: Any) -> None:
        await self._connection.setLocalDescription(await self._connection.createOffer())
        sdp = self._connection.localDescription.sdp
        body = {"sdp": sdp, "type": "offer", "token": token, **extras}
        async with client.post("/webrtc/offer", json=body) as response:
            answer = await response.json()
            assert response.status == 200, answer
        await self._connection.setRemoteDescription(RTCSessionDescription(**answer))
        await self.until(lambda: self._channel.readyState == "open")

    @property
    def closed(self) -> bool:
        """Whether the server closed the connection."""
        return bool(self._channel.readyState == "closed")

    def send(self, frame: str | Event) -> None:
        self._channel.send(frame if isinstance(frame, str) else json.dumps(frame))

    def ponged(self, times: int) -> bool:
        """Whether that many pings were answered."""
        return self.pongs >= times

    def send_raw(self, frame: str | bytes) -> None:
        self._channel.send(frame)

    async def close(self) -> None:
        if self._listening:
            self._listening.cancel()
        self.microphone.stop()
        await self._connection.close()

    async def until(self, condition: Callable[[], Any], limit: float = PATIENCE) -> Any:
        """Wait until news make the condition true; who waits in vain tells what came instead."""
        try:
            async with asyncio.timeout(limit):
                while not (outcome := condition()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            error.add_note(f"So far: {self._told_so_far()}")
            raise
        return outcome

    def _told_so_far(self) -> list[tuple[float, Event]]:
        return [
            (round(at - self._began, 2), event)
            for at, event in self.events
            if event["event"] not in ("audio.metrics", "bot.word")
        ]

    async def event(self, name: str, count: int = 1) -> Event:
        """The `count`th event of this name, now or when it comes."""
        await self.until(lambda: len(self.all(name)) >= count)
        return self.all(name)[count - 1]

    def all(self, name: str) -> list[Event]:
        return [event for _, event in self.events if event["event"] == name]

    def names(self) -> list[str]:
        names = [event["event"] for _, event in self.events]
        return [name for name in names if name not in ("audio.metrics", "user.speaking")]

    def when(self, name: str, count: int = 1) -> float:
        return [at for at, event in self.events if event["event"] == name][count - 1]

    def loud_after(self, moment: float) -> list[float]:
        """When, after `moment`, the agent was heard."""
        return [at for at, level in self.levels if at > moment and level.rms > LOUD]

    def _told(self, message: str) -> None:
        if message == "pong":
            self.pongs += 1
        else:
            self.events.append((time.monotonic(), json.loads(message)))
        self._news.set()

    def _take_track(self, track: MediaStreamTrack) -> None:
        self._listening = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        resampler = av.AudioResampler("s16", "mono", SPOKEN_RATE)
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            assert isinstance(frame, av.AudioFrame)
            for part in resampler.resample(frame):
                self.levels.append((time.monotonic(), level_of(part.to_ndarray()[0])))
            self._news.set()


@asynccontextmanager
async def calling(
    client: Client | ClientSession, token: str, **extras: Any
) -> AsyncIterator[Caller]:
    caller = Caller()
    try:
        await caller.connect(client, token, **extras)
        yield caller
    finally:
        await caller.close()
