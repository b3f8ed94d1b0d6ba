"""Exponential, full jitter, never beyond the longest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web_client.options import Reconnect
from web_client.sessions.backoff import delay
from web_client.testing import FakeRandom


@pytest.mark.parametrize(("tries", "seconds"), [(0, 0.25), (1, 0.5), (2, 1.0), (10, 10.0)])
def test_doubles_up_to_the_longest(tries: int, seconds: float) -> None:
    assert delay(Reconnect(first=0.5, longest=20), tries, FakeRandom(0.5)) == seconds


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_lies_between_nothing_and_the_longest(tries: int, fraction: float) -> None:
    assert 0 <= delay(Reconnect(longest=20), tries, FakeRandom(fraction)) <= 20
