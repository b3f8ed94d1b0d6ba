"""Slow or stuck: how long a process that has not answered yet is waited for.

The clock on the wall can't tell: where the machine has other things to do, a process that is well
waits for the processor most of the time. So what counts is its own work, as `/proc` shows it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")

_RUNNABLE = "RD"
"""States of a process that works, or waits for the processor or a disk."""

_LOOKS = 2
"""Within the limit: the first is what the second is compared with."""

_UNSEEN = 6
"""How many times the limit a process is waited for whose work can't be seen."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A process at one moment: its state's letter, and the seconds it has worked."""

    state: str
    worked: float


def look(pid: int | None) -> Sight | None:
    """None where there is nothing to see: no such process (yet), or no `/proc` here."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
        # The name before the last bracket may have anything in it, even brackets.
        state, *numbers = stat.rpartition(")")[2].split()
        return Sight(state, (int(numbers[10]) + int(numbers[11])) / os.sysconf("SC_CLK_TCK"))
    except (OSError, ValueError, IndexError):
        return None


class Watch:
    """One answer's: is told what is seen `_LOOKS` times in every `limit` seconds."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._first: Sight | None = None
        self._last: Sight | None = None
        self._unseen = 0

    def stuck(self, now: Sight | None) -> bool:
        """Whether it did nothing between two looks, or has worked past the limit."""
        if now is None:
            self._unseen += 1
            return self._unseen >= _LOOKS * _UNSEEN
        last, self._last = self._last, now
        self._first = self._first or now
        if now.worked - self._first.worked > self._limit:
            return True
        return now.state not in _RUNNABLE and last is not None and now.worked == last.worked


@asynccontextmanager
async def unless_stuck(limit: float, pid: Callable[[], int | None]) -> AsyncIterator[None]:
    """Raises TimeoutError, and ends what waits within, once the process `pid` is stuck.

    That is after `limit` seconds without any work, or with nothing but work; if the machine is
    busy, later.
    """
    loop, watch = asyncio.get_running_loop(), Watch(limit)
    timer: asyncio.TimerHandle | None = None

    def check_later() -> None:
        nonlocal timer
        timer = loop.call_later(limit / _LOOKS, check)

    def check() -> None:
        if watch.stuck(look(pid())):
            bounds.reschedule(loop.time())
        else:
            check_later()

    async with asyncio.timeout(None) as bounds:
        check_later()
        try:
            yield
        finally:
            if timer:
                timer.cancel()
