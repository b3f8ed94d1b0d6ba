"""After many sessions all is back where it was: tasks, sockets, threads, processes, memory.

`HYPOTHESIS_PROFILE=nightly` has a hundred calls and a thousand chats, and prints what is held.
"""

import asyncio
import gc
import os
import string
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_agent import Agent, Scripted, Server
from local_agent.voice.patience import Watch
from tests.agent.caller import calling
from tests.agent.calls import children
from tests.agent.chatter import chatting, reply, serving
from tests.agent.conftest import Client
from tests.sizes import NIGHTLY, size

Work = Callable[[Client, Server], Awaitable[None]]

CALLS, CHATS = size((15, 100), (100, 1000))
WARM_UP = size(10, 50)
AT_ONCE = 5

OURS = ("local_agent", "aiortc", "aioice", "pyee", "aiohttp.web")
"""Whose objects are counted; of aiohttp the server's half, for the test's client remembers."""

STARTING = 60.0
"""Seconds that a busy machine may take to have a recogniser ready."""

SPARE_MEMORY = 40.0
"""Megabytes that an allocator may keep at hand. A hundred calls that stayed would hold more."""


class _Ends:
    """Counts the sessions that are over."""

    def __init__(self, agent: Agent) -> None:
        self._ended = asyncio.Semaphore(0)
        agent.on("call.ended")(lambda _call: self._ended.release())

    async def reach(self, count: int) -> None:
        """Wait for as many more."""
        async with asyncio.timeout(20):
            for _ in range(count):
                await self._ended.acquire()


@dataclass(frozen=True)
class _Held:
    """What is held once all has settled."""

    tasks: list[str]
    files: int
    threads: list[str]
    processes: list[str]
    objects: Counter[str]


def _memory() -> float:
    """Megabytes that are resident: this process has both ends of every session."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


async def _settled() -> _Held:
    """When whatever has ended had its turn to be cleared away, and no recogniser is starting."""
    async with asyncio.timeout(STARTING):
        while True:
            for _ in range(5):
                await asyncio.sleep(0.05)
            gc.collect()
            if not (held := _held()).objects[Watch.__qualname__]:
                return held


def _held() -> _Held:
    threads = [thread.name for thread in threading.enumerate()]
    kinds = (type(thing) for thing in gc.get_objects())
    return _Held(
        tasks=sorted(str(task.get_coro()).split(" at ")[0] for task in asyncio.all_tasks()),
        files=len(list(Path("/dev/fd").iterdir())),
        # The loop's own pool grows to its limit, and no further.
        threads=sorted(
            name.rstrip(string.digits) for name in threads if not name.startswith("asyncio_")
        ),
        processes=children(),
        objects=Counter(
            kind.__qualname__ for kind in kinds if str(kind.__module__).startswith(OURS)
        ),
    )


async def _one_chat(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a"), thread="t") as socket:
        assert await reply(socket, "hello") == "You said: hello"


async def _one_call(client: Client, server: Server) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        caller.send({"action": "inject_text", "text": "hello"})
        await caller.event("bot.word")


async def test_after_many_sessions_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    agent = Agent("a", brain=Scripted(pace=0))
    ends = _Ends(agent)
    server = Server([agent], recognisers=2)
    async with serving(server) as client:

        async def many(work: Work, count: int) -> None:
            for _ in range(count // AT_ONCE):
                await asyncio.gather(*(work(client, server) for _ in range(AT_ONCE)))
                await ends.reach(AT_ONCE)
                # The test's own client would remember every response.
                client._responses.clear()
                client._websockets.clear()

        # The first ones make what stays: threads, processes, what the allocator keeps at hand.
        await many(_one_call, WARM_UP)
        await many(_one_chat, WARM_UP)
        before, memory = await _settled(), _memory()
        await many(_one_call, CALLS)
        await many(_one_chat, CHATS)
        after, grown = await _settled(), _memory() - memory
        assert after == before
        assert not server.calls.live
        assert not server.chats
    if NIGHTLY:
        with capsys.disabled():
            sys.stdout.write(f"\n{CALLS} calls, {CHATS} chats: {grown:+.1f} of {memory:.0f} MB")
            sys.stdout.write(f"\n{after}\n")
    assert grown < SPARE_MEMORY
