"""What the agent hears: sound in, turns and transcripts out."""

import asyncio
from collections import deque
from typing import Protocol

import numpy as np

from local_agent.voice.recogniser import Recogniser
from local_agent.voice.sound import Level, Samples, level_of
from local_agent.voice.turns import Change, Turns
from local_agent.voice.vad import WINDOW, Vad

_BEFORE = 12
"""Windows kept from before a turn was noticed, so that its first sound isn't lost: 384 ms."""

_METRICS = 6
"""Windows between two measurements: 192 ms."""


class Listener(Protocol):
    """Who wants to know what is heard."""

    def turn_changed(self, change: Change) -> None: ...

    def understood(self, interim: str) -> None: ...

    def turn_ended(self, text: asyncio.Future[str]) -> None: ...

    def measured(self, level: Level, probability: float) -> None: ...


class Ear:
    """Hears one speaker. While `muted` it hears silence, whatever comes."""

    def __init__(self, recogniser: Recogniser, listener: Listener) -> None:
        self.muted = False
        self._recogniser = recogniser
        self._listener = listener
        self._vad, self._turns = Vad(), Turns()
        self._rest: Samples = np.zeros(0, np.int16)
        self._before: deque[Samples] = deque(maxlen=_BEFORE)
        self._windows = 0

    def hear(self, samples: Samples) -> None:
        """Take the next samples, any number, at 16 kHz."""
        heard = np.zeros_like(samples) if self.muted else samples
        self._rest = np.concatenate([self._rest, heard])
        while len(self._rest) >= WINDOW:
            window, self._rest = self._rest[:WINDOW], self._rest[WINDOW:]
            self._hear_window(window)

    def end_turn(self) -> None:
        """The turn that is under way, if one is, ends here."""
        if self._turns.speaking:
            self._turns = Turns()
            self._listener.turn_ended(self._recogniser.finish())

    def _hear_window(self, window: Samples) -> None:
        probability = self._vad.probability(window)
        self._windows += 1
        if self._windows % _METRICS == 0:
            self._listener.measured(level_of(window), probability)
        change = self._turns.hear(probability)
        self._recognise(window, change)

    def _recognise(self, window: Samples, change: Change | None) -> None:
        if change is Change.STARTED:
            self._recogniser.begin(self._listener.understood)
            for earlier in self._before:
                self._recogniser.feed(earlier)
            self._before.clear()
        if self._turns.speaking or change is Change.ENDED:
            self._recogniser.feed(window)
        else:
            self._before.append(window)
        if change is Change.ENDED:
            self._listener.turn_ended(self._recogniser.finish())
        elif change:
            self._listener.turn_changed(change)
