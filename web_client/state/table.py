"""How a table is read: one row for each type of event, and one step at a time.

A row is a function of the core, the event and the time in seconds. It gives the next core and
the effects that the session is to carry out, in order. It never raises and asks nobody: no
clock, no randomness, no browser.

Two rules stand above all rows: `destroyed` is the end, after which nothing changes anything;
and an event without a row changes nothing: what only a call knows of has none in a chat's table.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from web_client.state.effects import Effect

Effects = tuple[Effect, ...]


class Snapshot(Protocol):
    """What both sessions show."""

    @property
    def status(self) -> str: ...


State_co = TypeVar("State_co", bound=Snapshot, covariant=True)


class Core(Protocol[State_co]):
    """What a table works on: the public snapshot, and the facts beside it."""

    @property
    def state(self) -> State_co: ...


CoreT = TypeVar("CoreT", bound=Core[Any])
Row = Callable[[CoreT, Any, float], tuple[CoreT, Effects]]
Table = Mapping[type, Row[CoreT]]


def step(table: Table[CoreT], core: CoreT, event: object, now: float) -> tuple[CoreT, Effects]:
    """The core after `event`, and what is to be done for it."""
    row = table.get(type(event))
    if row is None or core.state.status == "destroyed":
        return core, ()
    return row(core, event, now)
