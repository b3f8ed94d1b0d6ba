"""`audio.metrics`: how loud both sides are, measured from the sound itself (1-protocol, 1.3)."""

from collections.abc import Callable

from local_agent.voice.sound import Level, Samples, level_of
from local_agent.voice.turns import SPEECH

_BOT_FRAMES = 10
"""Frames of 20 ms between two measurements of the agent's voice."""

_AUDIBLE = 0.005
"""An rms above this is the agent's speech, below it a gap between its words."""


class Metrics:
    """Measures one call; `emit` sends an event."""

    def __init__(self, emit: Callable[..., None]) -> None:
        self._emit = emit
        self._frames = 0

    def user(self, level: Level, probability: float) -> None:
        self._send("user", level, probability)

    def bot(self, frame: Samples) -> None:
        self._frames += 1
        if self._frames % _BOT_FRAMES == 1:
            level = level_of(frame)
            self._send("bot", level, 1.0 if level.rms > _AUDIBLE else 0.0)

    def _send(self, source: str, level: Level, probability: float) -> None:
        self._emit(
            "audio.metrics",
            source=source,
            energy_db=round(level.energy_db, 1),
            rms=round(level.rms, 5),
            peak=round(level.peak, 5),
            is_speech=probability > SPEECH,
            vad_prob=round(probability, 3),
        )
