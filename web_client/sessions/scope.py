"""One attempt's scope: what it opened, and the one moment in which all of it ends.

Every connection attempt owns a numbered scope. Whatever the attempt opens (socket, peer
connection, microphone, timer, task) is entered here at once, and `close()` releases it all,
latest first, synchronously. From then on the scope is shut for good: a callback that it guards
is dropped, and what is handed to it late is released on the spot. So an abandoned attempt can't
come back to life, whichever `await` it was standing at (2-sessions, 2.1; 6-faults, Privacy).

A call that reconnects holds one scope for its whole life (the microphone, so that nobody is
asked twice) and a `child` for each attempt.

What raises inside (a task, a timer, a callback) never gets out: it goes to the scope's `failed`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from itertools import count
from typing import Any, TypeVar

from web_client.sessions.ports import Cancel, Clock

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")
_numbers = count(1)

Closer = Callable[[], object]
Failed = Callable[[BaseException], None]


class Scope:
    """Owns closers, timers, tasks and arrivals until `close()`.

    `failed` is told what raised while the scope was open.
    """

    def __init__(self, clock: Clock, failed: Failed) -> None:
        self.number = next(_numbers)
        self.closed = False
        self._clock = clock
        self._failed = failed
        self._closers: dict[int, Closer] = {}
        self._keys = count()

    def child(self) -> "Scope":
        """A scope that closes with this one, or before it."""
        child = Scope(self._clock, self._failed)
        child.owns(self.owns(child.close))
        return child

    def owns(self, closer: Closer) -> Callable[[], None]:
        """Run `closer` when the scope closes: now, if it has. Returns what calls that off."""
        if self.closed:
            self._run(closer)
            return _nothing
        key = next(self._keys)
        self._closers[key] = closer
        return partial(self._forget, key)

    def _forget(self, key: int) -> None:
        self._closers.pop(key, None)

    def close(self) -> None:
        """Release everything, latest first. A closer that raises is logged, no more."""
        self.closed = True
        while self._closers:
            self._run(self._closers.popitem()[1])

    def _run(self, closer: Closer) -> None:
        try:
            closer()
        except Exception as error:
            log_without_values(f"Attempt {self.number}: a release failed", error)

    def guarded(self, callback: Callable[..., None]) -> Callable[..., None]:
        """`callback`, until the scope closes; then one that discards what it is told."""

        def call(*arguments: object) -> None:
            if self.closed:
                return
            try:
                callback(*arguments)
            except Exception as error:
                self.fail(error)

        return call

    def fail(self, error: BaseException) -> None:
        """Tell `failed`, unless the scope has closed."""
        if not self.closed:
            self._failed(error)

    def later(self, seconds: float, callback: Callable[[], None]) -> Cancel:
        """Call `callback` in `seconds`, unless the scope closes before."""
        timer = _Timer()
        if not self.closed:
            timer.start(self, self._clock, seconds, self.guarded(callback))
        return timer

    def task(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work`, cancelled at the close."""
        task = asyncio.ensure_future(work)
        forget = self.owns(task.cancel)

        def done(task: asyncio.Future[None]) -> None:
            forget()
            error = asyncio.CancelledError() if task.cancelled() else task.exception()
            if error is not None:
                self.fail(error)

        task.add_done_callback(done)

    def arrival(
        self, awaitable: Awaitable[_Value], release: Callable[[_Value], object] | None = None
    ) -> asyncio.Future[_Value]:
        """Something to be had and then owned: given to `release` at the close.

        If the scope closes first, the wait is cancelled; if the thing comes all the same, it is
        released the moment it does.
        """
        future = asyncio.ensure_future(awaitable)
        forget = self.owns(future.cancel)

        def arrived(future: asyncio.Future[_Value]) -> None:
            forget()
            if not future.cancelled() and future.exception() is None and release is not None:
                self.owns(partial(release, future.result()))

        future.add_done_callback(arrived)
        return future

    async def timeout(
        self, seconds: float, awaitable: Awaitable[_Value], error: Exception
    ) -> _Value:
        """What `awaitable` gives; past `seconds` it is cancelled and `error` raised.

        On the Clock port, so that a test's time rules. It doesn't wait for the cancelled work
        to end: a browser's promise may never notice (5-facts, 5.3).
        """
        work = self.arrival(awaitable)
        late: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        timer = self.later(seconds, partial(_cancel, late))
        try:
            await asyncio.wait([work, late], return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise error
            return work.result()
        finally:
            timer.cancel()
            late.cancel()
            work.cancel()


class _Timer:
    """A timer of a scope: leaves no trace in it once it has fired or was called off."""

    def __init__(self) -> None:
        self._forget: Callable[[], None] = _nothing
        self._cancel: Callable[[], None] = _nothing

    def start(
        self, scope: Scope, clock: Clock, seconds: float, callback: Callable[[], None]
    ) -> None:
        def fired() -> None:
            self._forget()
            callback()

        self._cancel = clock.call_later(seconds, fired).cancel
        self._forget = scope.owns(self._cancel)

    def cancel(self) -> None:
        self._cancel()
        self._forget()


def retrieve(future: asyncio.Future[Any]) -> None:
    """Take note of an exception that nobody may wait for, so that asyncio doesn't report it."""
    if not future.cancelled():
        future.exception()


def resolve(future: asyncio.Future[None]) -> None:
    """Let those who wait go on, if they still do."""
    if not future.done():
        future.set_result(None)


def _cancel(future: asyncio.Future[Any]) -> None:
    future.cancel()


def log_without_values(what: str, error: BaseException) -> None:
    """Log where an unexpected error came from, but not its text.

    A browser's own message can quote a URL, and with it the token (1-protocol, 1.1).
    """
    lines: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        lines.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    _log.error("%s (%s) at %s", what, type(error).__name__, " < ".join(reversed(lines)))


def _nothing() -> None:
    """For what has nothing to call off."""
