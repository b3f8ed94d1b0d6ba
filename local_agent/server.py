"""The server: its agents, its tokens, its routes and its live sessions (4-local-agent, 4.2)."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from local_agent.access import Refused, api_rules, loopback_only, origin_of
from local_agent.agent import Agent
from local_agent.bodies import read_body
from local_agent.callbacks import Callbacks
from local_agent.chat import ChatSession
from local_agent.faults import Faults
from local_agent.faulty import FaultyPeer, FaultySocket
from local_agent.login import Logins, TokenBody
from local_agent.origins import origin_allowed
from local_agent.sockets import NewSocket, Socket, open_socket, refuse
from local_agent.static import Pages
from local_agent.threads import Threads, thread_name
from local_agent.tokens import LIFETIME, Channel, Grant, TokenElsewhere, TokenRefused, Tokens
from local_agent.voice.peer import NewPeer, Peer
from local_agent.voice.recogniser import Recognisers
from local_agent.voice.routes import Calls
from local_agent.voice.session import Equipment
from local_agent.voice.synthesis import Synthesiser

MAX_BODY = 256 * 1024
"""Longest request body, in bytes."""


class Server:
    """Serves `agents`, and the pages of a folder.

    `secret` signs the tokens (a random one by default); `threads` is the file that keeps the
    threads (in memory by default); `now` gives seconds since the epoch;
    `recognisers` is how many are made ahead for calls to come (100 MB each); with
    `faults` anybody who reaches the server can make it fail, as tests of clients need.
    """

    def __init__(
        self,
        agents: Iterable[Agent],
        *,
        secret: str | None = None,
        pages: Path | None = None,
        threads: Path | None = None,
        now: Callable[[], float] = time.time,
        recognisers: int = 2,
        faults: bool = False,
    ) -> None:
        self.agents = {agent.id: agent for agent in agents}
        self.tokens = Tokens(secret, now)
        self.chats: set[ChatSession] = set()
        for agent in self.agents.values():
            agent.tokens = self.tokens
        self._threads = Threads(threads, now)
        self._logins = Logins()
        self.callbacks = Callbacks(self.agents)
        self._pages = Pages(pages)
        self._faults = Faults() if faults else None
        self._new_socket, new_peer = _lines(self._faults)
        equipment = Equipment(Recognisers(recognisers), Synthesiser(), new_peer)
        self.calls = Calls(self._admit, self._threads, equipment, self._new_socket)

    def create_token(
        self, channel: Channel, agent_id: str, metadata: Mapping[str, Any] | None = None
    ) -> str:
        """A token for one connection to an agent, `metadata` sealed in it; it lives 60 s.

        Raises TypeError where `agent_id` is no string, ValueError for a channel or an agent
        that is not there, or for too much metadata.
        """
        token = self.tokens.mint(channel, agent_id, metadata)
        if agent_id not in self.agents:
            raise ValueError(f"there is no agent {agent_id!r}")
        return token

    def app(self, *, loopback: bool = False) -> web.Application:
        """The aiohttp application that serves all this; with `loopback`, to this machine only."""
        app = web.Application(client_max_size=MAX_BODY)
        if loopback:
            app.middlewares.append(loopback_only)
        app.middlewares.append(api_rules(self.agents))
        if self._faults:
            app.middlewares.append(self._faults.of_requests())
            app.add_routes(self._faults.routes())
        app.add_routes(
            [
                web.get("/chat/token", self._chat_token),
                web.get("/chat/ws", self._chat),
                web.get("/webrtc/token", self._voice_token),
                web.get("/webrtc/ice-servers", self._ice_servers),
                web.post("/webrtc/offer", self.calls.offer),
                web.get("/api/scribe/ws", self.calls.dictate),
                web.get("/api/sdk/agent-info/{agent}", self._agent_info),
                web.post("/api/login", self._logins.log_in),
                web.post("/api/logout", self._logins.log_out),
                web.post("/api/token", self._sealed_token),
                web.post("/api/call-me", self.callbacks.ask),
                web.get("/{path:.*}", self._pages.get),
            ]
        )
        app.cleanup_ctx.append(self._threads.serve)
        app.on_startup.append(self.calls.start)
        app.on_shutdown.append(self._close_chats)
        app.on_shutdown.append(self.calls.close)
        return app

    async def _chat_token(self, request: web.Request) -> web.Response:
        return self._direct_token(request, "chat")

    async def _voice_token(self, request: web.Request) -> web.Response:
        return self._direct_token(request, "webrtc")

    def _direct_token(self, request: web.Request, channel: Channel) -> web.Response:
        agent = self._agent(request.query.get("agent_id", ""))
        if not agent.allowed_origins:
            raise Refused(403, f"The agent {agent.id!r} gives tokens to logged-in users only.")
        if not origin_allowed(origin_of(request), agent.allowed_origins):
            raise Refused(403, f"The agent {agent.id!r} gives no tokens to this page's origin.")
        return _token_response(request, self.create_token(channel, agent.id))

    async def _sealed_token(self, request: web.Request) -> web.Response:
        person = self._logins.person(request)
        body = await read_body(request, TokenBody)
        agent = self._agent(body.agent)
        return _token_response(request, self.create_token(body.channel, agent.id, person))

    async def _ice_servers(self, _request: web.Request) -> web.Response:
        # Browser and server are on one machine or one network: no STUN is needed.
        return web.json_response({"iceServers": []})

    async def _agent_info(self, request: web.Request) -> web.Response:
        agent = self._agent(request.match_info["agent"])
        numbered = [{"type": kind, "numbers": [at]} for kind, at in agent.numbers.items()]
        channels = [{"type": "webrtc"}, {"type": "chat"}, *numbered]
        return web.json_response({"agent": agent.id, "channels": channels})

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        socket = await open_socket(request, self._new_socket)
        try:
            agent, grant = self._admit(request.query.get("token", ""), "chat")
            name = thread_name(agent.id, grant.metadata, request.query.get("thread", ""))
        except (TokenRefused, ValueError) as refusal:
            await refuse(socket, str(refusal))
            return socket
        thread = self._threads.open(name)
        chat = ChatSession(socket, agent, grant.metadata, thread, self.chats.discard)
        self.chats.add(chat)
        await chat.run()
        return socket

    def _admit(self, token: str, channel: Channel) -> tuple[Agent, Grant]:
        """Use a token up. Raises TokenRefused."""
        grant = self.tokens.accept(token, channel)
        agent = self.agents.get(grant.agent)
        if agent is None:
            raise TokenElsewhere("The token is for an agent that is not served here.")
        return agent, grant

    def _agent(self, identity: str) -> Agent:
        agent = self.agents.get(identity)
        if agent is None:
            raise Refused(404, f"There is no agent {identity[:100]!r}.")
        return agent

    async def _close_chats(self, _app: web.Application) -> None:
        closing = (chat.close() for chat in tuple(self.chats))
        # One that fails must not keep the others, nor the calls, from being closed.
        await asyncio.gather(*closing, return_exceptions=True)


def _lines(faults: Faults | None) -> tuple[NewSocket, NewPeer]:
    if faults is None:
        return Socket, Peer
    return partial(FaultySocket, faults), partial(FaultyPeer, faults)


def _token_response(request: web.Request, token: str) -> web.Response:
    # As the hosted service does: `server` is a WebSocket address (1-protocol, 1).
    server = f"{'wss' if request.secure else 'ws'}://{request.host}"
    return web.json_response(
        {"token": token, "server": server, "expiresIn": int(LIFETIME)},
        headers={"Cache-Control": "no-store"},
    )
