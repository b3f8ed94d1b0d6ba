"""Captions (2-sessions, 2.3): from words that come out of order, or without a usable index."""

import pytest

from web_client.state.voice_words import Reply, caption, hear, intend

TEXT = "It's here: the cat, and the dog!"


def captions(intended: str, *words: tuple[str, int | None]) -> list[str]:
    """The caption after each word."""
    reply, seen = intend(Reply("m"), intended), list[str]()
    for word, index in words:
        reply = hear(reply, word, index)
        seen.append(caption(reply))
    return seen


def test_the_intended_text_up_to_the_last_word_heard() -> None:
    words = [("It's", 0), ("here", 1), ("the", 2), ("cat", 3), ("and", 4), ("the", 5), ("dog", 6)]
    assert captions(TEXT, *words) == [
        "It's",
        "It's here:",
        "It's here: the",
        "It's here: the cat,",
        "It's here: the cat, and",
        "It's here: the cat, and the",
        "It's here: the cat, and the dog!",
    ]


def test_without_any_index() -> None:
    words = [(word, None) for word in ("It's", "here", "the", "cat", "and", "the", "dog")]
    assert captions(TEXT, *words)[-3:] == [
        "It's here: the cat, and",
        "It's here: the cat, and the",
        TEXT,
    ]


def test_a_late_word_takes_nothing_back() -> None:
    assert captions(TEXT, ("cat", 3), ("the", 2), ("It's", 0)) == ["It's here: the cat,"] * 3


def test_a_missed_word_is_made_up_for_by_the_next() -> None:
    assert captions(TEXT, ("It's", 0), ("the", 5))[-1] == "It's here: the cat, and the"


def test_scripts_without_spaces() -> None:
    assert captions("你好，世界！", ("你好", 0), ("世界", 1)) == ["你好，", "你好，世界！"]


def test_words_that_the_text_does_not_hold_stand_loose_for_a_while() -> None:
    words = [("It", 0), ("costs", 1), ("five", 2), ("dollars", 3), ("today", 4)]
    assert captions("It costs $5 today.", *words) == [
        "It",
        "It costs",
        "It costs five",
        "It costs five dollars",
        "It costs $5 today.",
    ]


def test_a_late_word_that_the_text_does_not_hold_is_not_lost() -> None:
    assert captions("Yes, today.", ("today", 1), ("surely", 0))[-1] == "Yes, today. surely"


def test_words_in_the_order_of_their_index() -> None:
    assert captions("", ("you", 2), ("Hello", 0), ("to", 1))[-1] == "Hello to you"


@pytest.mark.parametrize("index", [None, -1, -(10**30), 10**30, 5000])
def test_an_index_that_is_none_puts_the_word_at_the_end(index: int | None) -> None:
    words = [("Hello", 0), ("to", index), ("you", 2)]
    assert captions("", *words)[-1] == "Hello to you"
    assert captions("Hello to you!", *words)[-1] == "Hello to you!"


def test_the_same_word_twice_at_one_index_is_one() -> None:
    assert captions("", ("very", 0), ("very", 0), ("very", 1))[-1] == "very very"


def test_other_words_at_one_index_are_all_kept() -> None:
    assert captions("", ("Hello", 0), ("to", 0), ("you", 0))[-1] == "Hello to you"


def test_the_intended_text_may_come_after_the_first_words() -> None:
    reply = hear(hear(Reply("m"), "Hello", 0), "dear", 1)
    assert caption(reply) == "Hello dear"
    assert caption(intend(reply, "Hello, dear guest!")) == "Hello, dear"


def test_the_intended_text_may_come_in_parts() -> None:
    reply = hear(intend(intend(Reply("m"), "Hello, you."), "How are you?"), "you", 4)
    assert caption(reply) == "Hello, you. How are you?"


@pytest.mark.parametrize("said", ["Hello.", ".", "…!"])
def test_a_part_without_text_takes_nothing_away(said: str) -> None:
    reply = hear(intend(Reply("m"), said), said, 0)
    assert caption(intend(intend(reply, ""), " ")) == said
