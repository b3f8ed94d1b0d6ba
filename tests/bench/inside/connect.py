"""Calls and chats with the real agent, and what they leave behind: `connect.py` has it run."""

import gc
from typing import Any

import js
from pyodide.ffi import to_js

from tests.bench.workload import session
from web_client import ChatSession, VoiceSession

page: Any = js
kept: list[Any] = []


async def call() -> Any:
    """One call: milliseconds until it is connected, and those of each stage."""
    voice = VoiceSession(agent="mara", server=page.location.origin)
    began = page.performance.now()
    await voice.connect()
    took = page.performance.now() - began
    stages = [[timing.stage, timing.duration] for timing in voice.timings]
    voice.destroy()
    return to_js([took, stages])


async def chats(cycles: int) -> None:
    """Connect a chat and leave it, again and again."""
    for _ in range(cycles):
        chat = ChatSession(agent="mara", server=page.location.origin)
        await chat.connect()
        chat.destroy()


async def hold(messages: int) -> None:
    """A call with so many messages, that goes on."""
    talk, _receive = await session("bot.word", messages)
    kept.append(talk)


def tidy() -> None:
    gc.collect()
