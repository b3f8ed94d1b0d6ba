"""What an adapter tells its owner, kept in order until a case asks for it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import js

from web_client.sessions.ports import PeerState, RemoteTrack

page: Any = js.globalThis
"""All of the browser, and the witness; the stubs hold only what the adapters touch."""


class Record:
    """What was told so far; `until` waits for more."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []
        self._more = asyncio.Event()

    def tell(self, *what: object) -> None:
        self.told.append(what)
        self._more.set()

    async def until(self, *what: object) -> None:
        """Wait until exactly this has been told."""
        while what not in self.told:
            self._more.clear()
            await self._more.wait()


class SocketRecord(Record):
    """A `ports.SocketEvents`."""

    def opened(self) -> None:
        self.tell("opened")

    def received(self, text: str) -> None:
        self.tell("received", text)

    def closed(self, code: int, reason: str) -> None:
        self.tell("closed", code, reason)


class PeerRecord(Record):
    """A `ports.PeerEvents`."""

    track: RemoteTrack

    def state_changed(self, state: PeerState) -> None:
        self.tell("state", state)

    def track_added(self, track: RemoteTrack) -> None:
        self.track = track
        self.tell("track")

    def channel_opened(self) -> None:
        self.tell("channel opened")

    def channel_received(self, text: str) -> None:
        self.tell("channel received", text)

    def channel_closed(self) -> None:
        self.tell("channel closed")


def tracks_asked_for() -> list[str]:
    """The states of all microphone tracks that were granted during this case."""
    return [track.readyState for track in page.witness.opened.tracks]


async def until(holds: Callable[[], object]) -> None:
    """Look again and again: a sound, and a state without an event, can't be awaited."""
    while not holds():
        await asyncio.sleep(0.01)


@contextmanager
def raises(kind: type[Exception], words: str) -> Iterator[None]:
    """The body raises this, in these words, and doesn't quote what must stay secret."""
    try:
        yield
    except kind as error:
        if words not in str(error) or "secret" in str(error):
            raise AssertionError(f"{kind.__name__} says: {error}") from error
    else:
        raise AssertionError(f"no {kind.__name__} was raised")
