"""The one rule that gives every public name its camelCase twin (2-sessions).

Python names are snake_case. The service's documentation is written in camelCase, so each
public name answers to both: `session.set_context` is `session.setContext`, `state.session_id`
is `state.sessionId`, and `ChatSession(tokenProvider=…)` is `ChatSession(token_provider=…)`.
The twin is the very same object, made once when the class is: it costs nothing to use.
"""

import re
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TypeVar

_Class = TypeVar("_Class", bound=type)

_UNDERSCORE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def camel(name: str) -> str:
    """`set_context` → `setContext`. A name without inner underscores is its own twin."""
    return _UNDERSCORE.sub(lambda match: match[1].upper(), name)


def snake(name: str) -> str:
    """`setContext` → `set_context`: the way back, for option and attribute names."""
    return _CAPITAL.sub(lambda match: "_" + match[1].lower(), name)


def camel_twins(cls: _Class) -> _Class:
    """Class decorator: every public snake_case member of `cls` also gets its camelCase name.

    Inherited members included. Over a slotted dataclass it must stand outermost, since
    `dataclass(slots=True)` makes the class anew.
    """
    for name in dir(cls):
        twin = camel(name)
        if not name.startswith("_") and twin != name and not hasattr(cls, twin):
            setattr(cls, twin, _member(cls, name))
    return cls


def camel_fields(cls: type, names: Iterable[str]) -> None:
    """The same for values that stand in the instance and not in the class: each of `names` can
    be read by its camelCase name as well."""
    for name in names:
        if camel(name) != name:
            setattr(cls, camel(name), property(attrgetter(name)))


def _member(cls: type, name: str) -> object:
    """The member as it stands in the class body: a descriptor, not what it would return."""
    return next(vars(base)[name] for base in cls.__mro__ if name in vars(base))


def snake_keys(options: Mapping[str, object]) -> dict[str, object]:
    """Keyword arguments in Python's spelling, whichever of the two they came in.

    Raises TypeError when one option is given in both spellings.
    """
    spelled: dict[str, object] = {}
    for name, value in options.items():
        if snake(name) in spelled:
            raise TypeError(f"{snake(name)} is given twice, as {snake(name)} and {camel(name)}")
        spelled[snake(name)] = value
    return spelled
