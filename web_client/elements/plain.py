"""State as plain data with camelCase keys: what an element's events and `getState()` carry."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Final

from web_client.spelling import camel
from web_client.state.voice_state import PENDING

_AS_IT_IS: Final = frozenset({str, int, float, bool, type(None)})


def plain(value: object) -> Any:
    """JSON-able: dataclasses as dicts, sequences as lists; a result still pending is left out."""
    if type(value) in _AS_IT_IS:
        return value
    if is_dataclass(value):
        members = ((told, getattr(value, name)) for name, told in _names(value.__class__))
        return {
            told: item if type(item) in _AS_IT_IS else plain(item)
            for told, item in members
            if item is not PENDING
        }
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


@cache
def _names(kind: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a dataclass, each with the name that a page knows it by."""
    return tuple((field.name, camel(field.name)) for field in fields(kind))
