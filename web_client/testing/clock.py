"""Time and chance that do as the test says."""

import heapq
from collections.abc import Callable
from itertools import count


class FakeTimer:
    def __init__(self, due: float, callback: Callable[[], None]) -> None:
        self.due = due
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeClock:
    """Stands still until `advance`."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self._now = now
        self._timers: list[tuple[float, int, FakeTimer]] = []
        self._numbers = count()

    def now(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self._now + seconds, callback)
        heapq.heappush(self._timers, (timer.due, next(self._numbers), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass, calling what falls due, in order, each at its own time."""
        end = self._now + seconds
        while self._timers and self._timers[0][0] <= end:
            due, _, timer = heapq.heappop(self._timers)
            self._now = max(self._now, due)
            if not timer.cancelled:
                timer.callback()
        self._now = end

    @property
    def running(self) -> int:
        """How many timers have neither fired nor been cancelled."""
        return sum(not timer.cancelled for _, _, timer in self._timers)


class FakeRandom:
    """Always the same fraction, in [0, 1)."""

    def __init__(self, fraction: float = 0.5) -> None:
        self.value = fraction

    def fraction(self) -> float:
        return self.value
