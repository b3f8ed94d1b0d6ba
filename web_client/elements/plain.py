"""State as plain data with camelCase keys: what an element's events and `getState()` carry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final

from web_client.spelling import camel
from web_client.state.voice_state import PENDING

_AS_IT_IS: Final = frozenset({str, int, float, bool, type(None)})


def plain(value: object) -> Any:
    """JSON-able: dataclasses as dicts, sequences as lists; a result still pending is left out."""
    if type(value) in _AS_IT_IS:
        return value
    if is_dataclass(value):
        names, values = _members(value.__class__)
        return {
            name: item if type(item) in _AS_IT_IS else plain(item)
            for name, item in zip(names, values(value), strict=True)
            if item is not PENDING
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


@cache
def _members(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The fields of a dataclass, two or more: the names that a page knows them by, and what takes
    their values."""
    names = [field.name for field in fields(kind)]
    return tuple(map(camel, names)), attrgetter(*names)
