"""The waveform of a call: what both sides sounded like in the last second or so, as SVG paths.

New sound comes up in the middle and runs out to both ends, where it fades. A bar is the loudest
of what was heard while it stood in the middle, and stays as it is. Where nobody is heard there
is no bar, only the dot that the template has drawn: silence looks calm, and costs nothing.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from web_client.elements.meter import height

WIDTH: Final = 320
HEIGHT: Final = 120
_PITCH: Final = 8
_SIDE: Final = 20
"""Bars on one side of the middle."""
_SECONDS: Final = 0.055
"""How long a bar stands in the middle."""
_FLOOR: Final = 0.04
"""Of the whole height: what is lower is silence."""

_REACH: Final = (HEIGHT - 8) / 2


class Wave:
    """The last levels of one side of a call."""

    def __init__(self) -> None:
        self._past: deque[float] = deque(maxlen=_SIDE)
        self._now = 0.0
        self._due: float | None = None

    def hear(self, level: float, now: float) -> str:
        """Take in the level of this moment (`now` in seconds); the path of all bars."""
        due = now + _SECONDS if self._due is None else self._due
        self._now = max(self._now, height(level))
        passed = math.floor((now - due) / _SECONDS) + 1
        # A page that was hidden for long doesn't go through all of it bar by bar.
        for _ in range(min(_SIDE, passed)):
            self._past.appendleft(self._now)
            self._now = height(level)
        self._due = due + max(0, passed) * _SECONDS
        way = 1 - (self._due - now) / _SECONDS
        return "".join(_bars(self._now, self._past, way))


def _bars(now: float, past: Iterable[float], way: float) -> Iterator[str]:
    """`way`: how far the last one is from the middle to its place beside it, 0 to 1."""
    yield from _bar(0, now)
    for place, each in enumerate(past):
        yield from _bar(place + way, each)
        yield from _bar(-place - way, each)


def _bar(place: float, tall: float) -> Iterator[str]:
    half = _REACH * tall * math.cos(place / (_SIDE + 1) * math.pi / 2)
    if half >= _REACH * _FLOOR:
        x, y = WIDTH / 2 + place * _PITCH, HEIGHT / 2 - half
        yield f"M{x:.1f} {y:.1f}v{2 * half:.1f}"


STILL: Final = "".join(
    f"M{WIDTH // 2 + place * _PITCH} {HEIGHT // 2}h0" for place in range(-_SIDE, _SIDE + 1)
)
"""The path of silence: a dot for each bar."""
