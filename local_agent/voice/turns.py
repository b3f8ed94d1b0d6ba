"""Turn detection: when the user begins, pauses, goes on and is done.

Pure: it is fed the probability of speech in one window after another, and counts windows. One
window is 32 ms, so a turn begins after 96 ms of speech, pauses after 256 ms of silence, and
ends after 544 ms.

Between the two thresholds a window counts as whatever was before, so that a soft syllable
neither ends a turn nor begins one.
"""

from enum import Enum, auto

SPEECH, SILENCE = 0.5, 0.35
"""A probability above the first is speech, one below the second is silence."""

BEGIN, PAUSE, END = 3, 8, 17
"""Windows of speech that begin a turn; of silence that pause it, and end it."""

LONGEST = 940
"""Windows after which a turn is over though the noise goes on: 30 s."""


class Change(Enum):
    STARTED = auto()
    PAUSED = auto()
    RESUMED = auto()
    ENDED = auto()


class Turns:
    """Follows one speaker."""

    def __init__(self) -> None:
        self.speaking = False
        self._paused = False
        self._speech = self._silence = self._length = 0

    def hear(self, probability: float) -> Change | None:
        """Take the next window's probability of speech (0 to 1); what changed by it, if any."""
        return self._within(probability) if self.speaking else self._before(probability)

    def _before(self, probability: float) -> Change | None:
        self._speech = self._speech + 1 if probability > SPEECH else 0
        if self._speech < BEGIN:
            return None
        self.speaking, self._paused, self._silence, self._length = True, False, 0, 0
        return Change.STARTED

    def _within(self, probability: float) -> Change | None:
        self._length += 1
        if probability > SPEECH:
            self._silence = 0
        elif probability < SILENCE or self._silence:
            self._silence += 1
        if self._silence >= END or self._length >= LONGEST:
            self.speaking, self._speech = False, 0
            return Change.ENDED
        return self._pause()

    def _pause(self) -> Change | None:
        if self._paused and not self._silence:
            self._paused = False
            return Change.RESUMED
        if not self._paused and self._silence >= PAUSE:
            self._paused = True
            return Change.PAUSED
        return None
