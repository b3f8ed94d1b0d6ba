"""POST /webrtc/offer (1-protocol, 1.3), and the calls that it began."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from local_agent.access import Refused
from local_agent.agent import Agent
from local_agent.bodies import read_body
from local_agent.threads import Thread, Threads, thread_name
from local_agent.tokens import Channel, Grant
from local_agent.voice import vad
from local_agent.voice.peer import BadOffer
from local_agent.voice.recogniser import Recognisers
from local_agent.voice.session import Equipment, VoiceSession
from local_agent.voice.synthesis import Synthesiser

MAX_CALLS = 8
"""How many calls may run at the same time; each takes 100 MB for its recogniser."""

MAX_METADATA = 16 * 1024
"""Longest browser metadata, in characters of JSON."""

Admit = Callable[[str, Channel], tuple[Agent, Grant]]


class OfferBody(BaseModel):
    sdp: str = Field(min_length=1, max_length=100_000)
    type: Literal["offer"]
    token: str = Field("", max_length=16_384)
    config: dict[str, Any] = {}
    metadata: dict[str, Any] = {}


class Calls:
    """The voice half of a server. `admit` uses a token up, or raises TokenRefused.

    `recognisers` are made ahead; with 0 nothing is, and the first call waits for what it needs.
    """

    def __init__(self, admit: Admit, threads: Threads, recognisers: int) -> None:
        self.equipment = Equipment(Recognisers(recognisers), Synthesiser())
        self.live: set[VoiceSession] = set()
        self._admit = admit
        self._threads = threads
        self._recognisers = recognisers

    async def start(self, _app: web.Application) -> None:
        """Make ahead what the first call would have to wait for."""
        if self._recognisers:
            self.equipment.recognisers.prepare()
            await self.equipment.synthesiser.prepare()
            await asyncio.to_thread(vad.load)

    async def close(self, _app: web.Application) -> None:
        """End every call and let go of what they share."""
        await asyncio.gather(*(call.close() for call in tuple(self.live)))
        await self.equipment.recognisers.close()
        await self.equipment.synthesiser.close()

    async def offer(self, request: web.Request) -> web.Response:
        """POST /webrtc/offer"""
        body = await read_body(request, OfferBody)
        agent, grant = self._admit(body.token, "webrtc")
        if len(json.dumps(body.metadata)) > MAX_METADATA:
            raise Refused(400, f"metadata: {MAX_METADATA} characters of JSON are allowed.")
        if len(self.live) >= MAX_CALLS:
            raise Refused(503, "All lines are busy; try again later.")
        call = VoiceSession(
            agent,
            grant,
            self.equipment,
            thread=self._thread(agent, grant),
            metadata=body.metadata,
            config=body.config,
            ended=self.live.discard,
        )
        self.live.add(call)
        try:
            answer = await call.answer(body.sdp)
        except BadOffer as problem:
            raise Refused(400, str(problem)) from None
        return web.json_response({"sdp": answer, "type": "answer"})

    def _thread(self, agent: Agent, grant: Grant) -> Thread:
        try:
            return self._threads.open(thread_name(agent.id, grant.metadata))
        except ValueError as problem:
            raise Refused(400, str(problem)) from None
