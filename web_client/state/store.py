"""The store: a table and a core, and one way to change them. Time comes in as an argument.

The snapshot stays the same object until something changes, so `is` tells whether to render.
"""

from typing import Any, Generic, TypeVar

from web_client.state.table import Core, Effects, Snapshot, Table, step

_State = TypeVar("_State", bound=Snapshot)


class Store(Generic[_State]):
    """The state of one session; `dispatch` is the only way to change it."""

    def __init__(self, table: Table[Any], core: Core[_State]) -> None:
        self._table = table
        self._core: Core[_State] = core

    @property
    def state(self) -> _State:
        """The public snapshot."""
        return self._core.state

    @property
    def core(self) -> Core[_State]:
        """The snapshot, and the facts behind it."""
        return self._core

    def dispatch(self, event: object, now: float) -> Effects:
        """Take one event at `now` (seconds); what the session is to do for it, in order."""
        self._core, effects = step(self._table, self._core, event, now)
        return effects
