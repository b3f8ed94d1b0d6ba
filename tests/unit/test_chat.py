"""The chat's table, row by row (2-sessions, 2.2): the connection, and what a lost one costs."""

from tests.unit.chatting import TURN, UP, done, token
from tests.unit.play import chat
from web_client.protocol import (
    ChatConnected,
    ChatError,
    Ignored,
    Malformed,
    Message,
    SessionFailed,
    SetChatContext,
    UnknownEvent,
)
from web_client.state import (
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
    StopTimer,
    UserSent,
)


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

    def test_what_ended_is_not_tried_again(self) -> None:
        play = chat(*UP, UserSent("hi"), DisconnectRequested())
        assert play.then(ReconnectStarted()).core is play.core

    def test_a_new_try_clears_the_error(self) -> None:
        play = chat(ConnectRequested(), ConnectionFailed("timed_out", "Too slow."))
        state = play.then(ConnectRequested()).state
        assert (state.status, state.error, state.error_code) == ("connecting", None, None)

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

    def test_so_does_one_that_is_made_anew(self) -> None:
        play = chat(*UP, ChatError(error="no"), ReconnectStarted(), ChatConnected(session_id="s"))
        assert (play.state.error, play.state.error_code) == (None, None)

    def test_so_does_hanging_up(self) -> None:
        play = chat(ConnectRequested(), ConnectionFailed("timed_out", "Too slow."))
        state = play.then(DisconnectRequested()).state
        assert (state.status, state.error, state.error_code) == ("idle", None, None)

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

    def test_disconnecting_what_never_began_fails_nothing(self) -> None:
        play = chat(UserSent("hi"))
        assert play.then(DisconnectRequested()).core is play.core

    def test_disconnecting_twice_changes_nothing(self) -> None:
        play = chat(*UP, DisconnectRequested())
        assert play.state.status == "idle"
        assert play.then(DisconnectRequested()).state is play.state


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
        play = chat(*UP, UserSent("one"), UserSent("two")).then(SessionFailed(error="Gone"))
        assert play.effects == (
            StopTimer("turn"),
            MessageChanged(1),
            MessageChanged(2),
            ErrorRaised("server_error", "Gone"),
            EndSession(),
        )


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
        play = chat(*UP, token("Hel"), ReconnectStarted(), ChatConnected(session_id="s2"))
        assert play.then(token("Again")).texts == ["Hel", "Again"]


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
