"""How long a call may last, and how long it may be silent (4-local-agent, 4.1).

Pure: time is an input, in seconds. The agent's speech stops the idle clock, only the user's
sets it back.
"""

from dataclasses import dataclass
from typing import Literal

Due = Literal["warning", "idle_timeout", "max_duration"]


@dataclass(frozen=True, slots=True)
class Limits:
    """In seconds: the whole call; silence; how long before its end the warning comes; and how
    long the client then has to hang up by itself."""

    total: float = 600.0
    idle: float = 60.0
    warning: float = 15.0
    grace: float = 10.0


class CallClock:
    """Watches one call."""

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._began = self._last = now
        self._idle = 0.0
        self._warned = False

    def user_spoke(self) -> None:
        """The user said something: the idle time begins anew."""
        self._idle, self._warned = 0.0, False

    def tick(self, now: float, *, bot_speaks: bool) -> Due | None:
        """Let the clock go on to `now`; what is due, if anything. Call it every second or so."""
        if not bot_speaks:
            self._idle += now - self._last
        self._last = now
        if now - self._began >= self._limits.total:
            return "max_duration"
        # The warning first: after a stall of the server nobody is cut off without one.
        if self._idle >= self._limits.idle - self._limits.warning and not self._warned:
            self._warned = True
            return "warning"
        return "idle_timeout" if self._idle >= self._limits.idle else None
