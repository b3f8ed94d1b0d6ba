"""State as plain data with camelCase keys: what an element's events and `getState()` carry."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from web_client.spelling import camel
from web_client.state.voice_state import PENDING


def plain(value: object) -> object:
    """JSON-able: dataclasses as dicts, sequences as lists; a result still pending is left out."""
    if is_dataclass(value):
        return {camel(name): plain(item) for name, item in _members(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def _members(value: Any) -> list[tuple[str, object]]:
    members = [(field.name, getattr(value, field.name)) for field in fields(value)]
    return [(name, item) for name, item in members if item is not PENDING]
