"""What all sessions have in common: their surface, and how anything that happens goes.

Everything, whoever says it, is fed to the state's table in `_feed`, and only there: first its
effects are carried out, then the change is announced. So whoever listens, and calls what they
like from within, finds a session that has done all it had to. Where the session stands between
connecting and its end is `life`'s matter; whether it is connected is the table's to say.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from importlib import import_module
from types import TracebackType
from typing import Any, ClassVar, Generic, TypeVar

from web_client.errors import ConnectionLost, ServerError, SessionDestroyed, SessionError
from web_client.options import SessionOptions
from web_client.protocol import encode, event_name
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
from web_client.sessions.screening import SCREENED, screened
from web_client.sessions.stopwatch import Stopwatch
from web_client.state.chat_state import ChatState
from web_client.state.dictation_state import DictationState
from web_client.state.effects import (
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

_Self = TypeVar("_Self", bound="Session[Any]")
StateT = TypeVar("StateT", ChatState, VoiceState, DictationState)
Named = tuple[str, object]
"""An event behind its name."""
Deeds = Mapping[type, Callable[[Any], Named | None]]
"""How each effect is carried out, by its type; one that is for listeners is given back as the
event to raise."""

_HUNG_UP = "The conversation was ended before it was connected. Press to begin again."
_DESTROYED = "This session was destroyed: make a new one."
ENDED = "The server ended the conversation. Press to begin another one."


class Session(ABC, Generic[StateT]):
    """The common surface of the sessions (2-sessions, 2.1)."""

    _aliases: ClassVar[Mapping[str, str]] = {}
    """Of an event of the server, by its name: what of the session's own it is raised as, too."""

    def __init__(self, options: SessionOptions, store: Store[StateT], ports: Ports | None) -> None:
        self._options = options
        self._store: Store[StateT] = store
        self._ports = ports
        self._emitter = Emitter()
        self._life = Life(
            options.reconnect, lambda: self._world, self._call_begins, self._left, self._feed
        )
        self._deed_of = self._deeds()
        self._timers: dict[TimerName, Cancel] = {}
        self._put: Callable[[str], None] = _nowhere
        self._hidden: Callable[[str], str] = str  # without a token there is nothing to hide
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
        """Disconnect, cancel what async listeners still do, and drop all listeners, once they
        heard what was still to be told and that the session is destroyed. Every method
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

    def _changes(self, before: StateT, after: StateT) -> Sequence[Named]:
        """The events in which two snapshots differ, beside `status`."""
        return ()

    def _deeds(self) -> Deeds:
        """For each effect that the session's table can give."""
        return {
            Send: self._send,
            StartTimer: self._start_timer,
            StopTimer: self._stop_timer,
            ErrorRaised: self._raise_error,
            EndSession: self._end_session,
        }

    # What all of them use

    @cached_property
    def _world(self) -> Ports:
        if self._ports is not None:
            return self._ports
        # Only when it is needed, and by name: on plain CPython there is no browser.
        ports: Ports = import_module("web_client.runtime").default_ports()
        return ports

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
        if type(event) in SCREENED:
            event = screened(event, self._hidden)
            if event is None:
                return
        name = event.event
        said: list[Named] = [("event", event)]
        if name not in RESERVED:
            said.append((name, event))
        if name in self._aliases:
            said.append((self._aliases[name], event))
        self._feed(event, said)

    def _hang_up(self, error: SessionError, reason: EndReason) -> None:
        """The session is over without an error, but for those who wait for `connect()`."""
        self._life.end(error)
        self._feed(DisconnectRequested(reason))

    def _feed(self, fact: object, said: list[Named] | None = None) -> None:
        store = self._store
        before: StateT = store.state
        effects = store.dispatch(fact, self._world.clock.now())
        after: StateT = store.state
        events = said or []
        if after is not before:
            if after.status != before.status:
                events.append(("status", StatusEvent(after.status, before.status)))
            events += self._changes(before, after)
        for effect in effects:
            raised = self._deed_of[type(effect)](effect)
            if raised is not None:
                events.append(raised)
        if after is not before:
            if after.status == "connected" != before.status:
                self._life.connected()
            events.append(("change", ChangeEvent(after)))
        self._emitter.emit(events)

    def _send(self, effect: Send) -> None:
        self._put(encode(effect.frame))

    def _start_timer(self, effect: StartTimer) -> None:
        self._stop_timer(effect)
        if self._life.call is not None:
            fired = partial(self._feed, TimerFired(effect.name))
            self._timers[effect.name] = self._life.call.later(effect.seconds, fired)

    def _stop_timer(self, effect: StartTimer | StopTimer) -> None:
        timer = self._timers.pop(effect.name, None)
        if timer is not None:
            timer.cancel()

    def _raise_error(self, effect: ErrorRaised) -> Named:
        return "error", ErrorEvent(effect.code, effect.message)

    def _end_session(self, effect: EndSession) -> None:
        self._life.end(ServerError(self.state.error or ENDED))


def _nowhere(text: str) -> None:
    """Before the first connection there is no wire to put a frame on."""
