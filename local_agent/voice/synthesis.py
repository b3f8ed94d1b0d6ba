"""Text to speech with the time of every word; espeak-ng runs in another process."""

import asyncio
import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from local_agent.voice.child import Child
from local_agent.voice.opus import FRAME, packets_of, silence
from local_agent.voice.patience import unless_stuck
from local_agent.voice.sound import SPOKEN_RATE, Samples, resampled

_SCRIPT = Path(__file__).with_name("espeak_process.py")

WORDS_A_MINUTE = 155

TIME_LIMIT = 10.0
"""Seconds without any work after which the process is taken for stuck and replaced."""

_WORD_GUESS = 200
"""Milliseconds that a last word is given where espeak-ng gave it no time of its own."""


class SynthesisFailed(Exception):
    """Nothing can be spoken; the message says why."""


class VoiceUnknown(SynthesisFailed):
    """There is no such voice."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a speech; `start` is in samples."""

    start: int
    text: str
    index: int


@dataclass(frozen=True, slots=True)
class Speech:
    """What is to be spoken: samples at `SPOKEN_RATE`, their packets, and when each word begins."""

    text: str
    samples: Samples
    packets: tuple[bytes, ...]
    words: tuple[Word, ...]


class Synthesiser:
    """Speaks one text at a time. A process that died is replaced at the next text."""

    def __init__(self) -> None:
        self._child = Child(_SCRIPT)
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """The process; None while there is none."""
        return self._child.pid

    async def prepare(self) -> None:
        """Start the process now rather than at the first text."""
        async with self._turn:
            await self._child.pipes()

    async def speech(self, text: str, voice: str = "en-us", speed: float = 1.0) -> Speech:
        """Synthesise `text`. Raises SynthesisFailed, or VoiceUnknown."""
        request = {"text": text, "voice": voice, "rate": round(WORDS_A_MINUTE * speed)}
        async with self._turn:
            try:
                answer, pcm = await self._ask(request)
            except (OSError, EOFError, TimeoutError):
                answer, pcm = await self._ask_again(request)
        samples = np.frombuffer(pcm, np.int16)
        if not samples.size:
            return Speech(text, samples, (), ())
        words = tuple(words_at(text, [(at, ms) for at, ms in answer["words"]]))
        return await asyncio.to_thread(_encoded, text, samples, answer["rate"], words)

    async def close(self) -> None:
        async with self._turn:
            await self._child.end()

    async def _ask_again(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            return await self._ask(request)
        except (OSError, EOFError, TimeoutError) as error:
            raise SynthesisFailed("the synthesis process does not answer") from error

    async def _ask(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        try:
            return await self._answer(request)
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):
            # An answer that comes after all would be taken for that to the next text.
            await self._child.end()
            raise

    async def _answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        stdin, stdout = await self._child.pipes()
        message = json.dumps(request).encode()
        async with unless_stuck(TIME_LIMIT, lambda: self._child.pid):
            stdin.write(struct.pack(">I", len(message)) + message)
            await stdin.drain()
            answer = json.loads(await _read(stdout))
            if "unknown" in answer:
                raise VoiceUnknown(f"There is no voice {request['voice']!r}.")
            if "error" in answer:
                raise SynthesisFailed(answer["error"])
            return answer, await _read(stdout)


def _encoded(text: str, samples: Samples, rate: int, words: tuple[Word, ...]) -> Speech:
    spoken = resampled(samples, rate, SPOKEN_RATE)
    return Speech(text, spoken, packets_of(spoken), words)


def unspoken(text: str) -> Speech:
    """`text` without a sound, its words at the usual pace."""
    pace = SPOKEN_RATE * 60 // WORDS_A_MINUTE
    words = tuple(Word(n * pace, word, n) for n, word in enumerate(text.split()))
    samples = np.zeros(len(words) * pace, np.int16)
    return Speech(text, samples, (silence(),) * -(-len(samples) // FRAME), words)


async def _read(stream: asyncio.StreamReader) -> bytes:
    head = await stream.readexactly(4)
    return await stream.readexactly(struct.unpack(">I", head)[0])


def words_at(text: str, marks: list[tuple[int, int]]) -> list[Word]:
    """The words of `text`, each from where its first mark (character, ms) says.

    espeak-ng gives "don't" two marks and "in the" one between them: a word is what stands
    between spaces, and one without a mark begins halfway between its neighbours.
    """
    words: list[Word] = []
    tokens = list(re.finditer(r"\S+", text))
    starts = [
        next((ms for at, ms in marks if token.start() <= at < token.end()), None)
        for token in tokens
    ]
    before = 0
    for index, (token, start) in enumerate(zip(tokens, starts, strict=True)):
        if start is None:
            after = next((ms for ms in starts[index:] if ms is not None), before + _WORD_GUESS)
            start = (before + after) // 2
        before = start
        words.append(Word(start * SPOKEN_RATE // 1000, token.group(), index))
    return words
