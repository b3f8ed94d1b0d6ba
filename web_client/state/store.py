"""The store: a table and a core, and one way to change them. Time comes in as an argument.

The snapshot stays the same object until something changes, so `is` tells whether to render.
"""

from typing import Any, Generic, TypeVar

from web_client.state.table import Core, Effects, Snapshot, Table, step

_State = TypeVar("_State", bound=Snapshot)


class Store(Generic[_State]):
    """The state of one session: `state` is the public snapshot, `core` that and the facts behind
    it. `dispatch` is the only way to change them."""

    def __init__(self, table: Table[Any], core: Core[_State]) -> None:
        self._table = table
        self.core: Core[_State] = core
        self.state: _State = core.state

    def dispatch(self, event: object, now: float) -> Effects:
        """Take one event at `now` (seconds); what the session is to do for it, in order."""
        self.core, effects = step(self._table, self.core, event, now)
        self.state = self.core.state
        return effects
