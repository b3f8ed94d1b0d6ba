"""A reply in a chat's table: its words, its tools, and its silence (2-sessions, 2.2)."""

import pytest

from tests.unit.chatting import TURN, UP, calls, done, result, sent, token
from tests.unit.play import chat
from web_client.protocol import Message
from web_client.state import (
    ErrorRaised,
    MessageChanged,
    StartTimer,
    StopTimer,
    TimerFired,
    UserSent,
)


class TestReply:
    def test_tokens_then_done(self) -> None:
        play = chat(*UP, UserSent("hi")).then(token("Hel"))
        assert play.effects == (MessageChanged(2),)
        assert play.fields("id", "role", "text", "message_id", "is_streaming")[1:] == [
            (2, "bot", "Hel", "m1", True)
        ]
        assert (play.state.typing, play.state.streaming_text) == (True, "Hel")
        play = play.then(token("Hello"))
        assert (play.texts, play.state.streaming_text) == (["hi", "Hello"], "Hello")
        assert play.effects == (MessageChanged(2),)
        play = play.then(done("Hello!"))
        assert play.fields("text", "is_streaming")[1:] == [("Hello!", False)]
        assert (play.state.typing, play.state.streaming_text) == (False, "")
        assert play.effects == (MessageChanged(2), StopTimer("turn"))

    def test_a_shorter_token_never_shrinks_the_text(self) -> None:
        play = chat(*UP, token("Hello"))
        assert play.then(token("Hel")).state is play.state

    def test_deltas_are_added(self) -> None:
        assert chat(*UP, token("Hel", is_delta=True), token("lo", is_delta=True)).texts == ["Hello"]

    def test_a_token_after_done_changes_nothing(self) -> None:
        play = chat(*UP, token("Hello"), done("Hello!"))
        assert play.then(token("Hello! And more")).core is play.core

    def test_a_second_done_changes_nothing(self) -> None:
        play = chat(*UP, token("Hello"), done("Hello!"), UserSent("next"))
        assert play.then(done("Else")).core is play.core
        assert play.state.typing

    def test_done_without_tokens_makes_the_message(self) -> None:
        assert chat(*UP, done("Hello!")).fields("role", "text", "message_id") == [
            ("bot", "Hello!", "m1")
        ]

    def test_done_without_tokens_or_text_makes_none(self) -> None:
        play = chat(*UP, UserSent("hi"), done(""))
        assert play.texts == ["hi"]
        assert not play.state.typing
        assert play.then(token("late")).core is play.core

    def test_done_without_text_keeps_what_was_streamed(self) -> None:
        assert chat(*UP, token("Hello"), done("")).fields("text", "is_streaming") == [
            ("Hello", False)
        ]

    def test_a_reply_without_a_name_is_the_one_under_way(self) -> None:
        play = chat(*UP, token("Hel", None), token("Hello", None), done("Hello!", None))
        assert play.texts == ["Hello!"]
        assert play.then(done("Again", None)).texts == ["Hello!", "Again"]

    def test_a_reply_that_gets_its_name_late_is_the_same(self) -> None:
        assert chat(*UP, token("Hel", None), done("Hello!", "m1")).texts == ["Hello!"]

    def test_a_reply_that_is_named_once_is_the_same_all_along(self) -> None:
        play = chat(*UP, token("Hel", "m1"), token("Hello", None), done("Hello!", None))
        assert play.texts == ["Hello!"]

    def test_the_end_of_another_reply_takes_no_words_from_this_one(self) -> None:
        play = chat(*UP, token("One", "m1"), done("Two", "m2"))
        assert play.fields("text", "is_streaming") == [("One", False), ("Two", False)]

    def test_another_reply_ends_the_one_before_where_it_is(self) -> None:
        play = chat(*UP, token("One", "m1"), token("Two", "m2"))
        assert play.fields("text", "is_streaming") == [("One", False), ("Two", True)]
        play = play.then(token("One and", "m1"))
        assert play.fields("text", "is_streaming") == [("One and", False), ("Two", True)]
        assert play.state.streaming_text == "Two"
        play = play.then(done("One and all", "m1"))
        assert play.texts == ["One and all", "Two"]
        assert play.state.typing
        assert play.then(done("else", "m1")).core is play.core


class TestTools:
    def test_one_system_message_for_each_call(self) -> None:
        play = chat(*UP).then(calls(("t1", "slots"), ("t2", "book")))
        assert play.effects == (StartTimer("turn", 60), MessageChanged(1), MessageChanged(2))
        assert play.fields("role", "text", "tool_call_id") == [
            ("system", "🔧 Using slots…", "t1"),
            ("system", "🔧 Using book…", "t2"),
        ]
        assert play.state.typing
        play = play.then(result("t2", "book"))
        assert play.texts == ["🔧 Using slots…", "✓ book"]
        assert play.effects == (MessageChanged(2),)

    def test_a_call_that_comes_later_takes_nothing_from_those_before(self) -> None:
        play = chat(*UP, calls(("t1", "slots")), calls(("t2", "book")), result("t1"))
        assert play.texts == ["✓ slots", "🔧 Using book…"]

    def test_each_call_is_shown_once(self) -> None:
        play = chat(*UP, calls(("t1", "slots")))
        assert play.then(calls(("t1", "slots"))).core is play.core

    def test_a_result_without_a_name_takes_that_of_the_call(self) -> None:
        assert chat(*UP, calls(("t1", "slots")), result("t1")).texts == ["✓ slots"]

    def test_a_result_before_its_call_is_kept(self) -> None:
        play = chat(*UP, result("t1"))
        assert play.texts == []
        assert play.then(calls(("t1", "slots"))).texts == ["✓ slots"]

    def test_only_the_last_results_before_their_calls_are_kept(self) -> None:
        play = chat(*UP, *(result(f"t{n}") for n in range(101)), result("t100"))
        assert len(play.core.early) == 100
        play = play.then(calls(("t0", "slots"), ("t1", "book")))
        assert play.texts == ["🔧 Using slots…", "✓ book"]

    def test_a_result_after_the_turn_begins_none(self) -> None:
        play = chat(*UP, calls(("t1", "slots")), done("Done."), result("t1"))
        assert play.texts == ["✓ slots", "Done."]
        assert not play.state.typing


class TestSilence:
    def test_a_turn_that_never_ends_is_given_up(self) -> None:
        play = chat(*UP, UserSent("one"), UserSent("two")).then(TURN, after=60)
        assert play.state.error == "No answer came within 60 seconds. Ask again."
        assert play.state.error_code == "timed_out"
        assert play.frames == [Message("two")]
        assert isinstance(play.effects[1], ErrorRaised)

    def test_it_is_silence_that_counts(self) -> None:
        play = chat(*UP, UserSent("one")).then(token("Hel"), after=50).then(TURN, after=10)
        assert (play.state.error, play.effects) == (None, (StartTimer("turn", 50.0),))
        play = play.then(calls(("t", "f")), after=40).then(result("t"), after=20)
        assert play.then(TURN, after=30).effects == (StartTimer("turn", 30.0),)

    def test_what_comes_late_completes_the_reply_and_no_turn(self) -> None:
        play = chat(*UP, UserSent("one"), UserSent("two"), token("Hel")).then(TURN, after=60)
        assert sent(play) == ["two"]
        play = play.then(token("Hello"), done("Hello!"))
        assert (play.texts, play.frames) == (["one", "Hello!", "two"], [])
        assert play.state.typing

    def test_a_late_done_without_text_keeps_the_reply(self) -> None:
        play = chat(*UP, token("Hel")).then(TURN, after=60).then(done(""))
        assert play.texts == ["Hel"]

    @pytest.mark.parametrize("timer", [TURN, TimerFired("clock")])
    def test_a_timer_of_no_turn_changes_nothing(self, timer: TimerFired) -> None:
        play = chat(*UP)
        assert play.then(timer, after=100).core is play.core
