"""Typed events for whoever listens: the session's own, and the protocol's by their names.

Order is kept: an event raised while another is being delivered waits for its turn, so every
listener sees the same sequence. A listener that raises is logged and stops nobody; one that
takes itself, or another, off the list in the middle of a delivery is safe (2-sessions, 2.1).

An async listener is a task: it begins with the event and runs beside everything else, is logged
if it raises, and is cancelled when the session is destroyed. Only those that are told of that
very end run on, to their own.

To cancel and to close wait for their turn like an event: a session that is destroyed by a
listener still tells everybody what was to be told, and how it ended.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any
from weakref import ref

from web_client.sessions.tasks import Tasks

_log = logging.getLogger(__name__)

Handler = Callable[[Any], object]
"""Takes the event. Plain or async; what it returns is ignored."""

_CANCEL, _CLOSE = " cancel", " close"
"""No events: names under which the emitter tells itself."""

STREAM_LIMIT = 1000
"""Events that a stream keeps for a reader who doesn't read; then the oldest go."""


class Emitter:
    def __init__(self) -> None:
        self._handlers: dict[str, tuple[Handler, ...]] = {}
        self._streams: list[ref[EventStream]] = []
        self._tasks = Tasks()
        self._pending: deque[tuple[str, object]] = deque()
        self._delivering = False

    def on(self, name: str, handler: Handler) -> Callable[[], None]:
        """Call `handler` for each event of that name, once however often it is entered."""
        handlers = self._handlers.get(name, ())
        if handler not in handlers:
            self._handlers[name] = (*handlers, handler)
        return lambda: self.off(name, handler)

    def off(self, name: str, handler: Handler) -> None:
        """Take `handler` off. Nothing happens if it wasn't on."""
        handlers = self._handlers.get(name, ())
        self._handlers[name] = tuple(other for other in handlers if other != handler)

    def stream(self, names: frozenset[str]) -> "EventStream":
        """The events of these names from now on, to be read with `async for`."""
        stream = EventStream(names)
        self._streams.append(ref(stream, self._streams.remove))
        return stream

    def emit(self, events: Iterable[tuple[str, object]]) -> None:
        """Deliver each named event to whoever listens, after what is being delivered."""
        self._pending.extend(events)
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._pending:
                name, event = self._pending.popleft()
                if self._streams:
                    self._push(name, event)
                for handler in self._handlers.get(name, ()):
                    self._call(name, handler, event)
        finally:
            self._delivering = False

    def cancel(self) -> None:
        """End what async listeners do of all that was raised before."""
        self._in_turn(_CANCEL, self._tasks.cancel)

    def close(self) -> None:
        """Drop every listener, once what was raised before is delivered; streams end."""
        self._in_turn(_CLOSE, self._drop)

    def _in_turn(self, name: str, act: Callable[[], None]) -> None:
        self.on(name, lambda _: act())
        self.emit([(name, None)])

    def _drop(self) -> None:
        self._handlers.clear()
        self._pending.clear()
        streams, self._streams = self._streams, []
        for known in streams:
            stream = known()
            # None: collected at this very moment, which no test can bring about.
            if stream is not None:
                stream.end()

    def _push(self, name: str, event: object) -> None:
        for known in tuple(self._streams):
            stream = known()
            # None: collected at this very moment, which no test can bring about.
            if stream is not None:
                stream.push(name, event)

    def _call(self, name: str, handler: Handler, event: object) -> None:
        if handler not in self._handlers.get(name, ()):
            return  # taken off by one before it
        try:
            result: Any = handler(event)
            # What `Awaitable` asks, at half the price of asking it.
            if result is not None and hasattr(type(result), "__await__"):
                self._tasks.run(result, f"An async listener of {name!r}")
        except (Exception, asyncio.CancelledError):
            # The latter is of something that the listener looked at: nobody can cancel a call.
            _log.exception("A listener of %r failed", name)


class EventStream(AsyncIterator[Any]):
    """`async for event in session.events("message", "error")`; ends when the session does."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self._events: deque[object] = deque(maxlen=STREAM_LIMIT)
        self._news = asyncio.Event()
        self._ended = False

    def push(self, name: str, event: object) -> None:
        """For the emitter: an event of that name, which may be one to be read."""
        if name in self._names:
            self._events.append(event)
            self._news.set()

    def end(self) -> None:
        """Whoever reads gets what is left, and then the end."""
        self._ended = True
        self._news.set()

    async def __anext__(self) -> Any:
        while not self._events:
            if self._ended:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._events.popleft()
