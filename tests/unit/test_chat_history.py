"""`chat.history` (2-sessions, 2.2): in front of everything, and each message once."""

import pytest

from tests.unit.chatting import UP, done, token
from tests.unit.play import chat
from web_client.protocol import ChatConnected, ChatHistory, HistoryEntry, Message
from web_client.state import ConnectRequested, MessageChanged, ReconnectStarted, UserSent

BACK = (ReconnectStarted(), ChatConnected(session_id="s2"))


def history(*entries: str) -> ChatHistory:
    """`u:text` is the user's, anything else the agent's."""
    pairs = (entry.split(":", 1) for entry in entries)
    roles = {"u": "user", "b": "assistant"}
    return ChatHistory(messages=tuple(HistoryEntry(role=roles[r], text=t) for r, t in pairs))


def test_in_front_of_everything_and_marked() -> None:
    play = chat(*UP, UserSent("now")).then(history("u:before", "b:yes"))
    assert play.fields("id", "role", "text", "is_history", "status") == [
        (2, "user", "before", True, "sent"),
        (3, "bot", "yes", True, None),
        (1, "user", "now", False, "sent"),
    ]
    assert play.effects == (MessageChanged(2), MessageChanged(3))


def test_entries_without_text_are_left_out() -> None:
    play = chat(*UP)
    assert play.then(history("u:", "b:  ")).state is play.state


def test_the_same_history_twice_is_shown_once() -> None:
    play = chat(*UP, history("u:hi", "b:hello"))
    assert play.then(history("u:hi", "b:hello")).state is play.state


def test_what_was_just_said_is_no_part_of_it_even_in_the_same_words() -> None:
    play = chat(ConnectRequested(), UserSent("hi"), ChatConnected(session_id="s"))
    play = play.then(history("u:hi", "b:hello"))
    assert play.texts == ["hi", "hello", "hi"]


def test_after_a_reconnect_nothing_is_shown_twice() -> None:
    play = chat(*UP, UserSent("a"), done("A", "m1"), UserSent("b"), done("B", "m2"), *BACK)
    assert play.then(history("u:a", "b:A", "u:b", "b:B")).state is play.state


def test_what_the_list_lacks_is_added_where_it_belongs() -> None:
    play = chat(*UP, UserSent("a"), token("…"), UserSent("c"), ReconnectStarted())
    play = play.then(ChatConnected(session_id="s2")).then(history("u:old", "u:a", "b:A", "b:more"))
    assert play.texts == ["old", "a", "A", "more", "…", "c"]


def test_nothing_newer_is_lost() -> None:
    play = chat(*UP, UserSent("a"), done("A"), ReconnectStarted(), UserSent("new"))
    play = play.then(ChatConnected(session_id="s2"), history("u:a", "b:A"))
    assert play.texts == ["a", "A", "new"]


def test_the_same_words_twice_are_two_messages() -> None:
    play = chat(*UP, UserSent("yes"), done("A"), *BACK)
    play = play.then(history("u:yes", "b:A", "u:yes", "b:B"))
    assert play.texts == ["yes", "A", "yes", "B"]


def test_a_reply_torn_by_the_drop_is_completed() -> None:
    play = chat(*UP, UserSent("a"), token("Hello, I w"), *BACK)
    play = play.then(history("u:a", "b:Hello, I will help."))
    assert play.fields("id", "text") == [(1, "a"), (2, "Hello, I will help.")]
    assert play.effects == (MessageChanged(2),)


@pytest.mark.parametrize(("torn", "entry"), [("Hel", "u:Hello"), ("", "b:Hello")])
def test_only_a_reply_that_has_begun_is_completed_and_only_by_a_reply(
    torn: str, entry: str
) -> None:
    play = chat(*UP, token(torn), *BACK).then(history(entry))
    assert play.texts == ["Hello", torn]


def test_a_reply_whose_end_came_late_is_torn_no_more() -> None:
    play = chat(*UP, UserSent("a"), token("Hel", "m1"), token("No", "m2"), done("Hello", "m1"))
    play = play.then(*BACK).then(history("u:a", "b:Hello again"))
    assert play.texts == ["a", "Hello again", "Hello", "No"]


def test_a_message_in_doubt_that_arrived_is_sent() -> None:
    play = chat(*UP, UserSent("a"), *BACK)
    assert play.fields("status") == [("failed",)]
    play = play.then(history("u:a", "b:A"))
    assert play.fields("text", "status") == [("a", "sent"), ("A", None)]
    assert Message("a") not in play.frames


def test_a_message_that_waits_is_in_no_history() -> None:
    play = chat(*UP, ReconnectStarted(), UserSent("hi"), ChatConnected(session_id="s2"))
    assert play.then(history("u:hi", "b:hello")).texts == ["hi", "hello", "hi"]
