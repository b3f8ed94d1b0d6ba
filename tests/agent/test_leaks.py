"""After many sessions, tasks, sockets and threads are back where they were."""

import asyncio
import gc
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

from local_agent import Agent, Scripted, Server
from tests.agent.caller import calling
from tests.agent.chatter import chatting, reply, serving
from tests.agent.conftest import Client

Work = Callable[[Client, Server], Awaitable[None]]

CHATS, CALLS, AT_ONCE = 200, 20, 5


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


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def _held() -> tuple[list[str], int, int]:
    """What the tasks run; how many files and sockets are open, and threads; once all settled."""
    for _ in range(5):
        # Whatever has ended gets its turn to be cleared away.
        await asyncio.sleep(0.05)
    gc.collect()
    tasks = sorted(str(task.get_coro()).split(" at ")[0] for task in asyncio.all_tasks())
    return tasks, _open_files(), threading.active_count()


async def _one_chat(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a"), thread="t") as socket:
        assert await reply(socket, "hello") == "You said: hello"


async def _one_call(client: Client, server: Server) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        caller.send({"action": "inject_text", "text": "hello"})
        await caller.event("bot.word")


async def test_after_many_sessions_nothing_is_left() -> None:
    agent = Agent("a", brain=Scripted(pace=0))
    ends = _Ends(agent)
    server = Server([agent], recognisers=AT_ONCE)
    async with serving(server) as client:

        async def many(work: Work, count: int) -> None:
            for _ in range(count // AT_ONCE):
                await asyncio.gather(*(work(client, server) for _ in range(AT_ONCE)))
            await ends.reach(count)

        # The first ones make what stays: pools of threads, the synthesis process.
        await many(_one_call, AT_ONCE)
        await many(_one_chat, AT_ONCE)
        before = await _held()
        await many(_one_call, CALLS)
        await many(_one_chat, CHATS)
        assert await _held() == before
        assert not server.calls.live
        assert not server.chats
