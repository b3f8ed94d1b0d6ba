"""`replace` against the library's own (state/renew.py)."""

import copy
import dataclasses
from typing import Any

import pytest

from web_client.state import (
    ChatCore,
    ChatMessage,
    DictationCore,
    DictationState,
    VoiceCore,
    VoiceMessage,
    VoiceState,
)
from web_client.state.renew import changed, renewal, replace
from web_client.state.voice_words import Reply

DATA = [
    (ChatCore(), {"next_id": 3, "live": None}),
    (ChatMessage(1, "bot", "Hello"), {"text": "Hello there", "is_streaming": True}),
    (DictationCore(), {"ready": True}),
    (DictationState(), {"text": "a"}),
    (VoiceCore(), {"floor": 4, "contexts": {"a": "b"}}),
    (VoiceMessage(1, "bot", "Hello"), {"speaking": True}),
    (VoiceState(), {"phase": "speaking"}),
    (Reply("m"), {"heard": 4}),
]


@pytest.mark.parametrize(("data", "changes"), DATA)
def test_a_copy_is_what_the_library_makes(data: Any, changes: dict[str, object]) -> None:
    made, same = replace(data, **changes), dataclasses.replace(data, **changes)
    assert type(made) is type(data)
    assert made == same
    assert repr(made) == repr(same)
    assert replace(data) == data
    assert replace(data) is not data


@pytest.mark.parametrize(("data", "changes"), DATA)
def test_a_renewal_is_the_same_copy(data: Any, changes: dict[str, object]) -> None:
    renewed = renewal(type(data), *changes)
    made = renewed(data, *changes.values())
    assert type(made) is type(data)
    assert made == dataclasses.replace(data, **changes)
    for name in changes:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, name, None)


@pytest.mark.parametrize(("data", "changes"), DATA)
def test_a_copy_is_as_frozen_as_the_data(data: Any, changes: dict[str, object]) -> None:
    made = replace(data, **changes)
    for name in changes:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, name, None)
    with pytest.raises(AttributeError):
        replace(data, no_such_field=1)


def test_a_copy_can_be_copied_and_hashed() -> None:
    made = replace(ChatMessage(1, "bot", "Hello"), text="Hi")
    assert copy.deepcopy(made) == made
    assert hash(made) == hash(ChatMessage(1, "bot", "Hi"))


def test_data_that_stand_so_already_are_the_same_object() -> None:
    message = ChatMessage(1, "bot", "Hello")
    assert changed(message, text="Hello", is_streaming=False) is message
    assert changed(message, text="Hi") == ChatMessage(1, "bot", "Hi")
