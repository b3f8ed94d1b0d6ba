"""The microphone of one call: asked for once, exchanged in mid-call, released with the call.

There is never more than one in use. While it is exchanged both are open for a moment, since
the old one goes on until the new one's track is being sent; whatever fails or is cancelled on
the way releases the new one and leaves the old (2-sessions, 2.3; 6-faults, Privacy).
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from web_client.sessions.ports import Media, Microphone, MicrophoneRequest
from web_client.sessions.scope import Scope


class Hearing:
    """`asked` is the future of the microphone in use, or of the one that is asked for.

    `lost` is called when the device in use is gone, be it before it came; `silenced` when the first
    one is there, when the system silences the one in use, and when it lets it be heard again.
    """

    def __init__(
        self,
        call: Scope,
        media: Media,
        request: MicrophoneRequest,
        enabled: bool,
        lost: Callable[[], None],
        silenced: Callable[[bool], None],
    ) -> None:
        self._call = call
        self._media = media
        self._enabled = enabled
        self._lost = lost
        self._silenced = silenced
        self._open: list[Microphone] = []
        self._exchanging = asyncio.Lock()
        self._scope = call.child()
        self.asked = self._ask(self._scope, request)

    def set_enabled(self, enabled: bool) -> None:
        """Off: silence is sent, by every microphone of the call, those to come included."""
        self._enabled = enabled
        for microphone in self._open:
            microphone.set_enabled(enabled)

    def level(self) -> float:
        return 0.0 if self._in_use is None else self._in_use.level()

    @property
    def is_silenced(self) -> bool:
        """Whether the system silences the device in use."""
        return self._in_use is not None and self._in_use.is_silenced

    @property
    def is_ended(self) -> bool:
        """Whether the device in use is gone."""
        return self._in_use is not None and self._in_use.is_ended

    @property
    def label(self) -> str:
        """The name of the device in use; empty where it has none."""
        return "" if self._in_use is None else self._in_use.label

    @property
    def _in_use(self) -> Microphone | None:
        """Not the one that is about to take its place, open as it may be."""
        if not self._open or not _is_there(self.asked):
            return None
        return self.asked.result()

    async def exchange(
        self,
        request: MicrophoneRequest,
        use: Callable[[Microphone], Awaitable[None]],
        instead_of: asyncio.Future[Microphone] | None = None,
    ) -> bool:
        """Open another one, `use` it, release the one before. Raises a MicrophoneError.

        Does nothing if the call ends, or can't begin, meanwhile. With `instead_of` it is for that
        one alone: False if another has taken its place by now, or it never came.
        """
        async with self._exchanging:
            await asyncio.wait([self.asked])
            if instead_of not in (None, self.asked):
                return False
            # Who hung up at the browser's question, or said no, is not asked another one.
            if self._call.closed:
                return True
            if not _is_there(self.asked):
                return instead_of is None
            scope = self._call.child()
            try:
                await self._use(self._ask(scope, request), use)
            except BaseException:
                scope.close()
                raise
            self._scope.close()
            self._scope = scope
            return True

    async def _use(
        self, asked: asyncio.Future[Microphone], use: Callable[[Microphone], Awaitable[None]]
    ) -> None:
        # Not awaited itself: when the call ends, that would cancel whoever changes the device.
        await asyncio.wait([asked])
        if not self._call.closed:
            await use(asked.result())
            self.asked = asked

    def _ask(self, scope: Scope, request: MicrophoneRequest) -> asyncio.Future[Microphone]:
        asked = scope.arrival(self._media.microphone(request), self._release)
        asked.add_done_callback(scope.guarded(self._take))
        return asked

    def _take(self, asked: asyncio.Future[Microphone]) -> None:
        if not _is_there(asked):
            return
        microphone = asked.result()
        # Before anybody can send its track: who is muted is not heard, not for one sample.
        microphone.set_enabled(self._enabled)
        microphone.on_ended(self._call.guarded(partial(self._ended, asked)))
        microphone.on_silenced(self._call.guarded(partial(self._hushed, asked)))
        self._open.append(microphone)
        if asked is self.asked:
            self._silenced(microphone.is_silenced)
            if microphone.is_ended:
                self._lost()

    def _ended(self, asked: asyncio.Future[Microphone]) -> None:
        if asked is self.asked:
            self._lost()

    def _hushed(self, asked: asyncio.Future[Microphone], silent: bool) -> None:
        if asked is self.asked:
            self._silenced(silent)

    def _release(self, microphone: Microphone) -> None:
        self._open = [other for other in self._open if other is not microphone]
        microphone.stop()


def _is_there(asked: asyncio.Future[Microphone]) -> bool:
    return asked.done() and not asked.cancelled() and asked.exception() is None
