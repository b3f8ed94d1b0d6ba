"""Listeners: in order, each for itself, none in another's way."""

import asyncio
import gc
import logging
from typing import Any

import pytest

from tests.sessions.chats import chat
from tests.sessions.loop import other_tasks, settled
from web_client import StatusEvent
from web_client.sessions.emitter import STREAM_LIMIT, Emitter
from web_client.testing import FakePorts


def test_each_hears_its_own_name() -> None:
    heard: list[object] = []
    emitter = Emitter()
    emitter.on("bot.word", heard.append)
    emitter.emit([("bot.word", 1), ("user.message", 2), ("bot.word", 3)])
    assert heard == [1, 3]


def test_the_same_handler_hears_once_and_can_be_taken_off() -> None:
    heard: list[object] = []
    emitter = Emitter()
    emitter.on("a", heard.append)
    way_out = emitter.on("a", heard.append)
    emitter.emit([("a", 1)])
    way_out()
    way_out()
    emitter.emit([("a", 2)])
    assert heard == [1]


def test_a_raising_listener_is_logged_and_stops_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[object] = []
    emitter = Emitter()

    def refuse(event: object) -> None:
        raise ValueError("in the page")

    emitter.on("a", refuse)
    emitter.on("a", heard.append)
    with caplog.at_level(logging.ERROR):
        emitter.emit([("a", 1), ("a", 2)])
    assert heard == [1, 2]
    assert "in the page" in caplog.text


def test_a_listener_may_take_itself_and_others_off() -> None:
    heard: list[str] = []
    emitter = Emitter()

    def second(event: object) -> None:
        heard.append("second")

    def first(event: object) -> None:
        heard.append("first")
        emitter.off("a", first)
        emitter.off("a", second)

    emitter.on("a", first)
    emitter.on("a", second)
    emitter.on("a", lambda _: heard.append("third"))
    emitter.emit([("a", 1)])
    emitter.emit([("a", 2)])
    assert heard == ["first", "third", "third"]


def test_everyone_sees_the_same_order() -> None:
    first: list[object] = []
    second: list[object] = []
    emitter = Emitter()

    def answering(event: object) -> None:
        first.append(event)
        if event == 1:
            emitter.emit([("a", "from within")])

    emitter.on("a", answering)
    emitter.on("a", second.append)
    emitter.emit([("a", 1), ("a", 2)])
    assert first == second == [1, 2, "from within"]


async def test_async_listeners_run_and_their_errors_are_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[object] = []
    emitter = Emitter()

    async def listen(event: object) -> None:
        await asyncio.sleep(0)
        heard.append(event)

    async def refuse(event: object) -> None:
        raise ValueError("in an async listener")

    emitter.on("a", listen)
    emitter.on("a", refuse)
    with caplog.at_level(logging.ERROR):
        emitter.emit([("a", 1)])
        gc.collect()
        await settled()
    assert heard == [1]
    assert "in an async listener" in caplog.text


async def test_destroy_cancels_async_listeners_but_not_those_of_the_end(ports: FakePorts) -> None:
    session = chat(ports)
    told: list[str] = []

    async def listen(event: StatusEvent) -> None:
        try:
            await asyncio.sleep(0)
            told.append(event.status)
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append(f"{event.status} cancelled")
            raise

    session.on("status", listen)
    await session.connect()
    await settled()
    session.destroy()
    await settled()
    cancelled = {"connecting cancelled", "connected cancelled"}
    assert told[:2] == ["connecting", "connected"]
    assert set(told[2:4]) == cancelled
    assert told[4:] == ["destroyed"]
    for task in other_tasks():
        task.cancel()


async def test_an_async_listener_may_destroy_the_session(ports: FakePorts) -> None:
    session = chat(ports)
    told: list[str] = []

    async def leave(event: StatusEvent) -> None:
        if event.status == "connected":
            session.destroy()
            await asyncio.sleep(0)
            told.append(session.state.status)

    session.on("status", leave)
    await session.connect()
    await settled()
    assert told == ["destroyed"]
    assert other_tasks() == set()


async def test_a_stream_gives_what_came_since_and_ends() -> None:
    emitter = Emitter()
    emitter.emit([("a", "before")])
    stream = emitter.stream(frozenset({"a", "b"}))
    emitter.emit([("a", 1), ("c", 2), ("b", 3)])
    reading = asyncio.ensure_future(_all(stream))
    await settled()
    emitter.emit([("a", 4)])
    await settled()
    emitter.close()
    assert await reading == [1, 3, 4]


async def test_a_stream_that_nobody_reads_is_bounded() -> None:
    emitter = Emitter()
    stream = emitter.stream(frozenset({"a"}))
    emitter.emit(("a", number) for number in range(STREAM_LIMIT + 5))
    emitter.close()
    assert await _all(stream) == list(range(5, STREAM_LIMIT + 5))


def test_after_close_nobody_hears() -> None:
    heard: list[object] = []
    emitter = Emitter()
    emitter.on("a", heard.append)
    emitter.close()
    emitter.emit([("a", 1)])
    assert heard == []


async def test_close_waits_for_what_was_raised_before_and_drops_what_comes_after() -> None:
    heard: list[object] = []
    dropped: list[object] = []
    emitter = Emitter()
    stream = emitter.stream(frozenset({"a"}))

    def close(event: object) -> None:
        emitter.close()
        emitter.off("a", dropped.append)
        emitter.emit([("a", "after")])

    emitter.on("a", close)
    emitter.on("a", dropped.append)
    emitter.on("a", heard.append)
    emitter.emit([("a", 1), ("a", 2)])
    emitter.emit([("a", 3)])
    assert (heard, dropped, await _all(stream)) == ([1, 2], [], [1, 2])


async def test_cancel_is_for_what_was_raised_before() -> None:
    heard: list[object] = []
    emitter = Emitter()

    async def listen(event: object) -> None:
        heard.append(event)

    def end(event: object) -> None:
        if event == 1:
            emitter.cancel()
            emitter.emit([("a", "the end")])

    emitter.on("a", end)
    emitter.on("a", listen)
    emitter.emit([("a", 1), ("a", 2)])
    await settled()
    assert heard == ["the end"]


async def _all(stream: Any) -> list[object]:
    return [event async for event in stream]


async def test_a_listener_that_looks_at_what_was_cancelled_ends_nothing(ports: FakePorts) -> None:
    session = chat(ports)
    heard: list[str] = []
    cancelled = asyncio.get_running_loop().create_future()
    cancelled.cancel()
    for name in ("status", "timing"):
        session.on(name, lambda _: cancelled.result())
    session.on("status", lambda event: heard.append(event.status))
    await session.connect()
    assert heard == ["connecting", "connected"]
    session.destroy()
