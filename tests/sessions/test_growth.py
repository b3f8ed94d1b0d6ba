"""What an event costs doesn't grow with what lies behind it. Calls are counted, not times: the
count is the same on every machine (`npm run bench -- events` has the times)."""

import sys
from collections.abc import Callable
from itertools import islice

import pytest

from tests.bench.workload import KINDS, REPLY, frames, reply, session

FEW, MANY = 10, 2000
ROUND = REPLY + 2
"""Frames until a reply begins anew."""


def calls(receive: Callable[[str], None], texts: list[str]) -> int:
    """How many functions are called, Python's own included, until all are taken."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        for text in texts:
            receive(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("kind", KINDS)
async def test_many_messages_cost_what_few_do(kind: str) -> None:
    counts = []
    for held in (FEW, MANY):
        talk, receive = await session(kind, held)
        texts = [*islice(frames(kind), 2 * ROUND)]
        calls(receive, texts[:ROUND])
        counts.append(calls(receive, texts[ROUND:]))
        talk.destroy()
    few, many = counts
    assert few > 0
    assert many <= 1.02 * few


async def test_the_end_of_a_long_reply_costs_what_its_beginning_does() -> None:
    talk, receive = await session("chat.token", FEW)
    texts = reply(20_000)
    beginning = calls(receive, texts[10:110])
    for text in texts[110:-100]:
        receive(text)
    end = calls(receive, texts[-100:])
    talk.destroy()
    assert 0 < end <= 1.02 * beginning
