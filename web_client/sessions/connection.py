"""The peer connection of a call: one at a time, from attempt to attempt."""

import asyncio
from collections.abc import Mapping
from functools import partial

from web_client.sessions.ports import Microphone, Peer
from web_client.sessions.scope import Scope


class Connection:
    """What can be asked of the connection in use, whichever that is."""

    def __init__(self) -> None:
        self._peer: Peer | None = None
        self._attempt: Scope | None = None

    def hold(self, attempt: Scope, peer: Peer) -> None:
        """This is the one in use, until its attempt ends: then it is closed."""
        self._peer, self._attempt = peer, attempt
        attempt.owns(partial(self._close, peer))

    def _close(self, peer: Peer) -> None:
        self._peer = self._attempt = None
        peer.close()

    async def stats(self) -> Mapping[str, float | str]:
        """Its figures; empty while there is none."""
        return {} if self._peer is None else await self._peer.stats()

    async def speak_into(self, microphone: Microphone) -> None:
        """Send this microphone's sound from now on. Raises what the browser says of it."""
        while self._peer is not None and self._attempt is not None:
            attempt = self._attempt
            replaced = attempt.arrival(self._peer.replace_microphone(microphone))
            try:
                await asyncio.wait([replaced])
            finally:
                replaced.cancel()
            # Of a connection that ended meanwhile nothing more is heard: the next one gets it.
            if not attempt.closed:
                replaced.result()
                return
