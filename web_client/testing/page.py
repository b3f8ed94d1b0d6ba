"""A page that a binding draws on: what stands there, and its frames."""

from collections.abc import Callable


class FakeFrame:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakePage:
    """Has every region that is asked for; `paint()` is the next frame.

    `regions`: the HTML of each. `rows`: those of the list, in order. `changes`: how many times
    anything was replaced. `at_end`: whether the reader is at the end; `followed`: how many times
    they were taken there.
    """

    def __init__(self) -> None:
        self.regions: dict[str, str] = {}
        self.rows: dict[int, str] = {}
        self.changes = 0
        self.at_end = True
        self.followed = 0
        self._frames: list[FakeFrame] = []

    @property
    def waiting(self) -> int:
        """How many callbacks wait for the next frame."""
        return sum(not frame.cancelled for frame in self._frames)

    def paint(self) -> None:
        frames, self._frames = self._frames, []
        for frame in frames:
            if not frame.cancelled:
                frame.callback()

    def on_frame(self, callback: Callable[[], None]) -> FakeFrame:
        self._frames.append(FakeFrame(callback))
        return self._frames[-1]

    def render(self, region: str, html: str) -> None:
        self.changes += 1
        self.regions[region] = html

    def place(self, region: str, number: int, html: str, after: int | None) -> None:
        self.changes += 1
        if not html:
            self.rows.pop(number, None)
        elif number in self.rows:
            self.rows[number] = html
        else:
            self._insert(number, html, after)

    def clear(self, region: str) -> None:
        self.rows.clear()

    def is_at_end(self) -> bool:
        return self.at_end

    def follow(self) -> None:
        self.followed += 1
        self.at_end = True

    def _insert(self, number: int, html: str, after: int | None) -> None:
        rows = list(self.rows.items())
        place = 0 if after is None else list(self.rows).index(after) + 1
        self.rows = dict([*rows[:place], (number, html), *rows[place:]])
