"""`chat.history` (2-sessions, 2.2): in front of everything, and each message once."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chatting import UP, done, token
from tests.unit.play import chat
from web_client.protocol import ChatConnected, ChatError, ChatHistory, HistoryEntry, Message
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


def test_the_only_message_in_doubt_arrived_and_nothing_else() -> None:
    play = chat(*UP, UserSent("a"), *BACK).then(history("u:a"))
    assert play.fields("text", "status") == [("a", "sent")]


def test_a_message_that_waits_is_in_no_history() -> None:
    play = chat(*UP, ReconnectStarted(), UserSent("hi"), ChatConnected(session_id="s2"))
    assert play.then(history("u:hi", "b:hello")).texts == ["hi", "hello", "hi"]


def test_a_history_without_its_beginning_ends_where_the_list_does() -> None:
    play = chat(*UP, UserSent("yes"), done("A", "m1"), UserSent("yes"), *BACK)
    assert play.fields("text", "status")[-1] == ("yes", "failed")
    play = play.then(history("u:yes", "b:B"))
    assert play.fields("text", "status") == [
        ("yes", "sent"),
        ("A", None),
        ("yes", "sent"),
        ("B", None),
    ]
    assert play.state.messages[-1].id == 4


def test_the_same_reply_again_is_a_new_one_behind_its_question() -> None:
    play = chat(*UP, UserSent("a"), done("Sorry?", "m1"), UserSent("b"), *BACK)
    play = play.then(history("u:a", "b:Sorry?", "u:b", "b:Sorry?"))
    assert play.texts == ["a", "Sorry?", "b", "Sorry?"]
    assert [number for (number,) in play.fields("id")] == [1, 2, 3, 4]


def test_a_history_that_begins_before_the_list_crosses_nothing() -> None:
    play = chat(*UP, UserSent("a"), done("A", "m1"), UserSent("yes"), done("B", "m2"), *BACK)
    play = play.then(history("u:yes", "b:Z", "u:a", "b:A", "u:yes", "b:B"))
    assert play.texts == ["yes", "Z", "a", "A", "yes", "B"]


def test_of_the_same_words_twice_in_a_row_the_one_in_doubt_is_missing() -> None:
    play = chat(*UP, UserSent("a"), ChatError(error="busy"), UserSent("a"), *BACK)
    for entries in ([], ["u:x"]):
        then = play.then(history(*entries, "u:a"))
        assert then.fields("text", "status")[-2:] == [("a", "sent"), ("a", "failed")]
    assert play.then(history("u:a", "u:a")).fields("status") == [("sent",), ("sent",)]


def test_a_message_that_never_arrived_is_not_taken_for_one_that_did() -> None:
    play = chat(*UP, UserSent("a"), *BACK, UserSent("a"), done("A", "m1"), *BACK)
    assert play.fields("text", "status") == [("a", "failed"), ("a", "sent"), ("A", None)]
    assert play.then(history("u:a", "b:A")).state is play.state


def test_a_reply_that_was_torn_keeps_its_place_between_the_same_words() -> None:
    play = chat(*UP, UserSent("a"), done("Hi", "m1"), UserSent("a"), token("Hi", "m2"), *BACK)
    play = play.then(history("u:a", "b:Hi there"))
    assert play.texts == ["a", "Hi", "a", "Hi there"]


_SAID = st.sampled_from(["a", "b"])


@given(turns=st.lists(st.tuples(_SAID, _SAID), min_size=1), kept=st.integers(1, 200))
def test_the_latest_part_is_known_again_and_what_follows_it_is_new(
    turns: list[tuple[str, str]], kept: int
) -> None:
    said = [event for ask, reply in turns for event in (UserSent(ask), done(reply, None))]
    play = chat(*UP, *said, *BACK)
    entries = [entry for ask, reply in turns for entry in (f"u:{ask}", f"b:{reply}")]
    assert play.then(history(*entries[-kept:])).state is play.state
    for more in ("u:a", "u:b"):
        then = play.then(history(*entries[-kept:], more))
        assert then.texts == [entry[2:] for entry in (*entries, more)]
    play = play.then(history(*entries[-kept:], "u:c", "b:C"))
    assert play.texts == [*(entry[2:] for entry in entries), "c", "C"]


_ENTRY = st.sampled_from(["u:a", "u:b", "b:a", "b:ab"])


@given(sent=st.lists(_SAID), entries=st.lists(_ENTRY), again=st.lists(_ENTRY))
def test_whatever_it_says_nothing_is_lost_and_its_order_is_kept(
    sent: list[str], entries: list[str], again: list[str]
) -> None:
    play = chat(*UP, *(UserSent(text) for text in sent), token("a"), *BACK)
    before = play.fields("id")
    for heard in entries, again:
        play = play.then(history(*heard))
        shown = iter(
            ("u:" if role == "user" else "b:") + text for role, text in play.fields("role", "text")
        )
        assert all(entry in shown for entry in heard)
    ids = play.fields("id")
    assert [number for number in ids if number in before] == before
    assert len(set(ids)) == len(ids)


def test_a_long_history_of_the_same_words_costs_what_it_is_long() -> None:
    def cost(turns: int) -> int:
        said = [event for _ in range(turns) for event in (UserSent("yes"), done("A", None))]
        play = chat(*UP, *said, *BACK)
        entries = history(*["u:yes", "b:A"] * turns, "u:yes")
        count = 0

        def profile(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(profile)
        try:
            play.then(entries)
        finally:
            sys.setprofile(None)
        return count

    assert 0 < cost(400) < 2.1 * cost(200)
