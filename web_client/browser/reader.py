"""Where the reader of a conversation is, and whether they are taken along with its end."""

from typing import Any

_NEAR = 48
"""Pixels: who comes back so near to the end is taken along with it again."""


class Reader:
    """Of one node that scrolls. `at_end`: they are there, and follow what comes."""

    def __init__(self) -> None:
        self.at_end = True
        self._top = 0.0

    def look(self, box: Any) -> bool:
        """Where they are now; gives `at_end`. Who goes up, however slowly, has left it."""
        below = box.scrollHeight - box.scrollTop - box.clientHeight
        down = box.scrollTop - self._top
        near = below <= _NEAR and (down > 0 or (self.at_end and not down))
        self.at_end = bool(below <= 1 or near)
        self._top = box.scrollTop
        return self.at_end

    def follow(self, box: Any) -> None:
        """Take them to the end."""
        box.scrollTop = box.scrollHeight
        self.taken_to(box.scrollTop)

    def taken_to(self, top: float) -> None:
        """They were taken to the end, which is there."""
        self.at_end = True
        self._top = top
