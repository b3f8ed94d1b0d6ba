"""What the rows of the tables are made of."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from web_client.errors import ServerError
from web_client.state.chat_state import ChatCore
from web_client.state.dictation_state import DictationCore
from web_client.state.effects import ErrorRaised, MessageChanged
from web_client.state.renew import changed, replace
from web_client.state.table import Effects
from web_client.state.voice_state import VoiceCore

AnyCore = TypeVar("AnyCore", ChatCore, VoiceCore, DictationCore)
TalkCore = TypeVar("TalkCore", ChatCore, VoiceCore)

UP = frozenset({"connecting", "connected", "reconnecting", "finishing"})
"""There is a connection, or somebody is making one."""

_REMEMBERED = 32
"""How many ended replies are kept in mind, against what comes late for them."""
EARLY = 100
"""How many results of tools are kept for calls that have not come."""


def show(core: AnyCore, **fields: Any) -> AnyCore:
    """With these public fields."""
    state = changed(core.state, **fields)
    return core if state is core.state else replace(core, state=state)


def add(core: TalkCore, message: Any) -> tuple[TalkCore, Effects]:
    """With a new message at the end, whose id is `core.next_id`."""
    state = replace(core.state, messages=core.state.messages.append(message))
    core = replace(core, state=state, next_id=core.next_id + 1)
    return core, (MessageChanged(message.id),)


def edit(core: TalkCore, number: int, **fields: Any) -> tuple[TalkCore, Effects]:
    """With these fields in the message of this id; no message is ever taken away."""
    messages: Any = core.state.messages
    index, message = messages.found(number)
    renewed = changed(message, **fields)
    if renewed is message:
        return core, ()
    state = replace(core.state, messages=messages.replace(index, renewed))
    return replace(core, state=state), (MessageChanged(number),)


def unchanged(core: AnyCore, event: object, now: float) -> tuple[AnyCore, Effects]:
    """The row of an event that is for listeners alone."""
    return core, ()


_Row = Callable[[AnyCore, Any, float], tuple[AnyCore, Effects]]


def while_up(row: _Row[AnyCore]) -> _Row[AnyCore]:
    """The row of what a connection says: when there is none, it comes too late for anything."""

    @wraps(row)
    def guarded(core: AnyCore, event: Any, now: float) -> tuple[AnyCore, Effects]:
        return row(core, event, now) if core.state.status in UP else (core, ())

    return guarded


def remembered(names: tuple[str, ...], name: str | None) -> tuple[str, ...]:
    """The last names, with one more."""
    return names if name is None else (*names, name)[-_REMEMBERED:]


NO_ERROR: Mapping[str, None] = {"error": None, "error_code": None}


def fail(core: AnyCore, code: str, message: str) -> tuple[AnyCore, Effects]:
    """With an error to be seen; one that is shown already is raised all the same."""
    return show(core, error=message, error_code=code), (ErrorRaised(code, message),)


def server_failed(core: AnyCore, words: str) -> tuple[AnyCore, Effects]:
    """The server's own words for what went wrong, or ours when it has none."""
    return fail(
        core, ServerError.code, words or "The server reported an error. Try again in a moment."
    )


def tool_begun(name: str) -> str:
    return f"🔧 Using {name}…"


def tool_answered(name: str) -> str:
    return f"✓ {name}"
