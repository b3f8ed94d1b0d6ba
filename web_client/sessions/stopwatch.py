"""How long each stage of a connect takes: for whoever wants a call to begin sooner.

Stages overlap, since token, ICE servers and microphone are asked for at once (2-sessions, 2.3).
One that fails is never told: the error says more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from web_client.sessions.events import Stage, TimingEvent
from web_client.sessions.ports import Clock

_MILLISECONDS = 1000


class Stopwatch:
    """Of one attempt, from now on. `told` gets each stage as it ends."""

    def __init__(self, clock: Clock, told: Callable[[TimingEvent], None]) -> None:
        self._clock = clock
        self._told = told
        self._begun = clock.now()
        self._running: dict[Stage, float] = {}

    def begin(self, *stages: Stage) -> None:
        """These stages begin now."""
        self._running |= dict.fromkeys(stages, self._clock.now())

    def end(self, stage: Stage) -> None:
        """This stage is over; nothing happens if it isn't under way."""
        began = self._running.pop(stage, None)
        if began is not None:
            start = (began - self._begun) * _MILLISECONDS
            duration = (self._clock.now() - began) * _MILLISECONDS
            self._told(TimingEvent(stage, start, duration))

    @contextmanager
    def stage(self, stage: Stage) -> Iterator[None]:
        """The body is this stage."""
        self.begin(stage)
        yield
        self.end(stage)
