"""What a screen reader is told of a reply: each sentence once, when it is whole."""

import pytest

from web_client.elements.chat.sentences import Sentences
from web_client.state.chat_state import ChatMessage
from web_client.state.messages import Messages


def reply(text: str, *, is_streaming: bool = True, number: int = 1) -> Messages[ChatMessage]:
    return Messages.of([ChatMessage(number, "bot", text, is_streaming=is_streaming)])


def heard(texts: list[str], last: str) -> list[tuple[str, ...]]:
    """What is new after each text of a reply that streams, and after its end."""
    sentences = Sentences()
    told: list[tuple[str, ...]] = [()]
    for messages in [*map(reply, texts), reply(last, is_streaming=False)]:
        said = sentences.new(messages)
        if said != told[-1]:
            told.append(said)
    return told[1:]


def test_each_sentence_once_and_whole() -> None:
    growing = ["We", "We are open. On", "We are open. On Friday, too! And", "We are open. On Fr"]
    last = "We are open. On Friday, too! And on Saturday"
    assert heard(growing, last) == [
        ("We are open.",),
        ("On Friday, too!",),
        ("And on Saturday",),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**Yes.** See [our page](https://e.com).", ("Yes.", "See our page.")),
        ("# Hours\n- Mon\n- Tue", ("Hours", "- Mon", "- Tue")),
        ("はい。開いています。", ("はい。", "開いています。")),
        ("3.5 km", ("3.5 km",)),
    ],
)
def test_it_is_said_without_the_marks(text: str, said: tuple[str, ...]) -> None:
    assert Sentences().new(reply(text, is_streaming=False)) == said


def test_what_was_said_before_is_not_read_out() -> None:
    old = Messages.of([ChatMessage(1, "bot", "Welcome back.", is_history=True)])
    assert Sentences().new(old) == ()


def test_a_reply_that_repeats_the_last_one_is_read_out_again() -> None:
    sentences = Sentences()
    assert sentences.new(reply("Yes.", is_streaming=False)) == ("Yes.",)
    again = sentences.new(reply("Yes. Of course.", is_streaming=False, number=2))
    assert again == ("Yes.", "Of course.")
