"""What an attempt at a call needs before its offer, all asked for at once (2-sessions, 2.3).

The microphone was asked for when the call began, inside the person's click; here it is waited
for, beside the token and the ICE servers. Those come from the server at which the token is good,
since no other one's are of use and no other one is to be asked. Which one that is, is known
beforehand where the page named it or the token comes from there; else the token tells.
"""

import asyncio

from web_client.errors import SessionError
from web_client.options import SessionOptions
from web_client.protocol import http_base, voice_token_url
from web_client.sessions.hearing import Hearing
from web_client.sessions.invitation import PUBLIC_STUN, ice_servers
from web_client.sessions.ports import IceServer, Ports
from web_client.sessions.scope import Scope
from web_client.sessions.stopwatch import Stopwatch
from web_client.sessions.tokens import Token, obtain_token
from web_client.sessions.waits import late

TOKEN_MARGIN = 10.0
"""Seconds before its end from which a token is no longer offered; half the life of a short one."""


class Preparation:
    """Of one attempt."""

    def __init__(
        self, options: SessionOptions, world: Ports, attempt: Scope, watch: Stopwatch
    ) -> None:
        self._options = options
        self._world = world
        self._attempt = attempt
        self._watch = watch

    async def done(self, hearing: Hearing) -> tuple[Token, tuple[IceServer, ...]]:
        """Token and ICE servers, once the microphone is there too. Raises a SessionError."""
        asked_at = self._world.clock.now()
        token = self._attempt.arrival(self._token())
        had, servers, _ = await asyncio.gather(
            token,
            self._attempt.arrival(self._ice_servers(token)),
            self._microphone(hearing),
        )
        margin = min(TOKEN_MARGIN, had.lifetime / 2)
        if self._world.clock.now() - asked_at > had.lifetime - margin:
            # Whoever took long to allow the microphone would offer a token that is void.
            had = await self._token()
        return had, servers

    async def _token(self) -> Token:
        limit = self._options.timeouts.token
        obtained = obtain_token(self._options, self._world.network, voice_token_url)
        with self._watch.stage("token"):
            return await self._attempt.timeout(limit, obtained, late("token", limit))

    async def _microphone(self, hearing: Hearing) -> None:
        limit = self._options.timeouts.microphone
        with self._watch.stage("microphone"):
            await self._attempt.timeout(limit, hearing.asked, late("microphone", limit))

    async def _ice_servers(self, token: asyncio.Future[Token]) -> tuple[IceServer, ...]:
        likely = self._likely_server()
        servers = await self._named_by(likely) if likely else ()
        server = (await token).server
        same = likely and http_base(likely) == http_base(server)
        return servers if same else await self._named_by(server)

    def _likely_server(self) -> str:
        """Where the token will most likely be good; empty: only the token tells."""
        options = self._options
        known = options.token_provider is None or "server" in options.model_fields_set
        return options.server if known else ""

    async def _named_by(self, server: str) -> tuple[IceServer, ...]:
        limit = self._options.timeouts.ice_servers
        asked = ice_servers(self._world.network, server)
        try:
            with self._watch.stage("ice-servers"):
                return await self._attempt.timeout(limit, asked, late("ice-servers", limit))
        except SessionError:
            return (PUBLIC_STUN,)
