"""`replace` for frozen, slotted data: what `dataclasses.replace` does, in a tenth of the time.

Every event makes several new snapshots, so this is where most of an event's time goes. What
takes long is to put a value into an object that is frozen: that goes field by field through a
call. So a copy is made of the same data *thawed*, a twin of its class with the same slots that
may be written to; only when it is as it should be it becomes one of the frozen class. Its
`__post_init__`, if it has one, is not called.

What happens at every word and token has a `renewal` of its own, which takes half of that again.
"""

from collections.abc import Callable
from dataclasses import fields, make_dataclass
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Data = TypeVar("_Data", bound="DataclassInstance")


def replace(data: _Data, **changes: Any) -> _Data:
    """A copy with these fields; `data` has two or more. Raises AttributeError for one it lacks."""
    kind = type(data)
    values, thawed = prepare(kind)
    copy: _Data = thawed(*values(data))
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.__class__ = kind
    return copy


def renewal(kind: type[_Data], *names: str) -> Callable[..., _Data]:
    """`replace` of these fields for such data, made once: a function of the data and of the new
    values, in the order of `names`."""
    _, thawed = prepare(kind)
    every = (field.name for field in fields(kind))
    values = ", ".join(name if name in names else f"data.{name}" for name in every)
    lines = (
        f"def renewed(data, {', '.join(names)}):",
        f"    copy = thawed({values})",
        "    copy.__class__ = kind",
        "    return copy",
    )
    made: dict[str, Any] = {"thawed": thawed, "kind": kind}
    exec("\n".join(lines), made)  # noqa: S102 - as dataclasses do it, of names that are ours
    renewed: Callable[..., _Data] = made["renewed"]
    return renewed


def changed(data: _Data, **fields: Any) -> _Data:
    """With these fields; the very same object when they all stand so already."""
    for name, value in fields.items():
        if getattr(data, name) != value:
            return replace(data, **fields)
    return data


@cache
def prepare(kind: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], Callable[..., Any]]:
    """What takes the values of such data, and the class that is thawed: made once, at the first
    `replace` or before."""
    names = [field.name for field in fields(kind)]
    return attrgetter(*names), make_dataclass(f"Thawed{kind.__name__}", names, slots=True)
