"""What is typed, in a chat's table: it goes out, waits, fails, goes out again (2-sessions, 2.2)."""

import pytest

from tests.unit.chatting import UP, calls, done, token
from tests.unit.play import chat
from web_client.protocol import ChatConnected, ChatError, Message
from web_client.state import (
    ConnectionFailed,
    ConnectRequested,
    MessageChanged,
    RetryRequested,
    Send,
    StartTimer,
    UserSent,
)


class TestSending:
    def test_it_goes_out_at_once(self) -> None:
        play = chat(*UP).then(UserSent("hi"))
        assert play.fields("id", "role", "text", "status") == [(1, "user", "hi", "sent")]
        assert play.state.typing
        assert play.effects == (
            MessageChanged(1),
            Send(Message("hi")),
            StartTimer("turn", 60.0),
        )

    @pytest.mark.parametrize("end", [done("ok"), ChatError(error="no")])
    def test_the_outbox_moves_on_one_turn_at_a_time(self, end: object) -> None:
        play = chat(*UP, UserSent("one")).then(UserSent("two"), UserSent("three"))
        assert (play.frames, play.state.queued) == ([], 2)
        assert play.fields("status") == [("sent",), ("queued",), ("queued",)]
        play = play.then(end)
        assert (play.frames, play.state.queued) == ([Message("two")], 1)
        assert play.state.typing

    def test_it_waits_while_a_tool_runs(self) -> None:
        play = chat(*UP, calls(("t1", "slots"))).then(UserSent("hi"))
        assert (play.frames, play.state.queued) == ([], 1)

    @pytest.mark.parametrize("reply", [token("Hi", "m1"), done("Hi", "m1")])
    def test_what_waits_stands_behind_all_that_comes_of_the_turn(self, reply: object) -> None:
        play = chat(*UP, UserSent("one"), UserSent("two"), UserSent("three"))
        play = play.then(calls(("t1", "slots")), reply)
        assert play.texts == ["one", "🔧 Using slots…", "Hi", "two", "three"]
        assert play.fields("id") == [(1,), (4,), (5,), (2,), (3,)]
        play = play.then(done("Hi", "m1"), done("And two", "m2"))
        assert play.texts[-3:] == ["two", "And two", "three"]

    def test_a_message_sent_again_keeps_its_place(self) -> None:
        play = chat(UserSent("one"), ConnectRequested(), ConnectionFailed("x", "No."), *UP)
        play = play.then(UserSent("two"), RetryRequested(1), done("Two."), done("One.", "m2"))
        assert play.texts == ["one", "two", "Two.", "One."]

    def test_it_waits_for_a_reply_that_nobody_asked_for(self) -> None:
        play = chat(*UP, token("Welcome")).then(UserSent("hi"))
        assert play.frames == []
        assert play.then(done("Welcome!")).frames == [Message("hi")]

    def test_it_waits_for_the_connection(self) -> None:
        play = chat(ConnectRequested(), UserSent("hi"))
        assert (play.state.typing, play.state.queued) == (True, 1)
        assert play.then(ChatConnected(session_id="s")).frames == [Message("hi")]

    def test_before_connect_it_waits_without_typing(self) -> None:
        play = chat().then(UserSent("hi"))
        assert play.effects == (MessageChanged(1),)
        assert play.then(ConnectRequested()).state.typing
        assert (play.fields("status"), play.state.typing) == ([("queued",)], False)
        assert play.then(*UP).frames == [Message("hi")]

    def test_after_an_error_it_fails(self) -> None:
        play = chat(ConnectRequested(), ConnectionFailed("x", "No.")).then(UserSent("hi"))
        assert play.fields("text", "status") == [("hi", "failed")]
        assert play.effects == (MessageChanged(1),)

    def test_retry_sends_it_again(self) -> None:
        play = chat(ConnectRequested(), UserSent("hi"), ConnectionFailed("x", "No."), *UP)
        assert (play.fields("status"), play.state.queued) == ([("failed",)], 0)
        play = play.then(RetryRequested(1))
        assert play.frames == [Message("hi")]
        assert play.fields("text", "status") == [("hi", "sent")]

    def test_a_retry_after_an_error_waits_for_the_next_connection(self) -> None:
        play = chat(UserSent("hi"), ConnectRequested(), ConnectionFailed("x", "No."))
        play = play.then(RetryRequested(1))
        assert (play.state.error, play.state.typing, play.state.queued) == ("No.", False, 1)
        assert play.fields("status") == [("queued",)]
        assert play.then(*UP).frames == [Message("hi")]

    @pytest.mark.parametrize("number", [1, 7])
    def test_only_what_failed_can_be_retried(self, number: int) -> None:
        play = chat(*UP, UserSent("hi"))
        assert play.then(RetryRequested(number)).core is play.core
