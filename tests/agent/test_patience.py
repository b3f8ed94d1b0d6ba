"""Slow or stuck: a process that works, or can't because others do, is waited for."""

import os

import pytest

from local_agent.voice.patience import Sight, Watch, look

LIMIT = 10.0


def _stuck_at(*sights: Sight | None) -> int | None:
    """At which look the process is found to be stuck."""
    watch = Watch(LIMIT)
    return next((at for at, sight in enumerate(sights) if watch.stuck(sight)), None)


def test_who_does_nothing_between_two_looks_is_stuck() -> None:
    assert _stuck_at(Sight("S", 0.5), Sight("S", 0.5)) == 1
    assert _stuck_at(Sight("R", 0.5), Sight("S", 0.6), Sight("T", 0.6)) == 2


@pytest.mark.parametrize("state", ["R", "D"])
def test_who_waits_for_the_processor_or_a_disk_is_not(state: str) -> None:
    assert _stuck_at(*[Sight(state, 0.5)] * 100) is None


def test_who_works_now_and_then_is_not() -> None:
    assert _stuck_at(*[Sight("S", at / 100) for at in range(100)]) is None


def test_who_only_works_is_stuck_in_the_end() -> None:
    assert _stuck_at(*[Sight("R", 0.5 + at) for at in range(100)]) == LIMIT + 1


def test_a_process_that_cannot_be_seen_is_waited_for_longer() -> None:
    assert _stuck_at(*[None] * 100) == 11  # a minute
    assert _stuck_at(*[None] * 5, Sight("S", 0.5), Sight("S", 0.5)) == 6


def test_a_process_is_seen() -> None:
    sight = look(os.getpid())
    assert sight is not None
    assert sight.state == "R"
    assert 0 < sight.worked <= sum(os.times()[:2]) + 0.1
    assert look(None) is look(2**30) is None
