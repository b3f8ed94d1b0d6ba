"""The outgoing voice: packets in real time, and each word when it is heard."""

import asyncio

import numpy as np
import pytest

from local_agent.voice.mouth import ON_ITS_WAY, Mouth, Utterance
from local_agent.voice.opus import FRAME, packets_of, silence
from local_agent.voice.sound import SPOKEN_RATE, Samples
from local_agent.voice.synthesis import Speech, Word, unspoken


class _Reporter:
    """Notes what the mouth says, and after how many samples."""

    def __init__(self) -> None:
        self.mouth = Mouth(self)
        self.sent = 0
        self.news: list[tuple[str, int]] = []

    async def next(self) -> bytes:
        packet = bytes(await self.mouth.recv())
        self.sent += FRAME
        return packet

    def began(self, utterance: Utterance) -> None:
        self.news.append(("began", self.sent))

    def spoke(self, utterance: Utterance, word: Word) -> None:
        self.news.append((word.text, self.sent))

    def finished(self, utterance: Utterance) -> None:
        self.news.append(("finished", self.sent))

    def sounded(self, frame: Samples) -> None:
        """Levels are the metrics' business."""


@pytest.fixture
def reporter(monkeypatch: pytest.MonkeyPatch) -> _Reporter:
    async def at_once(_seconds: float) -> None:
        """Nobody waits for real time."""

    monkeypatch.setattr(asyncio, "sleep", at_once)
    return _Reporter()


async def test_a_word_is_reported_when_it_is_heard(reporter: _Reporter) -> None:
    starts = [0, SPOKEN_RATE // 3, SPOKEN_RATE - FRAME]
    words = tuple(
        Word(start, text, n) for n, (start, text) in enumerate(zip(starts, "abc", strict=True))
    )
    speech = Speech("a b c", *_sound(SPOKEN_RATE), words)
    reporter.mouth.say(Utterance("1", speech))
    while reporter.mouth.busy:
        await reporter.next()
    times = dict(reporter.news)
    assert list(times) == ["began", "a", "b", "c", "finished"]
    for text, start in zip("ab", starts, strict=False):
        assert 0 <= start + ON_ITS_WAY - times[text] < FRAME
    # There is no sound left to wait for.
    assert times["c"] == times["finished"] == SPOKEN_RATE - FRAME


def _sound(length: int) -> tuple[Samples, tuple[bytes, ...]]:
    samples = (8000 * np.sin(np.arange(length) / 20)).astype(np.int16)
    return samples, packets_of(samples)


async def test_what_is_sent_is_the_speech_and_then_silence(reporter: _Reporter) -> None:
    samples, packets = _sound(5 * FRAME + 1)
    assert len(packets) == 6
    reporter.mouth.say(Utterance("1", Speech("a", samples, packets, ())))
    sent = [await reporter.next() for _ in range(8)]
    assert sent == [*packets, silence(), silence()]


def test_words_without_a_voice_have_the_usual_pace() -> None:
    speech = unspoken("one two three")
    assert [word.start / SPOKEN_RATE for word in speech.words] == pytest.approx(
        [0, 60 / 155, 120 / 155], abs=0.001
    )
    assert len(speech.packets) * FRAME >= len(speech.samples) > speech.words[-1].start
    assert set(speech.packets) == {silence()}
    assert unspoken(" ").packets == ()
