"""The life of a session: its calls, their attempts, and those who wait for `connect()`.

A *call* begins with `connect()` and ends with `disconnect()`, with an error that nobody
retries, or with the server's word; it owns one scope. Within it one *attempt* at a time is
made, each in a scope of its own. Both are closed, and all they held is released, before anybody
hears of it: a listener that answers an error with `connect()` starts clean (6-faults,
Connection).

What goes wrong anywhere inside a scope arrives at `broken`, and only there it is decided
whether the session tries again.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from web_client.errors import (
    ConnectionLost,
    MicrophoneError,
    ProtocolError,
    ServerError,
    SessionError,
    TokenError,
    TokenServerMissing,
)
from web_client.options import Reconnect
from web_client.sessions.backoff import delay
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.scope import Scope, log_without_values, resolve, retrieve
from web_client.state.local import (
    CameBack,
    ConnectionFailed,
    ConnectRequested,
    DisconnectRequested,
    ReconnectStarted,
)

Establish = Callable[[Scope, asyncio.Future[None]], Coroutine[Any, Any, None]]
"""Makes one attempt, in its scope, and waits until the future says that the table has called it
connected. Raises a SessionError."""

_FINAL = (MicrophoneError, ProtocolError, ServerError, TokenServerMissing)
_NOT_LOGGED_IN = (401, 403)
_STEADY = 10.0
"""Seconds that a connection has to stand for the tries to count anew: without that, one that
always breaks off at once would be made again for ever."""
_OUR_FAULT = "Something unexpected came from the server or the browser. Try again."


class Life:
    """Holds at most one call. `call` is its scope, None while there is none.

    `world` gives the ports, `begins` opens what a call needs, `left` says what becomes of it when
    the page is put away, `tell` feeds the table a fact.
    """

    def __init__(
        self,
        reconnect: Reconnect,
        world: Callable[[], Ports],
        begins: Callable[[Scope], Establish],
        left: Callable[[], None],
        tell: Callable[[object], None],
    ) -> None:
        self.call: Scope | None = None
        self._reconnect = reconnect
        self._world = world
        self._begins = begins
        self._left = left
        self._tell = tell
        self._again: Callable[[], None] = _nothing_to_try
        self._attempt: Scope | None = None
        self._go_on: Callable[[], None] = _nothing_to_try
        self._waiting: list[asyncio.Future[None]] = []
        self._pause: Cancel | None = None
        self._tries = 0
        self._was_up = False

    def waiter(self) -> asyncio.Future[None]:
        """A future for somebody who waits until the call is connected, or over.

        Each has one of their own: to cancel it takes nothing from the others.
        """
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter.add_done_callback(retrieve)
        self._waiting.append(waiter)
        return waiter

    def begin(self) -> None:
        """Begin a call, with its first attempt."""
        world = self._world()
        call = self.call = Scope(world.clock, self.broken)
        self._tries, self._was_up = 0, False
        call.guarded(self._open)(call, world)

    def _open(self, call: Scope, world: Ports) -> None:
        back = call.guarded(self._back)
        call.owns(world.network.on_online(back).cancel)
        call.owns(world.presence.on_return(back).cancel)
        call.owns(world.presence.on_leave(call.guarded(self._left)).cancel)
        self._again = partial(self._try_once, call, self._begins(call))
        self._again()
        self._tell(ConnectRequested())

    def connected(self) -> None:
        """The table says so: whoever waits goes on."""
        self._was_up = True
        self._go_on()
        self._settle(None)

    def broken(self, error: BaseException) -> None:
        """The attempt is over: try again, or end the call with this error."""
        if self._attempt is not None:
            self._attempt.close()
        if isinstance(error, asyncio.CancelledError):
            self.end(error)
            self._tell(DisconnectRequested("user"))
        elif self.call is not None and self._may_retry(error):
            tries, self._tries = self._tries, self._tries + 1
            self._pause_before(self.call, tries)
        else:
            told = _readable(error)
            self.end(told)
            self._tell(ConnectionFailed(told.code, str(told)))

    def end(self, error: BaseException) -> None:
        """Release everything; those who wait get this error."""
        call, self.call, self._attempt, self._pause = self.call, None, None, None
        if call is not None:
            call.close()
        self._settle(error)

    def _try_once(self, call: Scope, establish: Establish) -> None:
        self._pause = None
        attempt = self._attempt = call.child()
        connected: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._go_on = partial(resolve, connected)
        attempt.task(self._stand(establish, attempt, connected))

    async def _stand(
        self, establish: Establish, attempt: Scope, connected: asyncio.Future[None]
    ) -> None:
        await establish(attempt, connected)
        attempt.later(_STEADY, self._steady)

    def _steady(self) -> None:
        self._tries = 0

    def let_go(self) -> None:
        """Let the connection go, to be made anew when the page is back. Nothing went wrong: it
        takes no try."""
        if self.call is not None and self._attempt is not None and self._pause is None:
            self._attempt.close()
            self._pause_before(self.call, self._tries)

    def _back(self) -> None:
        """The network, or the page, is there again: why wait any longer?"""
        if self._pause is None:
            self._tell(CameBack())
        else:
            self._pause.cancel()
            self._again()

    def _may_retry(self, error: BaseException) -> bool:
        """Whether this may pass: after a connection any failure of the way, before it only a
        connection that broke off (2-sessions, 2.2)."""
        passing = isinstance(error, SessionError) and not _is_final(error)
        begun = self._was_up or isinstance(error, ConnectionLost)
        allowed = self._reconnect.enabled and self._tries < self._reconnect.tries
        return passing and begun and allowed

    def _pause_before(self, call: Scope, tries: int) -> None:
        """Try again in a while, after so many that came to nothing."""
        if self._pause is not None:
            self._pause.cancel()
        seconds = delay(self._reconnect, tries, self._world().random)
        self._pause = call.later(seconds, self._again)
        self._tell(ReconnectStarted())

    def _settle(self, error: BaseException | None) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if error is None:
                resolve(waiter)
            elif isinstance(error, asyncio.CancelledError):
                waiter.cancel()
            elif not waiter.done():
                waiter.set_exception(error)


def _is_final(error: SessionError) -> bool:
    """Whether to try again would only say the same once more."""
    refused = isinstance(error, TokenError) and error.status in _NOT_LOGGED_IN
    return refused or isinstance(error, _FINAL)


def _nothing_to_try() -> None:
    """Before the first call there is no attempt, neither to go on with nor to make again."""


def _readable(error: BaseException) -> SessionError:
    """The error as the person is told it."""
    if isinstance(error, SessionError):
        return error
    log_without_values("A session met what it did not expect", error)
    return ProtocolError(_OUR_FAULT)
