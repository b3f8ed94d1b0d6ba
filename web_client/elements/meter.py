"""How loud it is, as the page shows it: `--level`, 0 to 1, in every frame."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from web_client.elements.host import Host

if TYPE_CHECKING:
    from web_client.sessions.ports import Cancel


def height(level: float) -> float:
    """How high, or large, a level (RMS, 0 to 1) is drawn, 0 to 1. Ears hear ratios: the root
    brings soft speech up."""
    return min(1.0, 1.5 * math.sqrt(level))


class Meter:
    """Straight to the style, and nothing else is looked at for it. `level` is None when there is
    nothing to be measured any more: then no frame is asked for. Nor is one for a person who wants
    nothing to move."""

    def __init__(self, host: Host, level: Callable[[], float | None]) -> None:
        self._host = host
        self._level = level
        self._frame: Cancel | None = None

    def begin(self) -> None:
        """From now on; a second time does nothing."""
        if self._frame is None and not self._host.is_calm():
            self._draw()

    def cancel(self) -> None:
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None

    def _draw(self) -> None:
        self._frame = None
        level = self._level()
        if level is not None:
            self._frame = self._host.on_frame(self._draw)
            self._host.set_level(height(level))
