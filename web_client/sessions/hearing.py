"""The microphone of one call: asked for once, exchanged in mid-call, released with the call.

There is never more than one in use. While it is exchanged both are open for a moment, since
the old one goes on until the new one's track is being sent; whatever fails or is cancelled on
the way releases the new one and leaves the old (2-sessions, 2.3; 6-faults, Privacy).
"""

import asyncio
from collections.abc import Awaitable, Callable
from operator import methodcaller

from web_client.sessions.ports import Media, Microphone, MicrophoneRequest
from web_client.sessions.scope import Scope


class Hearing:
    """`asked` is the future of the microphone in use, or of the one that is asked for."""

    def __init__(
        self, call: Scope, media: Media, request: MicrophoneRequest, lost: Callable[[], None]
    ) -> None:
        self._call = call
        self._media = media
        self._lost = lost
        self._exchanging = asyncio.Lock()
        self._scope = call.child()
        self.asked = self._ask(self._scope, request)

    @property
    def microphone(self) -> Microphone | None:
        """The microphone in use; None before there is one, or after it was refused."""
        asked = self.asked
        if not asked.done() or asked.cancelled() or asked.exception() is not None:
            return None
        return asked.result()

    def set_enabled(self, enabled: bool) -> None:
        if self.microphone is not None:
            self.microphone.set_enabled(enabled)

    async def exchange(
        self, request: MicrophoneRequest, use: Callable[[Microphone], Awaitable[None]]
    ) -> None:
        """Open another one, `use` it, release the one before. Raises a MicrophoneError.

        Returns without a word if the call ends meanwhile.
        """
        async with self._exchanging:
            await asyncio.wait([self.asked])
            scope = self._call.child()
            try:
                await self._use(self._ask(scope, request), use)
            except BaseException:
                scope.close()
                raise
            self._scope.close()
            self._scope = scope

    async def _use(
        self, asked: asyncio.Future[Microphone], use: Callable[[Microphone], Awaitable[None]]
    ) -> None:
        # Not awaited itself: when the call ends, that would cancel whoever changes the device.
        await asyncio.wait([asked])
        if self._call.closed:
            return
        microphone = asked.result()
        await use(microphone)
        self.asked = asked

    def _ask(self, scope: Scope, request: MicrophoneRequest) -> asyncio.Future[Microphone]:
        asked = scope.arrival(self._media.microphone(request), methodcaller("stop"))
        asked.add_done_callback(scope.guarded(self._listen))
        return asked

    def _listen(self, asked: asyncio.Future[Microphone]) -> None:
        if not asked.cancelled() and asked.exception() is None:
            asked.result().on_ended(self._call.guarded(self._lost))
