"""What needs a recogniser: POST /webrtc/offer (1-protocol, 1.3) and /api/scribe/ws (1.4)."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, Field

from local_agent.access import Refused
from local_agent.agent import Agent
from local_agent.bodies import read_body
from local_agent.sockets import NewSocket, go_away, open_socket, refuse
from local_agent.threads import Thread, Threads, thread_name
from local_agent.tokens import Channel, Grant, TokenRefused
from local_agent.voice import vad
from local_agent.voice.dictation import Dictation
from local_agent.voice.peer import BadOffer
from local_agent.voice.session import Equipment, VoiceSession

MAX_LINES = 10
"""How many calls and dictations may run at a time; each takes 100 MB for its recogniser."""

MAX_METADATA = 16 * 1024
"""Longest browser metadata, in characters of JSON."""

_BUSY = "All lines are busy; try again later."

Admit = Callable[[str, Channel], tuple[Agent, Grant]]


class OfferBody(BaseModel):
    sdp: str = Field(min_length=1, max_length=100_000)
    type: Literal["offer"]
    token: str = Field("", max_length=16_384)
    config: dict[str, Any] = {}
    metadata: dict[str, Any] = {}


class Calls:
    """The voice half of a server. `admit` uses a token up, or raises TokenRefused.

    Where `equipment` keeps no recogniser ready nothing is, and the first call waits.
    """

    def __init__(
        self, admit: Admit, threads: Threads, equipment: Equipment, new_socket: NewSocket
    ) -> None:
        self.equipment = equipment
        self.live: set[VoiceSession] = set()
        self.dictations: set[Dictation] = set()
        self._admit = admit
        self._threads = threads
        self._new_socket = new_socket

    async def start(self, _app: web.Application) -> None:
        """Make ahead what the first call would have to wait for."""
        if self.equipment.recognisers.kept:
            self.equipment.recognisers.prepare()
            await self.equipment.synthesiser.prepare()
            await asyncio.to_thread(vad.load)

    async def close(self, _app: web.Application) -> None:
        """End all, and let go of what they share."""
        await asyncio.gather(
            *(call.close() for call in tuple(self.live)),
            *(go_away(dictation.socket) for dictation in tuple(self.dictations)),
            return_exceptions=True,
        )
        await self.equipment.recognisers.close()
        await self.equipment.synthesiser.close()

    async def offer(self, request: web.Request) -> web.Response:
        """POST /webrtc/offer"""
        body = await read_body(request, OfferBody)
        agent, grant = self._admit(body.token, "webrtc")
        if len(json.dumps(body.metadata)) > MAX_METADATA:
            raise Refused(400, f"metadata: {MAX_METADATA} characters of JSON are allowed.")
        if self._busy:
            raise Refused(503, _BUSY)
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

    async def dictate(self, request: web.Request) -> web.StreamResponse:
        """GET /api/scribe/ws"""
        socket = await open_socket(request, self._new_socket)
        language = request.query.get("lang") or "en"
        try:
            self._admit(request.query.get("token", ""), "chat")
            if self._busy:
                await refuse(socket, _BUSY)
            elif language.lower().partition("-")[0] != "en":
                await refuse(socket, f"Only English can be dictated here, not {language[:20]!r}.")
            else:
                await self._dictate(socket)
        except TokenRefused as refusal:
            await refuse(socket, str(refusal))
        return socket

    async def _dictate(self, socket: web.WebSocketResponse) -> None:
        recogniser = self.equipment.recognisers.lend()
        dictation = Dictation(socket, recogniser)
        self.dictations.add(dictation)
        try:
            await dictation.run()
        finally:
            self.dictations.discard(dictation)
            self.equipment.recognisers.take_back(recogniser)

    @property
    def _busy(self) -> bool:
        return len(self.live) + len(self.dictations) >= MAX_LINES

    def _thread(self, agent: Agent, grant: Grant) -> Thread:
        try:
            return self._threads.open(thread_name(agent.id, grant.metadata))
        except ValueError as problem:
            raise Refused(400, str(problem)) from None
