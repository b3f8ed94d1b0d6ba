"""What all sessions have in common: their surface, and how anything that happens goes.

Everything, whoever says it, is fed to the state's table in `_feed`, and only there: first its
effects are carried out, then the change is announced. So whoever listens, and calls what they
like from within, finds a session that has done all it had to. Where the session stands between
connecting and its end is `life`'s matter; whether it is connected is the table's to say.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import Any, Generic, TypeVar

from web_client.errors import ConnectionLost, ServerError, SessionDestroyed, SessionError
from web_client.options import SessionOptions
from web_client.protocol import Ignored, Malformed, encode, event_name
from web_client.sessions.emitter import Emitter, EventStream, Handler
from web_client.sessions.events import (
    OWN_EVENTS,
    RESERVED,
    ChangeEvent,
    ErrorEvent,
    StatusEvent,
    TimingEvent,
)
from web_client.sessions.life import Establish, Life
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.scope import Scope
from web_client.sessions.stopwatch import Stopwatch
from web_client.state.chat_state import ChatState
from web_client.state.dictation_state import DictationState
from web_client.state.effects import (
    Effect,
    EndSession,
    ErrorRaised,
    Send,
    StartTimer,
    StopTimer,
)
from web_client.state.local import (
    DestroyRequested,
    DisconnectRequested,
    EndReason,
    TimerFired,
    TimerName,
)
from web_client.state.store import Store
from web_client.state.voice_state import VoiceState

_log = logging.getLogger(__name__)
_Self = TypeVar("_Self", bound="Session[Any]")
StateT = TypeVar("StateT", ChatState, VoiceState, DictationState)
_Events = list[tuple[str, object]]

_HUNG_UP = "The conversation was ended before it was connected. Press to begin again."
_DESTROYED = "This session was destroyed: make a new one."
ENDED = "The server ended the conversation. Press to begin another one."


class Session(ABC, Generic[StateT]):
    """The common surface of the sessions (2-sessions, 2.1)."""

    def __init__(self, options: SessionOptions, store: Store[StateT], ports: Ports | None) -> None:
        self._options = options
        self._store: Store[StateT] = store
        self._ports = ports
        self._emitter = Emitter()
        self._life = Life(
            options.reconnect, lambda: self._world, self._call_begins, self._left, self._feed
        )
        self._timers: dict[TimerName, Cancel] = {}
        self._put: Callable[[str], None] = _nowhere
        self._timings: tuple[TimingEvent, ...] = ()
        self._destroyed = False

    @property
    def state(self) -> StateT:
        """The snapshot: immutable, and the same object until something changes."""
        return self._store.state

    def get_state(self) -> StateT:
        """The same as `state`."""
        return self._store.state

    @property
    def timings(self) -> tuple[TimingEvent, ...]:
        """How long each stage of the last attempt to connect took, in the order of their ends."""
        return self._timings

    def subscribe(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call `listener`, plain or async, with no argument, after every change; returns the way
        out. Use `bind` to draw: it comes once a frame, however many changes that brought."""
        return self.on("change", lambda _: listener())

    def on(self, name: str, handler: Handler) -> Callable[[], None]:
        """Call `handler(event)` for each event of that name; returns the way out.

        Names: `status`, `phase`, `message`, `error`, `change`, `event` (all that the server
        says), `timing`, `level`, `devices`, and each event of the protocol by its own name, in any
        spelling that the protocol has of it. `handler` may be async.
        """
        self._check()
        return self._emitter.on(event_name(name), handler)

    def off(self, name: str, handler: Handler) -> None:
        """Take a handler off. Does nothing if it wasn't on."""
        self._check()
        self._emitter.off(event_name(name), handler)

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
        return self._emitter.stream(frozenset(map(event_name, names)) or OWN_EVENTS)

    def connect(self) -> asyncio.Future[None]:
        """Connect; a future, begun whether or not it is awaited, and done when connected.

        A second call while connecting waits for the same attempt, and while connected does
        nothing. Giving up the wait doesn't end the attempt: `disconnect()` does. Raises a
        SessionError, and then `state.status` is `error`; ConnectionLost if the session was
        disconnected meanwhile.
        """
        self._check()
        waiter = self._life.waiter()
        if self._life.call is None:
            self._life.begin()
        elif self.state.status == "connected":
            self._life.connected()
        return waiter

    def disconnect(self) -> None:
        """End at once, whatever was going on; nothing that was opened survives this call."""
        self._check()
        self._hang_up(ConnectionLost(_HUNG_UP), "user")

    def destroy(self) -> None:
        """Disconnect, cancel what async listeners still do, and drop all listeners. Every method
        raises SessionDestroyed afterwards, but for this one, which then does nothing, and
        `get_state`: how it ended can still be seen."""
        if self._destroyed:
            return
        self._destroyed = True
        self._emitter.cancel()
        self._life.end(SessionDestroyed(_DESTROYED))
        self._feed(DestroyRequested())
        self._emitter.close()

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

    # What each of them does in its own way

    @abstractmethod
    def _call_begins(self, call: Scope) -> Establish:
        """Open what a whole call needs, still inside the person's click; how an attempt of it
        is made."""

    def _left(self) -> None:
        """The page is put away, and nobody looks at it any more: no microphone stays open."""
        self._hang_up(ConnectionLost(_HUNG_UP), "user")

    def _changes(self, before: StateT, after: StateT) -> _Events:
        """The events in which two snapshots differ."""
        if after.status == before.status:
            return []
        return [("status", StatusEvent(after.status, before.status))]

    def _said(self, event: Any) -> _Events:
        """The events under which something that the server said is raised."""
        name = event.event
        own: _Events = [] if name in RESERVED else [(name, event)]
        return [("event", event), *own]

    # What all of them use

    @property
    def _world(self) -> Ports:
        if self._ports is None:
            # Only when it is needed, and by name: on plain CPython there is no browser.
            self._ports = import_module("web_client.runtime").default_ports()
        return self._ports

    def _check(self) -> None:
        if self._destroyed:
            raise SessionDestroyed(_DESTROYED)

    def _stopwatch(self) -> Stopwatch:
        """For a new attempt."""
        self._timings = ()
        return Stopwatch(self._world.clock, self._timed)

    def _timed(self, timing: TimingEvent) -> None:
        self._timings = (*self._timings, timing)
        self._emitter.emit([("timing", timing)])

    def _hear(self, event: Any) -> None:
        """Something that the server said, decoded."""
        if isinstance(event, Malformed):
            _log.warning("Not understood: %s (%s)", event.event, event.reason)
        elif not isinstance(event, Ignored):
            self._feed(event, self._said(event))

    def _hang_up(self, error: SessionError, reason: EndReason) -> None:
        """The session is over without an error, but for those who wait for `connect()`."""
        self._life.end(error)
        self._feed(DisconnectRequested(reason))

    def _feed(self, fact: object, said: _Events | None = None) -> None:
        store = self._store
        before: StateT = store.state
        effects = store.dispatch(fact, self._world.clock.now())
        after: StateT = store.state
        events = said or []
        if after is not before:
            events += self._changes(before, after)
        for effect in effects:
            events += self._carry_out(effect)
        if after is not before:
            if after.status == "connected" != before.status:
                self._life.connected()
            events.append(("change", ChangeEvent(after)))
        self._emitter.emit(events)

    def _carry_out(self, effect: Effect) -> _Events:
        """Do it; an effect that is for listeners is given back as the event to raise."""
        match effect:
            case Send(frame):
                self._put(encode(frame))
            case StartTimer(name, seconds):
                self._start_timer(name, seconds)
            case StopTimer(name):
                self._stop_timer(name)
            case ErrorRaised(code, message):
                return [("error", ErrorEvent(code, message))]
            case EndSession():
                self._life.end(ServerError(self.state.error or ENDED))
        return []

    def _start_timer(self, name: TimerName, seconds: float) -> None:
        self._stop_timer(name)
        if self._life.call is not None:
            fired = partial(self._feed, TimerFired(name))
            self._timers[name] = self._life.call.later(seconds, fired)

    def _stop_timer(self, name: TimerName) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()


def _nowhere(text: str) -> None:
    """Before the first connection there is no wire to put a frame on."""
