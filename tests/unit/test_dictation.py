"""The table of a dictation (1-protocol, 1.4)."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.play import Play, dictation
from web_client import protocol as wire
from web_client.protocol import ScribeDone, ScribeError, ScribeFinal, ScribePartial, ScribeReady
from web_client.state import (
    CancelRequested,
    ConnectionFailed,
    ConnectRequested,
    DestroyRequested,
    DictationCore,
    DisconnectRequested,
    EndRecording,
    EndSession,
    ErrorRaised,
    ReconnectStarted,
    RecordingEnded,
    RecordingStarted,
    Send,
    SendRecording,
    StartTimer,
    StopRequested,
    StopTimer,
    TimerFired,
)

BEGUN = (ConnectRequested(), RecordingStarted())
LISTENED_TO = (*BEGUN, ScribeReady())
TOLD_SO = (Send(wire.StopDictation()), StartTimer("done", 2.5))
OVER = (StopTimer("done"), EndSession())


def texts(play: Play[DictationCore]) -> tuple[str, str]:
    return play.state.text, play.state.partial


def test_how_it_goes() -> None:
    play = dictation(ConnectRequested())
    assert (play.state.status, play.state.is_recording) == ("connecting", False)
    play = play.then(RecordingStarted())
    assert (play.state.status, play.state.is_recording) == ("connecting", True)
    play = play.then(ScribeReady())
    assert play.state.status == "connected"
    assert play.effects == (SendRecording(),)
    play = play.then(StopRequested())
    assert (play.state.status, play.state.is_recording) == ("finishing", True)
    assert play.effects == (EndRecording(),)
    play = play.then(RecordingEnded())
    assert (play.state.status, play.state.is_recording) == ("finishing", False)
    assert play.effects == TOLD_SO
    play = play.then(ScribeDone())
    assert play.state.status == "idle"
    assert play.effects == OVER


def test_segments_join_and_the_running_one_is_replaced() -> None:
    play = dictation(*LISTENED_TO, ScribePartial(text=" a ta "))
    assert texts(play) == ("", "a ta")
    play = play.then(ScribePartial(text="a table"))
    assert texts(play) == ("", "a table")
    play = play.then(ScribeFinal(text="A table."))
    assert texts(play) == ("A table.", "")
    play = play.then(ScribePartial(text="for"), ScribeFinal(text="For two. "))
    assert texts(play) == ("A table. For two.", "")
    play = play.then(ScribePartial(text="and"))
    assert play.state.transcript == "A table. For two. and"


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("你好。", "再见", "你好。再见"),
        ("你好", "hello", "你好 hello"),
        ("hello", "你好", "hello 你好"),
        ("안녕", "hola", "안녕 hola"),
        ("", "a", "a"),
        ("a", "", "a"),
    ],
)
def test_a_script_without_spaces_gets_none(first: str, second: str, whole: str) -> None:
    play = dictation(*LISTENED_TO, ScribeFinal(text=first), ScribeFinal(text=second))
    assert play.state.text == whole


def test_an_empty_final_commits_what_runs() -> None:
    play = dictation(*LISTENED_TO, ScribePartial(text="a table"), ScribeFinal(text=" "))
    assert texts(play) == ("a table", "")
    play = play.then(ScribeFinal(text=""))
    assert texts(play) == ("a table", "")


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (ScribeDone(), "idle"),
        (ScribeError(error="no"), "error"),
        (ConnectionFailed("c", "m"), "error"),
        (DisconnectRequested(), "idle"),
        (DestroyRequested(), "destroyed"),
    ],
)
def test_whatever_ends_it_keeps_what_was_heard(end: object, status: str) -> None:
    play = dictation(*LISTENED_TO, ScribeFinal(text="one"), ScribePartial(text="two"), end)
    assert texts(play) == ("one two", "")
    assert (play.state.status, play.state.is_recording) == (status, False)


def test_hanging_up_after_an_error_clears_it() -> None:
    play = dictation(*LISTENED_TO, ScribeError(error="no"), DisconnectRequested())
    assert (play.state.status, play.state.error, play.state.error_code) == ("idle", None, None)


def test_cancelling_takes_it_back() -> None:
    heard = (ScribeFinal(text="one"), ScribePartial(text="two"))
    play = dictation(*LISTENED_TO, *heard, CancelRequested())
    assert texts(play) == ("", "")
    assert play.state.status == "idle"
    play = dictation(*LISTENED_TO, *heard, ScribeError(error="no"), CancelRequested())
    assert (play.state.status, play.state.text, play.state.error) == ("idle", "", None)


def test_stopping_before_the_server_is_ready_waits_for_it() -> None:
    play = dictation(*BEGUN, StopRequested())
    assert play.effects == (EndRecording(),)
    play = play.then(RecordingEnded())
    assert play.effects == ()
    assert play.state.status == "finishing"
    play = play.then(ScribeReady())
    assert play.effects == (SendRecording(), *TOLD_SO)
    assert play.state.status == "finishing"


def test_the_server_ready_while_the_recording_ends() -> None:
    play = dictation(*BEGUN, StopRequested()).then(ScribeReady())
    assert play.effects == (SendRecording(),)
    assert play.then(RecordingEnded()).effects == TOLD_SO


def test_a_server_that_says_ready_twice_changes_nothing() -> None:
    assert dictation(*LISTENED_TO).then(ScribeReady()).effects == ()


def test_there_is_nothing_to_stop_before_anything_is_recorded() -> None:
    play = dictation(ConnectRequested())
    assert play.then(StopRequested()).core is play.core


def test_stopping_twice_is_stopping_once() -> None:
    play = dictation(*LISTENED_TO).then(StopRequested(), StopRequested())
    assert play.effects == (EndRecording(),)
    play = play.then(RecordingEnded()).then(StopRequested())
    assert play.effects == ()


def test_a_server_that_never_says_done() -> None:
    play = dictation(*LISTENED_TO, ScribePartial(text="one"), StopRequested(), RecordingEnded())
    play = play.then(TimerFired("done"), after=2.5)
    assert texts(play) == ("one", "")
    assert play.state.status == "idle"
    assert play.effects == OVER


def test_a_timer_of_another_time_ends_nothing() -> None:
    play = dictation(*LISTENED_TO)
    assert play.then(TimerFired("done")).core == play.core
    finishing = play.then(StopRequested())
    assert finishing.then(TimerFired("turn")).core == finishing.core


def test_the_servers_error_is_in_its_own_words() -> None:
    play = dictation(*LISTENED_TO).then(ScribeError(error="No more."))
    assert (play.state.error, play.state.error_code) == ("No more.", "server_error")
    assert play.effects == (ErrorRaised("server_error", "No more."), EndSession())


def test_a_lost_connection_commits_what_ran_and_goes_on() -> None:
    play = dictation(*LISTENED_TO, ScribePartial(text="one"), ReconnectStarted())
    assert texts(play) == ("one", "")
    assert (play.state.status, play.state.is_recording) == ("reconnecting", True)
    play = play.then(ScribeReady())
    assert play.state.status == "connected"
    assert play.effects == (SendRecording(),)
    assert texts(play.then(ScribeFinal(text="two"))) == ("one two", "")


@pytest.mark.parametrize("echo", [ScribePartial(text="one two"), ScribeFinal(text="one two")])
def test_a_segment_before_the_server_is_ready_is_of_no_sound_it_got(echo: object) -> None:
    for began in (BEGUN, (*LISTENED_TO, ScribePartial(text="one"), ReconnectStarted())):
        play = dictation(*began)
        assert play.then(echo).core is play.core
    play = play.then(echo, ScribeReady(), ScribePartial(text="three"))
    assert texts(play) == ("one", "three")


def test_a_connection_lost_while_finishing_is_finishing_still() -> None:
    play = dictation(*BEGUN, StopRequested(), RecordingEnded(), ReconnectStarted())
    assert play.state.status == "finishing"
    assert play.then(ScribeReady()).effects == (SendRecording(), *TOLD_SO)


def test_a_new_one_begins_empty() -> None:
    play = dictation(*LISTENED_TO, ScribeFinal(text="one"), DisconnectRequested())
    play = play.then(ConnectRequested())
    assert texts(play) == ("", "")
    assert not play.core.ready


@pytest.mark.parametrize("heard", [(ScribeReady(), ScribeFinal(text="one")), ()])
def test_what_comes_when_it_is_over_comes_too_late(heard: tuple[object, ...]) -> None:
    idle = dictation(*BEGUN, *heard, DisconnectRequested())
    late = (ScribeReady(), ScribePartial(text="x"), ScribeFinal(text="x"), ScribeDone())
    facts = (RecordingStarted(), StopRequested(), RecordingEnded(), ReconnectStarted())
    play = idle.then(*late, ScribeError(error="x"), *facts)
    assert (play.core, play.effects) == (idle.core, ())


@pytest.mark.parametrize("more", [(), (StopRequested(),), (ReconnectStarted(),)])
def test_once_begun_it_does_not_begin_again(more: tuple[object, ...]) -> None:
    play = dictation(*LISTENED_TO, ScribeFinal(text="one"), *more)
    assert play.then(ConnectRequested()).core is play.core


words = st.sampled_from(["", "a", "b c", "  ", "我"])
events = st.one_of(
    st.builds(ScribePartial, text=words),
    st.builds(ScribeFinal, text=words),
    st.sampled_from([*LISTENED_TO, StopRequested(), RecordingEnded(), ReconnectStarted()]),
    st.sampled_from([ScribeDone(), ScribeError(), DisconnectRequested(), TimerFired("done")]),
    st.sampled_from([ConnectionFailed("c", "m"), wire.Ignored(), wire.UnknownEvent("x", {})]),
)


@given(st.lists(events, max_size=30))
@example([ConnectRequested(), ScribeReady(), RecordingEnded()])
def test_in_any_order(day: list[object]) -> None:
    play = dictation()
    for event in day:
        before, play = play, play.then(event)
        old, new = before.state, play.state
        assert (new == old) == (new is old)
        assert new.text.startswith(old.text) or isinstance(event, ConnectRequested)
        if new.status in ("idle", "error"):
            assert not new.is_recording
            assert not new.partial
        if play.frames:
            assert new.status == "finishing"
            assert not new.is_recording
