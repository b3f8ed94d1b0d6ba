"""Every public name answers to both spellings (2-sessions), and is told in order."""

from inspect import signature
from typing import Any

import pytest
from pydantic import BaseModel

import web_client
from web_client import (
    ChatSession,
    ConnectionLost,
    DictationSession,
    SessionError,
    VoiceSession,
    protocol,
)
from web_client.spelling import camel

CLASSES = [
    value for name in web_client.__all__ if isinstance(value := getattr(web_client, name), type)
]


WIRE = [value for name in protocol.__all__ if isinstance(value := getattr(protocol, name), type)]


def test_all_is_sorted_and_there() -> None:
    constants = [name for name in web_client.__all__ if name.isupper()]
    classes = [name for name in web_client.__all__ if name[0].isupper() and not name.isupper()]
    functions = [name for name in web_client.__all__ if name[0].islower()]
    assert web_client.__all__ == sorted(constants) + sorted(classes) + sorted(functions)
    assert all(hasattr(web_client, name) for name in web_client.__all__)


def test_public_functions_have_their_camel_twins() -> None:
    functions = [name for name in web_client.__all__ if name[0].islower()]
    assert all(getattr(web_client, camel(n)) is getattr(web_client, n) for n in functions)


@pytest.mark.parametrize(
    "cls", [cls for cls in CLASSES if not issubclass(cls, BaseModel | SessionError)]
)
def test_public_members_have_their_camel_twins(cls: type) -> None:
    members = [name for name in dir(cls) if not name.startswith("_")]
    assert [name for name in members if not hasattr(cls, camel(name))] == []


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if issubclass(cls, BaseModel)])
def test_options_take_both_spellings(cls: type[BaseModel]) -> None:
    for name, field in cls.model_fields.items():
        assert (field.alias or name) == camel(name)


@pytest.mark.parametrize("cls", [cls for cls in [*CLASSES, *WIRE] if issubclass(cls, BaseModel)])
def test_options_and_events_are_read_in_both_spellings(cls: type[BaseModel]) -> None:
    values: dict[str, Any] = {name: name for name in cls.model_fields}
    made = cls.model_construct(**values)
    for name in cls.model_fields:
        assert getattr(made, camel(name)) == name


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if issubclass(cls, SessionError)])
def test_errors_are_read_in_both_spellings(cls: type[SessionError]) -> None:
    data = [name for name in signature(cls.__init__).parameters if camel(name) != name]
    assert [name for name in data if not hasattr(cls, camel(name))] == []


def test_an_error_s_twin_is_its_value() -> None:
    lost: Any = ConnectionLost("Try again.", close_code=1006)
    assert lost.closeCode == lost.close_code == 1006


@pytest.mark.parametrize("cls", [ChatSession, VoiceSession, DictationSession])
def test_the_twin_is_the_same_thing(cls: type) -> None:
    members: dict[str, Any] = {name: getattr(cls, name) for name in dir(cls)}
    for name in ("get_state", "add_event_listener", "remove_event_listener"):
        assert members[camel(name)] is members[name]


def test_the_twins_of_the_documentation() -> None:
    session: Any = VoiceSession(agent="a", tokenProvider=dict, startMuted=True)
    assert session.getState() is session.state
    assert session.state.isMuted
    assert session.state.toolCalls == ()
    for name in ("sendText", "toggleMute", "setMuted", "updateOptions", "setInputDevice"):
        assert callable(getattr(session, name))
    chat: Any = ChatSession(agent="a")
    assert chat.state.sessionId is None


def test_events_have_their_names() -> None:
    events = [cls for cls in CLASSES if cls.__name__.endswith("Event")]
    assert {getattr(cls, "event", None) for cls in events} == {
        "status",
        "phase",
        "message",
        "error",
        "change",
        "timing",
        "devices",
    }
