"""What is carried from one connection to the next (2-sessions, 2.3)."""

import pytest

from web_client.protocol import SetVoiceContext, fits_channel
from web_client.state.conversation import LIMIT, conversation
from web_client.state.voice_state import VoiceMessage


def spoken(count: int, text: str) -> list[VoiceMessage]:
    return [VoiceMessage(id=number, role="user", text=text) for number in range(count)]


def test_no_message_passes_for_another_s() -> None:
    assert conversation(spoken(1, "one\nbot: two")) == "user: one bot: two"


def test_a_long_one_keeps_its_end_in_whole_messages() -> None:
    lines = [f"user: {number} {'x' * 100}" for number in range(1_000)]
    messages = [spoken(1, line.removeprefix("user: "))[0] for line in lines]
    carried = conversation(messages)
    assert LIMIT - 200 < len(carried) <= LIMIT
    assert carried.splitlines() == lines[-len(carried.splitlines()) :]


def test_of_one_endless_message_the_end_is_kept() -> None:
    assert conversation(spoken(1, "a" * LIMIT + "b")).endswith("ab")
    assert len(conversation(spoken(1, "a" * 2 * LIMIT))) == LIMIT


@pytest.mark.parametrize("letter", ["a", "я", "日", "😀"])
def test_a_channel_carries_it_in_any_script(letter: str) -> None:
    text = conversation(spoken(3, letter * LIMIT))
    assert fits_channel(SetVoiceContext("conversation", text))
