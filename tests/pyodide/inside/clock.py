"""`BrowserClock` and `BrowserRandom`."""

import asyncio
import time

from web_client.browser import BrowserClock, BrowserRandom


async def now_is_the_time_of_day() -> None:
    assert abs(BrowserClock().now() - time.time()) < 1


async def now_rises() -> None:
    clock = BrowserClock()
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)


async def a_timer_fires_once_and_not_too_soon() -> None:
    clock, fired = BrowserClock(), asyncio.Event()
    began = clock.now()
    timer = clock.call_later(0.05, fired.set)
    await fired.wait()
    assert clock.now() - began >= 0.049
    timer.cancel()


async def a_timer_is_never_called_back_from_the_call_that_made_it() -> None:
    fired = asyncio.Event()
    BrowserClock().call_later(0, fired.set)
    assert not fired.is_set()
    await fired.wait()


async def a_cancelled_timer_stays_silent() -> None:
    clock, calls, later = BrowserClock(), list[str](), asyncio.Event()
    timer = clock.call_later(0.01, lambda: calls.append("cancelled"))
    timer.cancel()
    timer.cancel()
    clock.call_later(0.03, later.set)
    await later.wait()
    assert calls == []


async def a_timer_may_cancel_itself_and_start_another() -> None:
    clock, fired = BrowserClock(), asyncio.Event()

    def again() -> None:
        timer.cancel()
        clock.call_later(0, fired.set)

    timer = clock.call_later(0, again)
    await fired.wait()


async def a_callback_may_start_a_task() -> None:
    done = asyncio.get_running_loop().create_future()

    async def work() -> None:
        done.set_result("worked")

    tasks = set[asyncio.Task[None]]()
    BrowserClock().call_later(0, lambda: tasks.add(asyncio.create_task(work())))
    assert await done == "worked"


async def the_longest_wait_is_not_taken_for_none() -> None:
    clock, calls, later = BrowserClock(), list[str](), asyncio.Event()
    timer = clock.call_later(10**9, lambda: calls.append("too soon"))
    clock.call_later(0.03, later.set)
    await later.wait()
    timer.cancel()
    assert calls == []


async def fractions_lie_between_zero_and_one_and_differ() -> None:
    random = BrowserRandom()
    fractions = {random.fraction() for _ in range(50)}
    assert len(fractions) > 40
    assert all(0 <= fraction < 1 for fraction in fractions)
