"""How a measurement is shown and kept."""

import pytest

from tests.bench.__main__ import placed
from tests.bench.rows import Row, in_turns, table


def test_a_row_is_the_median_of_its_values_beside_another() -> None:
    row = Row("snapshot", "s", [3.0, 1.0, 2.0], base=[8.0])
    assert (row.median, row.ratio) == (2.0, 0.25)
    assert row.plain() == {
        "unit": "s",
        "median": 2.0,
        "low": 1.0,
        "high": 3.0,
        "runs": 3,
        "ratio": 0.25,
        "bar": None,
    }


@pytest.mark.parametrize(
    ("base", "bar", "over"),
    [(None, 2.0, False), (None, 1.9, True), ([8.0], 0.25, False), ([8.0], 0.2, True)],
)
def test_the_bar_is_for_the_ratio_where_there_is_one(
    base: list[float] | None, bar: float, over: bool
) -> None:
    assert Row("snapshot", "s", [2.0], base=base, bar=bar).is_over is over


def test_a_table_shows_ranges_and_says_what_is_over() -> None:
    rows = [Row("all", "kB", [6543.2]), Row("a longer name", "ms", [1.0, 2.0], bar=1.0)]
    assert table(rows).splitlines() == [
        "|               |  median |  range | ratio |    bar |",
        "|---------------|--------:|-------:|------:|-------:|",
        "| all           | 6543 kB |        |       |        |",
        "| a longer name |  1.5 ms | 1 to 2 |       | over 1 |",
    ]


def test_a_table_goes_between_its_own_marks() -> None:
    text = "before <!-- bench: boot -->old<!-- /bench --> <!-- bench: calls -->x<!-- /bench -->"
    assert placed(text, "boot", "new") == text.replace("old", "\nnew\n")
    assert placed(text, "absent", "new") == text


def test_cases_take_turns_after_a_run_that_is_not_counted() -> None:
    order: list[str] = []

    def once(case: str) -> int:
        order.append(case)
        return len(order)

    assert in_turns("abc", 2, once) == {"a": [6, 7], "b": [5, 8], "c": [4, 9]}
    assert "".join(order) == "abccbaabc"
