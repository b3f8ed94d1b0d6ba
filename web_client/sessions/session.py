"""What a chat and a call have in common: one life of attempts, and who is told of it.

A *call* begins with `connect()` and ends with `disconnect()`, with an error nobody retries, or
with the server's word; it owns one scope. Within it one *attempt* at a time is made, each with
a scope of its own. Both are gone, and everything in them released, before anybody hears of it:
a listener that answers an error with `connect()` starts clean (6-faults, Connection).

Everything that happens is fed to the state's table, in `_feed`, and only there: first the
effects are carried out, then the change is announced. Three facts are enough to know where a
session stands: `_call` (None when idle), its attempt, and the futures of those who wait for
`connect()`. Whether it is connected is the table's to say.
"""

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Any, Generic, TypeVar

from web_client.errors import (
    ConnectionLost,
    MicrophoneError,
    ProtocolError,
    ServerError,
    SessionDestroyed,
    SessionError,
)
from web_client.options import SessionOptions
from web_client.protocol import Ignored, Malformed, encode
from web_client.sessions.backoff import delay
from web_client.sessions.emitter import Emitter, EventStream, Handler
from web_client.sessions.events import (
    OWN_EVENTS,
    ChangeEvent,
    ErrorEvent,
    MessageEvent,
    StatusEvent,
)
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.scope import Scope, log_without_values, resolve, retrieve
from web_client.state.chat_state import ChatState
from web_client.state.effects import (
    Effect,
    EndSession,
    ErrorRaised,
    MessageChanged,
    Send,
    StartTimer,
    StopTimer,
)
from web_client.state.local import (
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    EndReason,
    ReconnectStarted,
    TimerFired,
    TimerName,
)
from web_client.state.store import Store
from web_client.state.voice_state import VoiceState

_log = logging.getLogger(__name__)
_Self = TypeVar("_Self", bound="Session[Any]")
_State = TypeVar("_State", ChatState, VoiceState)
Establish = Callable[[Scope, asyncio.Future[None]], Coroutine[Any, Any, None]]
"""Makes one attempt, in its scope, and waits until the future says that the table has called it
connected. Raises a SessionError."""

_HUNG_UP = "The conversation was ended before it was connected."
_ENDED = "The server ended the conversation."
_OUR_FAULT = "Something unexpected came from the server or the browser. Try again."


class Session(ABC, Generic[_State]):
    """The common surface of `ChatSession` and `VoiceSession` (2-sessions, 2.1)."""

    def __init__(self, options: SessionOptions, store: Store[_State], ports: Ports | None) -> None:
        self._options = options
        self._store: Store[_State] = store
        self._given_ports = ports
        self._emitter = Emitter()
        self._destroyed = False
        self._call: Scope | None = None
        self._attempt: Scope | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._connecting: asyncio.Future[None] | None = None
        self._timers: dict[TimerName, Cancel] = {}
        self._pause: Cancel | None = None
        self._establish: Establish | None = None
        self._tries = 0
        self._was_up = False

    # What the page calls

    @property
    def state(self) -> _State:
        """The snapshot: immutable, and the same object until something changes."""
        return self._store.state

    def get_state(self) -> _State:
        """The same as `state`."""
        return self.state

    def subscribe(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener`, with no argument, after every change; returns the way out."""
        return self.on("change", lambda _: listener())

    def on(self, name: str, handler: Handler) -> Callable[[], None]:
        """Call `handler(event)` for each event of that name; returns the way out.

        Names: `status`, `phase`, `message`, `error`, `change`, `event` (all that the server
        says), `level`, and each event of the protocol by its own name. `handler` may be async.
        """
        self._check()
        return self._emitter.on(name, handler)

    def off(self, name: str, handler: Handler) -> None:
        """Take a handler off. Does nothing if it wasn't on."""
        self._check()
        self._emitter.off(name, handler)

    def add_event_listener(self, name: str, handler: Handler) -> Callable[[], None]:
        """The same as `on`."""
        return self.on(name, handler)

    def remove_event_listener(self, name: str, handler: Handler) -> None:
        """The same as `off`."""
        self.off(name, handler)

    def events(self, *names: str) -> EventStream:
        """`async for event in session.events("message", "error")`: from now until `destroy()`.

        Without names: all of the session's own, with `event` for what the server says. A reader
        that falls a thousand events behind loses the oldest.
        """
        self._check()
        return self._emitter.stream(frozenset(names) or OWN_EVENTS)

    def connect(self) -> asyncio.Future[None]:
        """Connect; awaited, done when connected.

        A second call while connecting waits for the same attempt, and while connected does
        nothing. Giving up the wait doesn't end the attempt: `disconnect()` does. Raises a
        SessionError, and then `state.status` is `error`; ConnectionLost if the session was
        disconnected meanwhile.
        """
        self._check()
        waiter = asyncio.get_running_loop().create_future()
        waiter.add_done_callback(retrieve)
        if self._call is not None and self.state.status == "connected":
            waiter.set_result(None)
            return waiter
        self._waiting.append(waiter)
        if self._call is None:
            self._begin()
        return waiter

    def disconnect(self) -> None:
        """End at once, whatever was going on; nothing that was opened survives this call."""
        self._check()
        self._end(DisconnectRequested("user"), ConnectionLost(_HUNG_UP))

    def destroy(self) -> None:
        """Disconnect and drop all listeners; every method but this raises afterwards."""
        if self._destroyed:
            return
        self._destroyed = True
        self._end(DestroyRequested(), SessionDestroyed("The session was destroyed."))
        self._emitter.close()

    def set_context(self, key: str, value: Any) -> None:
        """A keyed block in the agent's prompt; None clears it.

        A string goes as it is, all else as JSON. Kept, and sent whenever the session comes up.
        Set by the client and forgeable: nothing to authorise on. Raises TypeError or ValueError
        for what JSON has no form of.
        """
        self._check()
        if value is not None and not isinstance(value, str):
            value = json.dumps(value, ensure_ascii=False, allow_nan=False)
        self._feed(ContextSet(key, value))

    async def __aenter__(self: _Self) -> _Self:
        try:
            await self.connect()
        except BaseException:
            self.destroy()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.destroy()

    # What a chat and a call each do in their way

    @abstractmethod
    def _call_begins(self, call: Scope) -> Establish:
        """Open what a whole call needs, still inside the person's click; how an attempt of it
        is made."""

    @abstractmethod
    def _transmit(self, text: str) -> None:
        """Put the text of a frame on the wire."""

    def _changes(self, before: Any, after: Any) -> list[tuple[str, object]]:
        """The events in which two snapshots differ."""
        if after.status == before.status:
            return []
        return [("status", StatusEvent(after.status, before.status))]

    # The life of a call

    @property
    def _ports(self) -> Ports:
        if self._given_ports is None:
            # Imported by name: the browser is there only when it is needed (0-design).
            self._given_ports = import_module("web_client.runtime").default_ports()
        return self._given_ports

    def _check(self) -> None:
        if self._destroyed:
            raise SessionDestroyed("This session was destroyed: make a new one.")

    def _begin(self) -> None:
        call = self._call = Scope(self._ports.clock, self._broken)
        self._tries, self._was_up = 0, False
        call.owns(self._ports.network.on_online(call.guarded(self._back_online)).cancel)
        self._establish = self._call_begins(call)
        self._try_once()
        self._feed(ConnectRequested())

    def _try_once(self) -> None:
        self._pause = None
        if self._call is None or self._establish is None:
            return
        attempt = self._attempt = self._call.child()
        connected = self._connecting = asyncio.get_running_loop().create_future()
        attempt.task(self._establish(attempt, connected))

    def _back_online(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._try_once()

    def _broken(self, error: BaseException, end_reason: EndReason = "network") -> None:
        """The attempt is over: try again, or end the call with this error."""
        if self._attempt is not None:
            self._attempt.close()
        if isinstance(error, asyncio.CancelledError):
            self._end(DisconnectRequested("user"), error)
        elif self._may_retry(error):
            self._retry()
        else:
            told = self._readable(error)
            self._end(ConnectionFailed(told.code, str(told), end_reason), told)

    def _may_retry(self, error: BaseException) -> bool:
        """Whether this may pass: after a connection any failure of the way, before it only a
        connection that broke off (2-sessions, 2.2)."""
        final = (MicrophoneError, ProtocolError, ServerError)
        passing = isinstance(error, SessionError) and not isinstance(error, final)
        reconnect = self._options.reconnect
        return (
            passing
            and (self._was_up or isinstance(error, ConnectionLost))
            and reconnect.enabled
            and self._tries < reconnect.tries
        )

    def _retry(self) -> None:
        if self._call is None:
            return
        seconds = delay(self._options.reconnect, self._tries, self._ports.random)
        self._tries += 1
        self._pause = self._call.later(seconds, self._try_once)
        self._feed(ReconnectStarted())

    def _readable(self, error: BaseException) -> SessionError:
        if isinstance(error, SessionError):
            return error
        log_without_values("A session met what it did not expect", error)
        return ProtocolError(_OUR_FAULT)

    def _end(self, fact: object, error: BaseException) -> None:
        """Release everything, tell those who wait, then everyone else."""
        self._release()
        self._settle(error)
        self._feed(fact)

    def _release(self) -> None:
        call, self._call, self._attempt, self._pause = self._call, None, None, None
        self._timers.clear()
        if call is not None:
            call.close()

    def _settle(self, error: BaseException | None) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if waiter.done():
                continue
            if error is None:
                waiter.set_result(None)
            elif isinstance(error, asyncio.CancelledError):
                waiter.cancel()
            else:
                waiter.set_exception(error)

    # What happens, and who is told

    def _hear(self, event: Any) -> None:
        """Something that the server said, decoded."""
        if isinstance(event, Malformed):
            _log.warning("Not understood: %s (%s)", event.event, event.reason)
        elif not isinstance(event, Ignored):
            self._feed(event, said=True)

    def _feed(self, fact: Any, *, said: bool = False) -> None:
        before = self.state
        effects = self._store.dispatch(fact, self._ports.clock.now())
        after = self.state
        events = self._said(fact) if said else []
        events += self._changes(before, after)
        for effect in effects:
            events += self._carry_out(effect)
        if after.status == "connected" and before.status != "connected":
            self._connected()
        if after is not before:
            events.append(("change", ChangeEvent(after)))
        self._emitter.emit(events)

    def _said(self, event: Any) -> list[tuple[str, object]]:
        name = event.event
        said: list[tuple[str, object]] = [("event", event)]
        if name not in OWN_EVENTS:
            said.append((name, event))
        return said

    def _connected(self) -> None:
        self._tries, self._was_up = 0, True
        if self._connecting is not None:
            resolve(self._connecting)
        self._settle(None)

    def _carry_out(self, effect: Effect) -> list[tuple[str, object]]:
        """Do it; an effect that is for listeners is given back as the event to raise."""
        match effect:
            case Send(frame):
                self._transmit(encode(frame))
            case StartTimer(name, seconds):
                self._start_timer(name, seconds)
            case StopTimer(name):
                self._stop_timer(name)
            case MessageChanged(number):
                return self._message(number)
            case ErrorRaised(code, message):
                return [("error", ErrorEvent(code, message))]
            case EndSession():
                self._release()
                self._settle(ServerError(self.state.error or _ENDED))
        return []

    def _start_timer(self, name: TimerName, seconds: float) -> None:
        self._stop_timer(name)
        if self._call is not None:
            fired = partial(self._feed, TimerFired(name))
            self._timers[name] = self._call.later(seconds, fired)

    def _stop_timer(self, name: TimerName) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _message(self, number: int) -> list[tuple[str, object]]:
        for message in reversed(self.state.messages):
            if message.id == number:
                return [("message", MessageEvent(message))]
        return []
