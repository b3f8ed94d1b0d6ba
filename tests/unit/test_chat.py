"""The chat's table, row by row (2-sessions, 2.2)."""

import pytest

from tests.unit.play import Play, chat
from web_client.protocol import (
    ChatConnected,
    ChatDone,
    ChatError,
    ChatToken,
    ChatToolCall,
    ChatToolResult,
    Ignored,
    Malformed,
    Message,
    SessionFailed,
    SetChatContext,
    ToolCallEntry,
    ToolResultEntry,
    UnknownEvent,
)
from web_client.state import (
    ChatCore,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    EndSession,
    ErrorRaised,
    MessageChanged,
    MuteSet,
    ReconnectStarted,
    RetryRequested,
    Send,
    StartTimer,
    StopTimer,
    TimerFired,
    UserSent,
)

UP = (ConnectRequested(), ChatConnected(session_id="s1"))
TURN = TimerFired("turn")


def token(text: str, message_id: str | None = "m1", is_delta: bool = False) -> ChatToken:
    return ChatToken(message_id=message_id, text=text, is_delta=is_delta)


def done(text: str, message_id: str | None = "m1") -> ChatDone:
    return ChatDone(message_id=message_id, text=text)


def calls(*pairs: tuple[str, str]) -> ChatToolCall:
    return ChatToolCall(tool_calls=tuple(ToolCallEntry(id=i, name=name) for i, name in pairs))


def result(tool_call_id: str, name: str = "", value: object = 1) -> ChatToolResult:
    entry = ToolResultEntry(tool_call_id=tool_call_id, name=name, result=value)
    return ChatToolResult(results=(entry,))


def sent(play: Play[ChatCore]) -> list[str]:
    return [frame.text for frame in play.frames if isinstance(frame, Message)]


class TestConnecting:
    def test_only_chat_connected_makes_it_connected(self) -> None:
        play = chat(ConnectRequested())
        assert play.state.status == "connecting"
        play = play.then(ChatConnected(session_id="s1"))
        assert (play.state.status, play.state.session_id) == ("connected", "s1")

    def test_connecting_again_while_up_changes_nothing(self) -> None:
        play = chat(*UP)
        assert play.then(ConnectRequested()).state is play.state

    def test_a_second_chat_connected_sends_nothing_again(self) -> None:
        play = chat(*UP, ContextSet("page", "x"), UserSent("one"), UserSent("two"))
        play = play.then(ChatConnected(session_id="s2"))
        assert play.state.session_id == "s2"
        assert play.effects == ()

    @pytest.mark.parametrize(
        "late",
        [
            ChatConnected(session_id="s"),
            token("hi"),
            done("hi"),
            calls(("t", "f")),
            result("t"),
            ChatError(error="no"),
            SessionFailed(error="no"),
            ReconnectStarted(),
        ],
    )
    def test_what_comes_after_the_end_changes_nothing(self, late: object) -> None:
        play = chat(*UP, UserSent("hi"), DisconnectRequested())
        assert play.then(late).core is play.core

    def test_a_good_connection_clears_the_error(self) -> None:
        play = chat(ConnectRequested(), ConnectionFailed("timed_out", "Too slow."))
        assert (play.state.status, play.state.error) == ("error", "Too slow.")
        assert play.state.error_code == "timed_out"
        assert play.effects == (ErrorRaised("timed_out", "Too slow."),)
        play = play.then(*UP)
        assert (play.state.status, play.state.error, play.state.error_code) == (
            "connected",
            None,
            None,
        )

    def test_destroyed_is_the_end(self) -> None:
        play = chat(*UP, UserSent("hi"), DestroyRequested())
        assert play.state.status == "destroyed"
        for event in (*UP, UserSent("more"), token("x"), TURN, RetryRequested(1)):
            assert play.then(event).core is play.core

    def test_events_that_say_nothing_to_a_chat(self) -> None:
        play = chat(*UP)
        unknown = UnknownEvent("chat.new", {"event": "chat.new"})
        silent = (unknown, Malformed("chat.done", "text"), Ignored(), MuteSet(True), object())
        assert play.then(*silent).core is play.core

    def test_disconnecting_twice_changes_nothing(self) -> None:
        play = chat(*UP, DisconnectRequested())
        assert play.state.status == "idle"
        assert play.then(DisconnectRequested()).state is play.state


class TestReply:
    def test_tokens_then_done(self) -> None:
        play = chat(*UP, UserSent("hi"), token("Hel"))
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
        play = chat(*UP, calls(("t1", "slots"), ("t2", "book")))
        assert play.fields("role", "text", "tool_call_id") == [
            ("system", "🔧 Using slots…", "t1"),
            ("system", "🔧 Using book…", "t2"),
        ]
        assert play.state.typing
        play = play.then(result("t2", "book"))
        assert play.texts == ["🔧 Using slots…", "✓ book"]
        assert play.effects == (MessageChanged(2),)

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


class TestErrors:
    def test_chat_error_ends_the_turn_not_the_session(self) -> None:
        play = chat(*UP, UserSent("hi"), token("Hel"), ChatError(error="Model overloaded"))
        assert (play.state.status, play.state.error) == ("connected", "Model overloaded")
        assert play.state.error_code == "server_error"
        assert (play.state.typing, play.state.streaming_text) == (False, "")
        assert play.fields("text", "is_streaming")[1:] == [("Hel", False)]
        assert ErrorRaised("server_error", "Model overloaded") in play.effects

    def test_the_same_error_twice_is_raised_twice(self) -> None:
        play = chat(*UP, ChatError(error="no")).then(ChatError(error="no"))
        assert play.effects == (ErrorRaised("server_error", "no"),)

    def test_an_error_without_words_gets_some(self) -> None:
        assert (
            chat(*UP, ChatError()).state.error
            == "The server reported an error. Try again in a moment."
        )

    def test_the_next_message_clears_the_error(self) -> None:
        assert chat(*UP, ChatError(error="no"), UserSent("again")).state.error is None

    def test_error_fails_the_session(self) -> None:
        play = chat(*UP, UserSent("one"), UserSent("two"), SessionFailed(error="Agent is gone"))
        assert (play.state.status, play.state.error) == ("error", "Agent is gone")
        assert play.fields("status") == [("failed",), ("failed",)]
        assert play.effects[-1] == EndSession()


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
        play = chat(UserSent("hi"))
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
        assert play.then(*UP).frames == [Message("hi")]

    @pytest.mark.parametrize("number", [1, 7])
    def test_only_what_failed_can_be_retried(self, number: int) -> None:
        play = chat(*UP, UserSent("hi"))
        assert play.then(RetryRequested(number)).core is play.core


class TestDrops:
    def test_a_drop_in_the_middle_of_a_reply(self) -> None:
        play = chat(*UP, UserSent("one"), token("Hel"), UserSent("two"), ReconnectStarted())
        assert (play.state.status, play.state.typing) == ("reconnecting", False)
        assert play.state.streaming_text == ""
        assert play.fields("text", "is_streaming", "status") == [
            ("one", False, "sent"),
            ("Hel", False, None),
            ("two", False, "queued"),
        ]
        play = play.then(ChatConnected(session_id="s2"))
        assert play.frames == [Message("two")]

    def test_a_message_without_any_answer_is_in_doubt(self) -> None:
        play = chat(*UP, UserSent("one"), ReconnectStarted())
        assert play.fields("text", "status") == [("one", "failed")]

    def test_while_reconnecting_messages_wait(self) -> None:
        play = chat(*UP, ReconnectStarted()).then(UserSent("hi"))
        assert (play.frames, play.state.typing) == ([], True)
        assert play.then(ChatConnected(session_id="s2")).frames == [Message("hi")]

    def test_hanging_up_fails_what_waits_and_keeps_the_messages(self) -> None:
        play = chat(*UP, UserSent("one"), UserSent("two"), DisconnectRequested())
        assert play.fields("text", "status") == [("one", "sent"), ("two", "failed")]
        assert (play.state.typing, play.state.queued) == (False, 0)
        assert StopTimer("turn") in play.effects
        assert play.then(*UP).frames == []

    def test_the_same_names_after_a_reconnect_are_new_replies(self) -> None:
        play = chat(*UP, done("Hello"), ReconnectStarted(), ChatConnected(session_id="s2"))
        assert play.then(done("Again")).texts == ["Hello", "Again"]


class TestContext:
    def test_kept_until_connected_and_sent_first(self) -> None:
        play = chat(ContextSet("page", "a"), UserSent("hi"), ContextSet("page", "b"))
        assert play.frames == []
        assert play.then(*UP).frames == [SetChatContext("page", "b"), Message("hi")]

    def test_sent_at_once_and_again_after_a_reconnect(self) -> None:
        play = chat(*UP).then(ContextSet("page", "a"))
        assert play.frames == [SetChatContext("page", "a")]
        play = play.then(ContextSet("user", None), ReconnectStarted())
        assert play.then(ChatConnected(session_id="s2")).frames == [
            SetChatContext("page", "a"),
            SetChatContext("user", None),
        ]

    def test_it_changes_nothing_that_is_seen(self) -> None:
        play = chat(*UP)
        assert play.then(ContextSet("page", "a")).state is play.state


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
