"""The user's turns, the agent's replies and the phase (2-sessions, 2.3)."""

from typing import Literal

import pytest

from tests.unit.calling import UP, calls, said, word
from tests.unit.play import Play, voice
from web_client.protocol import (
    AudioMetrics,
    BotFinished,
    BotInterrupted,
    BotSpeaking,
    SpeechEnded,
    SpeechStarted,
    TurnEnd,
    TurnPause,
    TurnResumed,
    UserSpeaking,
)
from web_client.state import (
    ConnectionFailed,
    ConnectRequested,
    DestroyRequested,
    DisconnectRequested,
    Hush,
    MessageChanged,
    MuteSet,
    PeerConnected,
    ReconnectStarted,
    StartTimer,
    StopTimer,
    TimerFired,
    VoiceCore,
)


def heard(text: str) -> UserSpeaking:
    return UserSpeaking(text=text)


def metrics(is_speech: bool) -> AudioMetrics:
    return AudioMetrics(source="user", is_speech=is_speech)


def intends(text: str, message_id: str | None = "b1") -> BotSpeaking:
    return BotSpeaking(message_id=message_id, text=text)


def finished(text: str = "", message_id: str | None = "b1") -> BotFinished:
    return BotFinished(message_id=message_id, text=text)


def interrupted(message_id: str | None = "b1") -> BotInterrupted:
    return BotInterrupted(message_id=message_id)


TOOL = calls(("t1", "slots"))


class TestUser:
    def test_speech(self) -> None:
        play = voice(*UP, SpeechStarted())
        assert play.state.user_speaking
        assert not play.then(SpeechEnded()).state.user_speaking

    def test_metrics_with_speech(self) -> None:
        play = voice(*UP, AudioMetrics(source="user", is_speech=True, rms=0.2))
        assert play.state.user_speaking
        assert play.then(AudioMetrics(source="user", is_speech=True, rms=0.3)).state is play.state

    @pytest.mark.parametrize("source", ["user", "bot"])
    @pytest.mark.parametrize("is_speech", [False, None])
    def test_metrics_without_speech_end_what_metrics_began(
        self, source: Literal["user", "bot"], is_speech: bool | None
    ) -> None:
        play = voice(*UP, metrics(True)).then(AudioMetrics(source=source, is_speech=is_speech))
        assert play.state.user_speaking == (source == "bot" or is_speech is None)

    def test_metrics_between_two_words_do_not_end_the_speech(self) -> None:
        play = voice(*UP, SpeechStarted(), metrics(False))
        assert play.state.user_speaking
        play = play.then(SpeechEnded(), metrics(True))
        assert play.state.user_speaking
        assert not play.then(metrics(False)).state.user_speaking

    @pytest.mark.parametrize(
        "ends",
        [
            (TurnEnd(),),
            (MuteSet(True), MuteSet(False)),
            (ReconnectStarted(), PeerConnected()),
            (DisconnectRequested(), *UP),
        ],
    )
    def test_a_speech_whose_end_never_came_is_over_all_the_same(
        self, ends: tuple[object, ...]
    ) -> None:
        play = voice(*UP, SpeechStarted(), *ends)
        assert not play.state.user_speaking
        assert not play.then(metrics(True), metrics(False)).state.user_speaking

    def test_interim_then_final(self) -> None:
        play = voice(*UP, heard("I wan"), heard("I want a"))
        assert play.fields("id", "role", "text", "is_interim") == [(1, "user", "I want a", True)]
        assert (play.state.phase, play.state.user_speaking) == ("listening", True)
        play = play.then(said("I want a table."))
        assert play.fields("id", "text", "is_interim") == [(1, "I want a table.", False)]
        assert (play.state.phase, play.state.user_speaking) == ("thinking", False)
        assert play.effects == (MessageChanged(1),)

    def test_a_final_alone(self) -> None:
        assert voice(*UP, said("Hello")).fields("text", "is_interim") == [("Hello", False)]

    def test_finals_that_repeat_the_turn_take_its_place(self) -> None:
        assert voice(*UP, said("I want"), said("I want a table")).texts == ["I want a table"]

    def test_finals_that_do_not_are_added(self) -> None:
        assert voice(*UP, said("I want"), said("a table")).texts == ["I want a table"]

    def test_a_word_is_not_cut_in_two(self) -> None:
        assert voice(*UP, said("no"), said("nothing")).texts == ["no nothing"]

    def test_a_text_that_begins_so_but_for_case_and_its_last_sign_takes_its_place(self) -> None:
        assert voice(*UP, said("Hello."), said("hello, you!")).texts == ["hello, you!"]

    def test_scripts_without_spaces(self) -> None:
        assert voice(*UP, said("我想"), said("我想订位")).texts == ["我想订位"]

    def test_interim_after_a_final_of_the_same_turn(self) -> None:
        play = voice(*UP, said("I want"), heard("a ta"))
        assert play.fields("text", "is_interim") == [("I want a ta", True)]
        play = play.then(said("a table"))
        assert play.fields("text", "is_interim") == [("I want a table", False)]

    def test_an_empty_final_closes_the_bubble_as_it_is(self) -> None:
        play = voice(*UP, heard("I want"), said(""))
        assert play.fields("text", "is_interim") == [("I want", False)]
        assert play.then(said("a table")).texts == ["I want a table"]

    @pytest.mark.parametrize("event", [said(""), heard("  ")])
    def test_no_text_makes_no_bubble(self, event: object) -> None:
        assert voice(*UP, event).texts == []

    def test_an_empty_interim_keeps_the_text(self) -> None:
        assert voice(*UP, heard("I want"), heard("")).texts == ["I want"]

    def test_after_the_agent_spoke_it_is_another_turn(self) -> None:
        play = voice(*UP, said("Hi"), word("Hello"), finished(), heard("I"), said("I want"))
        assert play.fields("role", "text") == [("user", "Hi"), ("bot", "Hello"), ("user", "I want")]

    def test_a_tool_in_between_is_the_same_turn(self) -> None:
        play = voice(*UP, said("Hi"), calls(("t", "f")), said("Hi there"))
        assert play.texts == ["Hi there", "🔧 Using f…"]

    def test_a_late_final_closes_its_bubble(self) -> None:
        play = voice(*UP, heard("I wan"), word("Sure"), said("I want"))
        assert play.fields("role", "text", "is_interim") == [
            ("user", "I want", False),
            ("bot", "Sure", False),
        ]
        assert play.state.phase == "speaking"

    def test_a_new_turn_closes_the_one_still_interim(self) -> None:
        play = voice(*UP, heard("I wan"), word("Sure")).then(heard("no"))
        assert play.fields("text", "is_interim") == [
            ("I wan", False),
            ("Sure", False),
            ("no", True),
        ]
        assert play.effects == (MessageChanged(1), MessageChanged(3))
        assert play.then(said("no, wait")).texts == ["I wan", "Sure", "no, wait"]


class TestPhase:
    @pytest.mark.parametrize(
        "events", [(), (TurnEnd(),), (said("Hi"), word("Hello"), finished(), TurnEnd())]
    )
    def test_a_turn_without_a_word_is_answered_by_nobody(self, events: tuple[object, ...]) -> None:
        assert voice(*UP, *events, said("")).state.phase == "listening"

    @pytest.mark.parametrize("events", [(heard("I want"),), (said("I want"),), (said("I"), TOOL)])
    def test_an_empty_final_of_a_turn_with_words_leads_to_thinking(
        self, events: tuple[object, ...]
    ) -> None:
        play = voice(*UP, *events, said(""))
        assert (play.state.phase, play.state.user_speaking) == ("thinking", False)

    @pytest.mark.parametrize(
        ("event", "phase"),
        [
            (TurnPause(), "pause"),
            (TurnResumed(), "listening"),
            (TurnEnd(), "thinking"),
            (heard("x"), "listening"),
            (said("x"), "thinking"),
        ],
    )
    def test_each_turn_event(self, event: object, phase: str) -> None:
        assert voice(*UP, TurnPause(), event).state.phase == phase

    def test_turn_end_ends_the_users_speech(self) -> None:
        assert not voice(*UP, SpeechStarted(), TurnEnd()).state.user_speaking

    @pytest.mark.parametrize(
        "event",
        [
            *(TurnPause(), TurnResumed(), TurnEnd()),
            *(heard("x"), said("x"), said(""), finished("", "b9")),
        ],
    )
    def test_while_the_agent_is_heard_it_is_speaking(self, event: object) -> None:
        play = voice(*UP, word("Hello"), event)
        assert (play.state.phase, play.state.agent_speaking) == ("speaking", True)

    def test_a_greeting_that_is_heard_at_once_goes_on_speaking(self) -> None:
        play = voice(ConnectRequested(), word("Welcome"), PeerConnected())
        assert (play.state.status, play.state.phase) == ("connected", "speaking")


class TestReply:
    def test_bot_speaking_makes_no_bubble(self) -> None:
        play = voice(*UP)
        assert play.then(intends("Hello!")).state is play.state

    def test_the_first_word_makes_it(self) -> None:
        play = voice(*UP, word("Hello", 0))
        assert play.fields("id", "role", "text", "speaking", "message_id") == [
            (1, "bot", "Hello", True, "b1")
        ]
        assert (play.state.phase, play.state.agent_speaking) == ("speaking", True)
        assert play.effects[-1:] == (MessageChanged(1),)
        assert play.then(word("there", 1)).texts == ["Hello there"]

    def test_an_intended_text_that_comes_after_the_words_gives_them_their_punctuation(self) -> None:
        play = voice(*UP, word("Of", 0), word("course", 1)).then(intends("Of course, sir."))
        assert play.texts == ["Of course,"]
        assert play.effects == (MessageChanged(1),)

    def test_an_empty_word_is_none(self) -> None:
        play = voice(*UP)
        assert play.then(word(" ")).core is play.core

    def test_finished_with_the_polished_text(self) -> None:
        play = voice(*UP, word("hello"), finished("Hello!"))
        assert play.fields("text", "speaking", "interrupted") == [("Hello!", False, False)]
        assert (play.state.phase, play.state.agent_speaking) == ("listening", False)

    def test_finished_without_text_says_what_was_intended(self) -> None:
        assert voice(*UP, intends("Hello, you!"), word("Hello", 0), finished()).texts == [
            "Hello, you!"
        ]

    def test_finished_without_either_keeps_the_words(self) -> None:
        assert voice(*UP, word("Hello"), word("you"), finished()).texts == ["Hello you"]

    @pytest.mark.parametrize("events", [(intends("Hi!"), finished()), (finished("Hi!"),)])
    def test_a_reply_without_words_is_shown_at_its_end(self, events: tuple[object, ...]) -> None:
        play = voice(*UP).then(*events)
        assert play.fields("role", "text", "speaking") == [("bot", "Hi!", False)]
        assert play.effects == (MessageChanged(1),)

    def test_a_reply_without_words_or_text_does_not_exist(self) -> None:
        play = voice(*UP, said("x"), intends(""), finished())
        assert (play.texts, play.state.phase) == (["x"], "listening")

    def test_interrupted_it_stays_what_was_heard(self) -> None:
        play = voice(*UP, intends("Hello, dear guest!"), word("Hello", 0), interrupted())
        assert play.fields("text", "speaking", "interrupted") == [("Hello,", False, True)]
        assert (play.state.phase, play.state.agent_speaking) == ("listening", False)

    def test_interrupted_before_a_word_it_does_not_exist(self) -> None:
        play = voice(*UP, intends("Hello"), interrupted())
        assert play.texts == []
        assert play.then(word("Hello", 0)).core is play.core

    @pytest.mark.parametrize("end", [finished("Hello."), interrupted()])
    @pytest.mark.parametrize(
        "late", [word("more", 1), intends("Hello. More."), finished("Else"), interrupted()]
    )
    def test_after_its_end_nothing_changes_it(self, end: object, late: object) -> None:
        play = voice(*UP, word("Hello", 0), end, said("x"))
        assert play.then(late).core is play.core

    def test_a_reply_without_a_name_is_the_one_under_way(self) -> None:
        play = voice(*UP, intends("Hello, you.", None), word("Hello", 0, None))
        play = play.then(interrupted(None))
        assert play.fields("text", "interrupted") == [("Hello,", True)]
        assert play.then(word("Next", 0, None)).texts == ["Hello,", "Next"]


def two_replies() -> Play[VoiceCore]:
    return voice(*UP, word("One", 0, "b1"), word("Two", 0, "b2"))


class TestFloor:
    def test_the_newer_reply_takes_it(self) -> None:
        assert two_replies().fields("text", "speaking") == [("One", False), ("Two", True)]

    def test_a_late_word_of_the_older_one_does_not(self) -> None:
        play = two_replies().then(word("more", 1, "b1"))
        assert play.fields("text", "speaking") == [("One more", False), ("Two", True)]

    def test_the_end_of_another_does_not_end_the_speaking(self) -> None:
        for end in (finished("One.", "b1"), interrupted("b1"), interrupted("b7")):
            play = two_replies().then(end)
            assert (play.state.phase, play.state.agent_speaking) == ("speaking", True)
        assert two_replies().then(finished("Two.", "b2")).state.phase == "listening"

    def test_an_older_one_that_is_heard_again_has_it(self) -> None:
        play = two_replies().then(finished("", "b2"), word("more", 1, "b1"))
        assert play.fields("text", "speaking") == [("One more", True), ("Two", False)]
        assert play.state.agent_speaking


HUSHED = (*UP, word("One", 0, "b1"), interrupted("b1"))
SOUNDS = (Hush(False), StopTimer("hush"))


class TestHush:
    """What is still on its way of an interrupted reply is not to be heard."""

    def test_an_interrupted_reply_is_hushed_for_as_long_as_its_tail_may_last(self) -> None:
        assert voice(*UP, word("One")).then(interrupted()).effects == (
            Hush(True),
            StartTimer("hush", 1.0),
            MessageChanged(1),
        )

    @pytest.mark.parametrize("late", [word("late", 1, "b1"), interrupted("b1"), said("Stop")])
    def test_nothing_else_ends_it(self, late: object) -> None:
        assert not any(isinstance(effect, Hush) for effect in voice(*HUSHED).then(late).effects)

    @pytest.mark.parametrize(
        "event",
        [
            *(intends("Two", "b2"), word("Two", 0, "b2"), TimerFired("hush")),
            *(DisconnectRequested(), ReconnectStarted(), ConnectionFailed("c", "m")),
            DestroyRequested(),
        ],
    )
    def test_it_ends_once(self, event: object) -> None:
        play = voice(*HUSHED).then(event)
        hushes = [effect for effect in play.effects if effect in SOUNDS]
        assert hushes == list(SOUNDS)
        again = play.then(word("more", 1, "b2"), TimerFired("hush"), DisconnectRequested())
        assert not any(isinstance(effect, Hush) for effect in again.effects)

    def test_a_reply_that_is_not_heard_needs_none(self) -> None:
        for play in (
            two_replies().then(interrupted("b1")),
            voice(*UP, intends("Hello")).then(interrupted()),
            voice(*UP).then(TimerFired("hush")),
        ):
            assert not any(isinstance(effect, Hush) for effect in play.effects)

    def test_the_new_reply_is_hushed_in_its_turn(self) -> None:
        play = voice(*HUSHED).then(word("Two", 0, "b2"), interrupted("b2"))
        assert [effect for effect in play.effects if isinstance(effect, Hush)] == [
            Hush(False),
            Hush(True),
        ]
