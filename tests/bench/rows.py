"""A figure with its unit, its range and what it is held against."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

Case = TypeVar("Case")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure: `runs` repetitions, 1 or more."""

    runs: int = 9


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a part's table.

    `name` is a stable key; `values` holds at least one value, in `unit`. `base` are the values
    (of another row, in the same unit) whose median is 1 for `ratio`.
    """

    name: str
    unit: str
    values: Sequence[float]
    base: Sequence[float] | None = None
    bar: float | None = None

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def ratio(self) -> float | None:
        return self.median / median(self.base) if self.base else None

    @property
    def is_over(self) -> bool:
        """Whether the figure passes its bar."""
        figure = self.median if self.ratio is None else self.ratio
        return self.bar is not None and figure > self.bar

    def plain(self) -> dict[str, object]:
        """For JSON; the keys are stable."""
        return {
            "unit": self.unit,
            "median": round(self.median, 4),
            "low": round(min(self.values), 4),
            "high": round(max(self.values), 4),
            "runs": len(self.values),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "bar": self.bar,
        }


def in_turns(
    cases: Sequence[Case], runs: int, once: Callable[[Case], Value]
) -> dict[Case, list[Value]]:
    """What `once` gives of each case, so often that their ratios are true: all cases in each run,
    since what else the machine does then meets them alike; every other run from the last to the
    first; and a run before that isn't counted, in which the browser compiles what is often used."""
    measured: dict[Case, list[Value]] = {case: [] for case in cases}
    for run in range(runs + 1):
        for case in reversed(cases) if run % 2 else cases:
            value = once(case)
            if run:
                measured[case].append(value)
    return measured


def table(rows: Iterable[Row]) -> str:
    """As Markdown, which reads well in a terminal too."""
    head = ("", "median", "range", "ratio", "bar")
    cells = [head, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    rule = "|".join(["", "-" * (widths[0] + 2), *("-" * (w + 1) + ":" for w in widths[1:]), ""])
    return "\n".join([lines[0], rule, *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    spread = f"{_number(min(row.values))} to {_number(max(row.values))}"
    return (
        row.name,
        f"{_number(row.median)} {row.unit}".strip(),
        spread if len(set(row.values)) > 1 else "",
        "" if row.ratio is None else f"{row.ratio:.2f}",
        "" if row.bar is None else f"{'over ' if row.is_over else ''}{_number(row.bar)}",
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(row, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(cells)} |"


def _number(value: float) -> str:
    """Three digits that count; whole numbers from a thousand on."""
    return f"{value:.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"
