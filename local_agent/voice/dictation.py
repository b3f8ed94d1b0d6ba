"""Dictation, /api/scribe/ws: speech in, text out (1-protocol, 1.4).

One frame at a time: the next is read when this one is understood. So a client that sends faster
than the recogniser hears is held back by its own socket, and nothing piles up here.
"""

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from aiohttp import WSMessage, WSMsgType, web

from local_agent.frames import MAX_FRAME, BadFrame, read_frame
from local_agent.voice.ear import Ear
from local_agent.voice.recogniser import Recogniser, RecognitionFailed
from local_agent.voice.sound import Level, Samples
from local_agent.voice.turns import Change

LONGEST = 600.0
"""Seconds after which a dictation is over."""

PATIENCE = 30.0
"""Seconds without a frame after which it is over."""


class Dictation:
    """One dictation over `socket`. The recogniser is lent to it."""

    def __init__(self, socket: web.WebSocketResponse, recogniser: Recogniser) -> None:
        self.socket = socket
        self._recogniser = recogniser
        self._ear = Ear(recogniser, self)
        self._news: list[str | asyncio.Future[str]] = []

    async def run(self) -> None:
        """Serve the socket until the client has said stop, or is gone."""
        try:
            async with asyncio.timeout(LONGEST):
                await self._send("ready")
                async for message in self._messages():
                    await self._take(message)
        except TimeoutError:
            await self._send("error", error="The dictation is over; it took too long.")
        except ConnectionError:
            return  # the client went away under a frame
        await self.socket.close()

    async def _messages(self) -> AsyncIterator[WSMessage]:
        while True:
            message = await self.socket.receive(PATIENCE)
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            yield message

    async def _take(self, message: WSMessage) -> None:
        try:
            if message.type is WSMsgType.BINARY:
                self._ear.hear(_samples(message.data))
            else:
                _check_stop(message.data)
                await self._stop()
        except BadFrame as problem:
            await self._send("error", error=str(problem))
        await self._recogniser.caught_up()
        await self._report()

    async def _stop(self) -> None:
        self._ear.end_turn()
        await self._report()
        await self._send("done")
        await self.socket.close()

    async def _report(self) -> None:
        news, self._news = self._news, []
        for heard in news:
            if isinstance(heard, str):
                await self._send("partial", text=heard)
            else:
                await self._report_turn(heard)

    async def _report_turn(self, heard: asyncio.Future[str]) -> None:
        try:
            if text := await heard:
                await self._send("final", text=text)
        except RecognitionFailed as failure:
            await self._send("error", error=str(failure))

    async def _send(self, event: str, **members: str) -> None:
        await self.socket.send_json({"event": event, **members})

    # What the ear reports.

    def turn_changed(self, change: Change) -> None:
        """Turns have no event here."""

    def understood(self, interim: str) -> None:
        self._news.append(interim)

    def turn_ended(self, text: asyncio.Future[str]) -> None:
        self._news.append(text)

    def measured(self, level: Level, probability: float) -> None:
        """Levels have no event here."""


def _samples(data: bytes) -> Samples:
    if len(data) % 2 or len(data) > MAX_FRAME:
        raise BadFrame(f"A frame of sound is 16-bit samples, at most {MAX_FRAME} bytes of them.")
    return np.frombuffer(data, "<i2").astype(np.int16)


def _check_stop(data: str) -> None:
    if read_frame(data).get("event") != "stop":
        raise BadFrame('The frame is neither sound nor {"event": "stop"}.')
