"""Whether the other end of a call is still there (5-facts, 5.1).

A server that dies says nothing, and the browser needs six seconds to suspect it and sixteen to
be sure. But the client pings once a second, and every ping is acknowledged below the channel,
whether the server answers it or not: a connection over which nothing at all arrives for some
seconds has a hole, or no other end.

Beats are counted, not seconds: a laptop that slept for an hour has missed no beat. A browser that
won't tell what has come, or not in time, tells of nothing that has.
"""

import contextlib
from collections.abc import Callable
from functools import partial

from web_client.protocol import Ping, encode
from web_client.sessions.ports import Peer
from web_client.sessions.scope import Scope

BEAT = 1.0
"""Seconds from ping to ping (1-protocol, 1.3)."""
_PATIENCE = 0.75
"""Seconds for one look: it is over before the next beat."""


class Pulse:
    """Of one attempt's connection, once it has begun. `quiet` is told after each beat for how
    many seconds nothing has come."""

    def __init__(self, attempt: Scope, quiet: Callable[[float], None]) -> None:
        self._attempt = attempt
        self._quiet = quiet
        self._heard = False
        self._received: float | None = None
        self._missed = 0
        self._looking = False

    def begin(self, peer: Peer) -> None:
        """Beat until the attempt ends."""
        self._attempt.later(BEAT, partial(self._beat, peer))

    def hear(self) -> None:
        """Something came over the channel: there is no need to look for more."""
        self._heard = True

    def _beat(self, peer: Peer) -> None:
        self.begin(peer)
        peer.send(encode(Ping()))
        if not self._looking:
            self._looking = True
            self._attempt.task(self._look(peer))

    async def _look(self, peer: Peer) -> None:
        before = self._received
        self._received = None if self._heard else await self._count(peer)
        self._looking = False
        # The first look after a word over the channel has nothing to compare with.
        alive = self._heard or (before is not None and before != self._received)
        self._missed = 0 if alive else self._missed + 1
        self._heard = False
        self._quiet(self._missed * BEAT)

    async def _count(self, peer: Peer) -> float | None:
        """What has come by now, or what was known to have, where nobody says."""
        with contextlib.suppress(Exception):
            return await self._attempt.timeout(_PATIENCE, peer.received(), TimeoutError())
        return self._received
