"""What the page does, in a call's table: now, or kept for the channel to come (2-sessions, 2.3)."""

import pytest

from tests.unit.calling import CLOCK, UP, said, word
from tests.unit.play import voice
from web_client.protocol import (
    AudioMetrics,
    BotFinished,
    BotSpeaking,
    Configure,
    InjectText,
    LlmResponse,
    LlmToolCall,
    Mute,
    SessionTimeout,
    SetVoiceContext,
    SpeechStarted,
    ToolCallEntry,
    Unmute,
)
from web_client.state import (
    AudioBlocked,
    ConfigureRequested,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    MuteSet,
    PeerConnected,
    ReconnectStarted,
    TextRetried,
    TextsTakenOver,
    UserSent,
)


class TestBeforeThereIsAChannel:
    def test_all_is_kept_and_sent_when_there_is_one(self) -> None:
        play = voice(ContextSet("page", "a"), UserSent("hello"), ConnectRequested())
        play = play.then(ConfigureRequested({"voice": "x"}), ContextSet("page", "b"))
        play = play.then(UserSent("there"), MuteSet(True), ConfigureRequested({"language": "es"}))
        assert play.frames == []
        play = play.then(PeerConnected())
        assert play.frames == [
            Mute(),
            SetVoiceContext("page", "b"),
            Configure({"voice": "x", "language": "es"}),
            InjectText("hello"),
            InjectText("there"),
        ]

    def test_a_reconnect_sends_all_but_the_texts_again(self) -> None:
        play = voice(ContextSet("page", "a"), MuteSet(True), UserSent("hello"), *UP)
        play = play.then(ConfigureRequested({"voice": "x"}), ReconnectStarted(), PeerConnected())
        assert play.frames[:3] == [
            Configure({"voice": "x"}),
            Mute(),
            SetVoiceContext("page", "a"),
        ]

    @pytest.mark.parametrize(
        "answer",
        [
            said("hello"),
            BotSpeaking(message_id="b1", text="Hello to you"),
            word("Hello"),
            BotFinished(text="Hello to you"),
            LlmResponse(text="Hello to you"),
            LlmToolCall(tool_calls=(ToolCallEntry(id="t1", name="greet"),)),
        ],
    )
    def test_a_text_is_sent_again_only_if_nothing_came_back_for_it(self, answer: object) -> None:
        again = (ReconnectStarted(), PeerConnected())
        play = voice(UserSent("hello"), *UP)
        assert InjectText("hello") in play.then(*again).frames
        assert InjectText("hello") not in play.then(answer, *again).frames
        assert InjectText("hello") in play.then(said("other words"), *again).frames

    def test_a_word_of_an_older_reply_answers_nothing(self) -> None:
        play = voice(*UP, BotSpeaking(message_id="b1", text="Welcome"), UserSent("hello"))
        play = play.then(word("Welcome")).then(ReconnectStarted(), PeerConnected())
        assert InjectText("hello") in play.frames

    @pytest.mark.parametrize(("seconds", "again"), [(29, True), (30, False)])
    def test_what_went_over_a_connection_that_stood_is_not_repeated(
        self, seconds: int, again: bool
    ) -> None:
        play = voice(*UP, UserSent("early"))
        for _ in range(10):
            play = play.then(CLOCK, after=1)
        play = play.then(UserSent("hello"))
        for _ in range(seconds):
            play = play.then(CLOCK, after=1)
        play = play.then(ReconnectStarted(), PeerConnected())
        assert InjectText("early") not in play.frames
        assert (InjectText("hello") in play.frames) is again

    def test_a_laptop_that_slept_forgets_no_text(self) -> None:
        play = voice(*UP, UserSent("hello")).then(CLOCK, after=3600)
        assert InjectText("hello") in play.then(ReconnectStarted(), PeerConnected()).frames

    def test_a_text_that_is_said_once_more_has_a_bubble_of_its_own(self) -> None:
        play = voice(*UP, said("Who am I?"), UserSent("Thank you"))
        play = play.then(ReconnectStarted(), PeerConnected(), said("Thank you"))
        assert play.texts == ["Who am I?", "Thank you"]

    def test_texts_are_sent_again_in_their_order(self) -> None:
        play = voice(*UP, UserSent("one"), UserSent("two"), UserSent("three"), said("one"))
        play = play.then(ReconnectStarted(), UserSent("four")).then(PeerConnected())
        texts = [frame.text for frame in play.frames if isinstance(frame, InjectText)]
        assert texts == ["two", "three", "four"]
        assert InjectText("two") not in play.then(DisconnectRequested(), *UP).frames

    def test_texts_survive_a_failure_and_have_failed_at_a_hang_up(self) -> None:
        play = voice(UserSent("hi"), ConnectRequested(), ConnectionFailed("x", "No."))
        assert play.then(*UP).frames == [InjectText("hi")]
        play = voice(UserSent("hi"), ConnectRequested(), DisconnectRequested(), *UP)
        assert (play.frames, play.core.failed) == ([], ("hi",))
        assert play.then(TextRetried("hi")).frames == [InjectText("hi")]
        play = play.then(TextsTakenOver(("one", "two"), ("three",)))
        assert play.frames == [InjectText("one"), InjectText("two")]
        assert play.core.failed == ("hi", "three")

    @pytest.mark.parametrize("end", [DisconnectRequested(), ConnectionFailed("x", "No.")])
    def test_a_configuration_is_for_one_call(self, end: object) -> None:
        play = voice(*UP, ConfigureRequested({"voice": "x"}), end)
        assert play.then(*UP).frames == []

    @pytest.mark.parametrize("end", [DisconnectRequested(), ConnectionFailed("x", "No.")])
    def test_a_call_that_never_was_had_no_configuration(self, end: object) -> None:
        play = voice(ConfigureRequested({"voice": "x"}), ConnectRequested(), end)
        assert play.then(*UP).frames == [Configure({"voice": "x"})]

    def test_each_context_is_kept(self) -> None:
        play = voice(ContextSet("page", "a"), ContextSet("user", None)).then(*UP)
        assert play.frames == [SetVoiceContext("page", "a"), SetVoiceContext("user", None)]


class TestWhatThePageDoes:
    def test_frames_go_at_once(self) -> None:
        play = voice(*UP)
        assert play.then(UserSent("hi")).frames == [InjectText("hi")]
        assert play.then(ContextSet("k", None)).frames == [SetVoiceContext("k", None)]
        assert play.then(ConfigureRequested({"voice": "x"})).frames == [Configure({"voice": "x"})]

    def test_a_configuration_with_an_action_is_no_configuration(self) -> None:
        play = voice(*UP)
        assert play.then(ConfigureRequested({"action": "mute"})).core is play.core

    def test_muting(self) -> None:
        play = voice(*UP, SpeechStarted()).then(MuteSet(True))
        assert (play.state.is_muted, play.state.user_speaking) == (True, False)
        assert play.frames == [Mute()]
        assert play.then(MuteSet(True)).core is play.core
        assert play.then(MuteSet(False)).frames == [Unmute()]

    def test_starting_muted(self) -> None:
        play = voice(*UP, start_muted=True)
        assert (play.state.is_muted, play.frames) == (True, [Mute()])

    def test_a_muted_user_is_not_speaking(self) -> None:
        play = voice(*UP, start_muted=True)
        assert play.then(AudioMetrics(source="user", is_speech=True)).core is play.core

    def test_audio_blocked(self) -> None:
        play = voice(*UP, AudioBlocked(True))
        assert play.state.audio_blocked
        assert not play.then(AudioBlocked(False)).state.audio_blocked

    @pytest.mark.parametrize(
        "end",
        [
            *(DisconnectRequested(), SessionTimeout(reason="idle_timeout"), ReconnectStarted()),
            *(ConnectionFailed("ice_failed", "No way through."), DestroyRequested()),
        ],
    )
    def test_no_sound_is_blocked_where_none_is(self, end: object) -> None:
        play = voice(*UP, AudioBlocked(True), end)
        assert not play.state.audio_blocked

    def test_sound_that_is_blocked_too_late_is_not(self) -> None:
        play = voice(*UP, DisconnectRequested())
        assert play.then(AudioBlocked(True)).core is play.core
