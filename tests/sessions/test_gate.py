"""The place where the fakes hold an answer back."""

import asyncio

from tests.sessions.loop import settled
from web_client.testing.gate import Gate


async def test_it_holds_who_waits_whatever_it_is_to_hold_next() -> None:
    gate = Gate()
    gate.hold_at = 0
    waits = [asyncio.ensure_future(gate.pass_through("a")) for _ in range(2)]
    await settled()
    assert gate.holding
    assert [waiting.done() for waiting in waits] == [False, True]
    gate.hold_at = 2
    assert gate.holding
    gate.release()
    await settled()
    assert not gate.holding


async def test_who_is_cancelled_waits_no_more() -> None:
    gate = Gate()
    gate.hold_at = 0
    waiting = asyncio.ensure_future(gate.pass_through("a"))
    await settled()
    waiting.cancel()
    await settled()
    assert not gate.holding
