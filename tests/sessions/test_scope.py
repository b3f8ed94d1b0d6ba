"""A scope releases all it owns, at once, whatever was going on."""

import asyncio
import logging

import pytest

from tests.sessions.loop import settled
from web_client.errors import TimedOut
from web_client.sessions.scope import Scope
from web_client.sessions.waits import late
from web_client.testing import FakeClock


class Recorder:
    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.clock = FakeClock()
        self.scope = Scope(self.clock, self.failures.append)


@pytest.fixture
def held() -> Recorder:
    return Recorder()


def test_releases_latest_first_and_once(held: Recorder) -> None:
    order: list[str] = []
    held.scope.owns(lambda: order.append("socket"))
    held.scope.owns(lambda: order.append("timer"))
    held.scope.close()
    held.scope.close()
    assert order == ["timer", "socket"]


def test_a_raising_closer_stops_nobody(held: Recorder, caplog: pytest.LogCaptureFixture) -> None:
    closed: list[str] = []

    def refuse() -> None:
        raise RuntimeError("wss://host?token=cht_secret")

    held.scope.owns(lambda: closed.append("first"))
    held.scope.owns(refuse)
    held.scope.owns(lambda: closed.append("last"))
    with caplog.at_level(logging.ERROR):
        held.scope.close()
    assert closed == ["last", "first"]
    assert "RuntimeError" in caplog.text
    assert "cht_secret" not in caplog.text


def test_what_comes_after_the_close_is_released_on_the_spot(held: Recorder) -> None:
    held.scope.close()
    released: list[str] = []
    held.scope.owns(lambda: released.append("late"))
    assert released == ["late"]


def test_what_was_called_off_is_not_released(held: Recorder) -> None:
    released: list[str] = []
    call_off = held.scope.owns(lambda: released.append("gone"))
    call_off()
    held.scope.close()
    assert released == []


def test_a_child_closes_with_its_parent_but_not_the_other_way(held: Recorder) -> None:
    first, second = held.scope.child(), held.scope.child()
    first.close()
    assert (first.closed, second.closed, held.scope.closed) == (True, False, False)
    held.scope.close()
    assert second.closed


def test_a_child_of_a_closed_scope_is_closed(held: Recorder) -> None:
    held.scope.close()
    assert held.scope.child().closed


def test_numbers_rise(held: Recorder) -> None:
    assert held.scope.number < held.scope.child().number


def test_a_guarded_callback_goes_silent(held: Recorder) -> None:
    heard: list[int] = []
    callback = held.scope.guarded(heard.append)
    callback(1)
    held.scope.close()
    callback(2)
    assert heard == [1]


def test_what_a_guarded_callback_raises_goes_to_failed(held: Recorder) -> None:
    fault = ValueError("no")

    def refuse() -> None:
        raise fault

    held.scope.guarded(refuse)()
    assert held.failures == [fault]


def test_timers_fire_once_and_leave_nothing(held: Recorder) -> None:
    fired: list[str] = []
    held.scope.later(1, lambda: fired.append("kept"))
    held.scope.later(1, lambda: fired.append("cancelled")).cancel()
    held.clock.advance(5)
    assert fired == ["kept"]
    held.scope.later(1, lambda: fired.append("late"))
    held.scope.close()
    held.scope.later(1, lambda: fired.append("never"))
    held.clock.advance(5)
    assert fired == ["kept"]
    assert held.clock.running == 0


async def test_a_task_is_cancelled_at_the_close(held: Recorder) -> None:
    never = asyncio.get_running_loop().create_future()

    async def work() -> None:
        await never

    held.scope.task(work())
    await settled()
    held.scope.close()
    await settled()
    assert never.cancelled()
    assert held.failures == []


async def test_a_task_that_never_began_ends_without_a_word(held: Recorder) -> None:
    async def work() -> None:
        raise AssertionError("this must not run")

    held.scope.task(work())
    held.scope.close()
    await settled()
    assert held.failures == []


async def test_what_a_task_raises_goes_to_failed(held: Recorder) -> None:
    fault = ValueError("no")

    async def work() -> None:
        raise fault

    held.scope.task(work())
    await settled()
    assert held.failures == [fault]


async def test_an_arrival_is_released_with_the_scope(held: Recorder) -> None:
    released: list[str] = []
    coming = asyncio.get_running_loop().create_future()
    held.scope.arrival(coming, released.append)
    coming.set_result("microphone")
    await settled()
    assert released == []
    held.scope.close()
    assert released == ["microphone"]


async def test_an_arrival_that_ignores_its_cancellation_is_released_when_it_comes(
    held: Recorder,
) -> None:
    released: list[str] = []
    granted = asyncio.Event()

    async def stubborn() -> str:
        try:
            await granted.wait()
        except asyncio.CancelledError:
            await granted.wait()
        return "microphone"

    held.scope.arrival(stubborn(), released.append)
    await settled()
    held.scope.close()
    await settled()
    assert released == []
    granted.set()
    await settled()
    assert released == ["microphone"]


async def test_a_timeout_gives_what_came_in_time(held: Recorder) -> None:
    async def answer() -> int:
        return 42

    assert await held.scope.timeout(1, answer(), late("token", 1)) == 42
    assert held.clock.running == 0


async def test_a_timeout_cancels_what_it_awaited(held: Recorder) -> None:
    never: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(held.scope.timeout(10, never, late("offer", 10)))
    await settled()
    held.clock.advance(9.9)
    await settled()
    assert not waiting.done()
    held.clock.advance(0.1)
    await settled()
    assert never.cancelled()
    with pytest.raises(TimedOut) as caught:
        await waiting
    assert (caught.value.step, caught.value.seconds) == ("offer", 10)


async def test_a_timeout_does_not_wait_for_what_ignores_its_cancellation(held: Recorder) -> None:
    granted = asyncio.Event()

    async def stubborn() -> None:
        try:
            await granted.wait()
        except asyncio.CancelledError:
            await granted.wait()

    waiting = asyncio.ensure_future(held.scope.timeout(1, stubborn(), late("ice", 1)))
    await settled()
    held.clock.advance(1)
    await settled()
    assert isinstance(waiting.exception(), TimedOut)
    granted.set()
    await settled()
