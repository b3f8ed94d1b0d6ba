"""The store: a table, a core and its listeners. Time comes in as an argument.

The snapshot stays the same object until something changes, and only then are the listeners
called, over a copy of their list. One that raises is logged and stops nobody.

A listener may dispatch. The state changes at once; the listeners are told of it when all have
been told of the change before; and its effects are given out by the outermost `dispatch`,
behind those of the event that came first, so that frames keep their order.
"""

import logging
from collections.abc import Callable
from itertools import count
from typing import Any, Generic, TypeVar

from web_client.state.table import Core, Effects, Snapshot, Table, step

_log = logging.getLogger(__name__)
_State = TypeVar("_State", bound=Snapshot)
Listener = Callable[[], None]


class Store(Generic[_State]):
    """The state of one session; `dispatch` is the only way to change it."""

    def __init__(self, table: Table[Any], core: Core[_State]) -> None:
        self._table = table
        self._core: Core[_State] = core
        self._listeners: dict[int, Listener] = {}
        self._numbers = count()
        self._effects: Effects = ()
        self._stale = False
        self._telling = False

    @property
    def state(self) -> _State:
        """The public snapshot."""
        return self._core.state

    def dispatch(self, event: object, now: float) -> Effects:
        """Take one event at `now` (seconds); what the session is to do for it, in order.

        Empty when called from a listener: the call that told the listener gives it out.
        """
        before = self._core.state
        self._core, effects = step(self._table, self._core, event, now)
        self._effects += effects
        self._stale = self._stale or self._core.state is not before
        if self._telling:
            return ()
        self._tell()
        due, self._effects = self._effects, ()
        return due

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change; gives the way to stop that."""
        number = next(self._numbers)
        self._listeners[number] = listener

        def unsubscribe() -> None:
            self._listeners.pop(number, None)

        return unsubscribe

    def _tell(self) -> None:
        self._telling = True
        try:
            while self._stale:
                self._stale = False
                for listener in tuple(self._listeners.values()):
                    self._call(listener)
        finally:
            self._telling = False

    def _call(self, listener: Listener) -> None:
        try:
            listener()
        except Exception:
            _log.exception("A listener of the session's state raised")
