"""Calls over real WebRTC: had, measured, and released."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Agent, Call, Scripted, Server
from local_agent.tokens import Metadata
from local_agent.voice.synthesis import Speech
from tests.agent.caller import PATIENCE, Caller, calling

_PROC = Path("/proc")


@asynccontextmanager
async def call_to(
    agent: Agent,
    *,
    sealed: Metadata | None = None,
    recognisers: int = 0,
    **extras: object,
) -> AsyncIterator[tuple[Server, Caller]]:
    """A call to `agent`; afterwards all of it must be released."""
    ended = ending(agent)
    server = Server([agent], recognisers=recognisers)
    async with TestClient(TestServer(server.app())) as client:
        token = server.create_token("webrtc", agent.id, sealed)
        async with calling(client, token, **extras) as caller:
            yield server, caller
        await asyncio.wait_for(ended.wait(), PATIENCE)
        check_released(server)


def ending(agent: Agent) -> asyncio.Event:
    """Set when a call of this agent's has ended."""
    ended = asyncio.Event()

    @agent.on("call.ended")
    def note(_call: Call) -> None:
        ended.set()

    return ended


def check_released(server: Server) -> None:
    assert server.calls.live == set()
    assert server.calls.equipment.recognisers.lent == 0
    assert [task for task in asyncio.all_tasks() if "VoiceSession" in repr(task)] == []


def children() -> list[str]:
    """The scripts of the agent's that run as processes of this one."""
    pids = [pid for task in _PROC.glob("self/task/*/children") for pid in task.read_text().split()]
    commands = [(_PROC / pid / "cmdline").read_text().split("\0") for pid in pids]
    return sorted(Path(command[1]).name for command in commands if "_process.py" in str(command))


def quiet(**options: object) -> Agent:
    return Agent("quiet", brain=Scripted(), **options)  # type: ignore[arg-type]


async def measured(caller: Caller, more: int) -> None:
    await caller.event("audio.metrics", len(caller.all("audio.metrics")) + more)


def speeches_of(server: Server, monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[Speech]:
    """What is synthesised from now on."""
    speeches = asyncio.Queue[Speech]()
    synthesise = server.calls.equipment.synthesiser.speech

    async def noted(text: str, voice: str, speed: float) -> Speech:
        speech = await synthesise(text, voice, speed)
        speeches.put_nowait(speech)
        return speech

    monkeypatch.setattr(server.calls.equipment.synthesiser, "speech", noted)
    return speeches
