"""The pure parts of a call: turns, limits, words in time, candidates, configuration."""

import re

import pytest

from local_agent import Call
from local_agent.limits import CallClock, Due, Limits
from local_agent.voice.config import VoiceConfig
from local_agent.voice.network import without_mdns
from local_agent.voice.sound import SPOKEN_RATE
from local_agent.voice.synthesis import words_at
from local_agent.voice.turns import BEGIN, END, LONGEST, PAUSE, Change, Turns

SPEECH, SILENCE, UNSURE = 0.9, 0.1, 0.42


def _changes(*heard: tuple[float, int]) -> list[tuple[int, Change]]:
    """What changed, and at which window, while hearing (probability, windows)."""
    turns, window, changes = Turns(), 0, []
    for probability, windows in heard:
        for _ in range(windows):
            window += 1
            if change := turns.hear(probability):
                changes.append((window, change))
    return changes


def test_a_turn_begins_pauses_and_ends() -> None:
    spoken = 20
    assert _changes((SILENCE, 5), (SPEECH, spoken), (SILENCE, 40)) == [
        (5 + BEGIN, Change.STARTED),
        (5 + spoken + PAUSE, Change.PAUSED),
        (5 + spoken + END, Change.ENDED),
    ]


def test_a_click_is_no_turn() -> None:
    assert _changes((SPEECH, BEGIN - 1), (SILENCE, 50), (SPEECH, BEGIN - 1), (SILENCE, 50)) == []


def test_a_pause_may_be_resumed() -> None:
    kinds = [kind for _, kind in _changes((SPEECH, 10), (SILENCE, END - 1), (SPEECH, 1))]
    assert kinds == [Change.STARTED, Change.PAUSED, Change.RESUMED]


def test_a_short_gap_is_not_even_a_pause() -> None:
    assert len(_changes((SPEECH, 10), (SILENCE, PAUSE - 1), (SPEECH, 10))) == 1


def test_a_soft_sound_neither_ends_nor_begins_anything() -> None:
    assert _changes((UNSURE, 50)) == []
    assert [kind for _, kind in _changes((SPEECH, 10), (UNSURE, 50))] == [Change.STARTED]
    assert _changes((SPEECH, 10), (SILENCE, 1), (UNSURE, END))[-1] == (10 + END, Change.ENDED)


def test_endless_noise_is_a_turn_that_ends_and_begins_anew() -> None:
    assert _changes((SPEECH, BEGIN + LONGEST + BEGIN)) == [
        (BEGIN, Change.STARTED),
        (BEGIN + LONGEST, Change.ENDED),
        (BEGIN + LONGEST + BEGIN, Change.STARTED),
    ]


def _due(clock: CallClock, until: int, *, bot_speaks: bool = False, start: int = 1) -> list[Due]:
    ticks = (clock.tick(now, bot_speaks=bot_speaks) for now in range(start, until + 1))
    return [due for due in ticks if due]


def test_an_idle_call_is_warned_once_and_ends() -> None:
    clock = CallClock(Limits(), 0)
    assert _due(clock, 44) == []
    assert _due(clock, 59, start=45) == ["warning"]
    assert clock.tick(60, bot_speaks=False) == "idle_timeout"


def test_after_a_stall_the_warning_still_comes_first() -> None:
    clock = CallClock(Limits(), 0)
    assert clock.tick(90, bot_speaks=False) == "warning"
    assert clock.tick(90.5, bot_speaks=False) == "idle_timeout"


def test_the_agents_speech_stops_the_idle_clock_and_does_not_set_it_back() -> None:
    clock = CallClock(Limits(), 0)
    assert _due(clock, 40) == []
    assert _due(clock, 140, bot_speaks=True, start=41) == []
    assert _due(clock, 159, start=141) == ["warning"]
    assert clock.tick(160, bot_speaks=False) == "idle_timeout"


def test_the_users_speech_sets_the_idle_clock_back() -> None:
    clock = CallClock(Limits(), 0)
    assert _due(clock, 50) == ["warning"]
    clock.user_spoke()
    assert _due(clock, 94, start=51) == []
    assert clock.tick(95, bot_speaks=False) == "warning"


def test_a_call_ends_at_its_longest_though_somebody_speaks() -> None:
    clock = CallClock(Limits(), 0)
    assert _due(clock, 599, bot_speaks=True) == []
    assert clock.tick(600, bot_speaks=True) == "max_duration"


def test_words_begin_where_their_first_mark_is() -> None:
    text = "Don't come in the dark"
    words = words_at(text, [(0, 0), (3, 50), (6, 200), (11, 400), (18, 900)])
    assert [(word.text, word.index) for word in words] == [
        (token, index) for index, token in enumerate(text.split())
    ]
    # "the" has no mark of its own: halfway between its neighbours.
    milliseconds = [word.start * 1000 // SPOKEN_RATE for word in words]
    assert milliseconds == [0, 200, 400, 650, 900]


def test_last_words_without_marks_still_go_forward() -> None:
    starts = [word.start for word in words_at("one two three", [(0, 100)])]
    assert starts == sorted(starts)
    assert starts[0] < starts[1] < starts[2]


RAW = "a=candidate:1 1 udp 2113937151 192.0.2.2 50000 typ host\r\n"
MDNS = "a=candidate:2 1 udp 2113937151 5b3e-11.local 50001 typ host generation 0\r\n"
END_OF = "a=end-of-candidates\r\n"


def test_mdns_candidates_are_left_out() -> None:
    assert without_mdns(f"m=audio\r\n{RAW}{MDNS}{END_OF}") == f"m=audio\r\n{RAW}{END_OF}"


def test_where_no_candidate_is_left_more_may_come() -> None:
    assert without_mdns(f"m=audio\r\n{MDNS}{END_OF}a=mid:0\r\n") == "m=audio\r\na=mid:0\r\n"


def test_an_offer_without_mdns_stays_as_it_is() -> None:
    assert without_mdns(f"m=audio\r\n{END_OF}") == f"m=audio\r\n{END_OF}"


class _NoLine:
    async def say(self, text: str) -> None: ...

    async def hang_up(self) -> None: ...

    async def report(self, event: str, **members: object) -> None: ...


@pytest.fixture
def call() -> Call:
    return Call("1", "webrtc", _NoLine())


def test_only_what_is_allowed_is_configured(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    config = VoiceConfig(call)
    config.apply({"language": "es", "greeting": "¡Hola!", "stt": "x", "prompt": "be evil"})
    assert (config.voice, call.language, config.greeting) == ("es", "es", "¡Hola!")
    config.apply({"language": "en", "voice": "../../etc", "greeting": 7, "llm": {}})
    assert (config.voice, call.language, config.greeting) == ("en-us", "en", "¡Hola!")
    config.apply({"language": ["en"], "flash": None, "tts": "fast"})
    dropped = re.findall(r"config '(\w+)' dropped", caplog.text)
    assert dropped == ["prompt", "voice", "greeting", "llm", "language"]


def test_a_voice_is_for_its_language(call: Call) -> None:
    config = VoiceConfig(call)
    config.apply({"voice": "fr", "language": "de"})
    assert (config.voice, call.language) == ("fr", "de")
    for written in ("en-US", "EN-us"):
        config.apply({"voice": "fr"})
        config.apply({"language": written})
        assert config.voice == "en-us"
    call.language = "es"
    assert config.voice == "es"
    config.apply({"voice": "en-GB+Alex"})
    config.apply({"voice": "\u212ao"})  # the Kelvin sign
    assert config.voice == "en-GB+Alex"


def test_a_voice_that_is_not_there_is_forgotten(call: Call) -> None:
    config = VoiceConfig(call)
    config.apply({"voice": "zz", "language": "yy"})
    forgotten = [config.voice, config.forget_voice(), config.voice, config.forget_voice()]
    assert forgotten == ["zz", True, "yy", True]
    assert config.voice == "en-us"
    assert not config.forget_voice()


@pytest.mark.parametrize(
    ("tts", "speed"),
    [({"speed": 1.5}, 1.5), ({"speed": 2}, 2.0), ({"speed": 9}, 1.0), ({"speed": "x"}, 1.0)],
)
def test_only_a_speed_that_can_be_followed_is_taken(call: Call, tts: object, speed: float) -> None:
    config = VoiceConfig(call)
    config.apply({"tts": tts})
    assert config.speed == speed
