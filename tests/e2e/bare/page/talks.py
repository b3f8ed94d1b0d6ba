"""The sessions of the bare page, and what a test asks of them. Runs in the browser.

Each talk has a name. What is asked for comes as JSON and is answered so; `until` and `until_said`
wait for the session's own announcements, so that nothing is polled.
"""

import asyncio
import gc
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from web_client import ChatSession, VoiceSession

PATIENCE = 90.0
KINDS: dict[str, type[Any]] = {"chat": ChatSession, "voice": VoiceSession}


class Talk:
    """A session, and each status and error it has shown."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.statuses: list[str] = [session.state.status]
        self.errors: list[str] = []
        self._news = asyncio.Event()
        session.on("status", lambda event: self.statuses.append(event.status))
        session.on("error", lambda event: self.errors.append(event.message))
        session.subscribe(self._news.set)

    async def until(self, holds: Callable[[Any], bool]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(self.session.state):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"it never came: {self.statuses} {self.session.state}") from None


talks: dict[str, Talk] = {}


async def ask(question: str) -> str:
    """`[function, arguments…]` of this module, as JSON; what it says, as JSON."""
    name, *arguments = json.loads(question)
    answer = globals()[name](*arguments)
    return json.dumps(await answer if asyncio.iscoroutine(answer) else answer)


def begin(name: str, kind: str, options: dict[str, Any]) -> None:
    talks[name] = Talk(KINDS[kind](agent="mara", **options))


def connect(name: str) -> None:
    talks[name].session.connect()


def disconnect(name: str) -> None:
    talks[name].session.disconnect()


def say(name: str, text: str) -> None:
    session = talks[name].session
    (session.send if isinstance(session, ChatSession) else session.send_text)(text)


def retry(name: str) -> None:
    """What failed, once more."""
    session = talks[name].session
    for message in session.state.messages:
        if message.status == "failed":
            session.retry(message.id)


async def until(name: str, wanted: dict[str, Any]) -> None:
    """Until these fields of the state have these values."""
    await talks[name].until(
        lambda state: all(getattr(state, field) == value for field, value in wanted.items())
    )


async def until_said(name: str, role: str, text: str) -> None:
    """Until a message of this role holds this text."""
    await talks[name].until(
        lambda state: any(m.role == role and text in m.text for m in state.messages)
    )


def shown(name: str) -> dict[str, Any]:
    """All of the state, and what it went through."""
    talk = talks[name]
    state = talk.session.state
    seen = {field.name: getattr(state, field.name) for field in fields(state)}
    messages = [{f.name: getattr(m, f.name) for f in fields(m)} for m in state.messages]
    history = {"statuses": talk.statuses, "errors": talk.errors, "messages": messages}
    return {name: value for name, value in seen.items() if name != "tool_calls"} | history


async def forget() -> None:
    """Destroy every talk."""
    for talk in talks.values():
        talk.session.destroy()
    talks.clear()
    await asyncio.sleep(0)


async def cycle(kind: str, options: dict[str, Any], times: int) -> None:
    """Connect and hang up, with a session of its own each time.

    Without a time limit of its own: Pyodide keeps a cancelled one until it would have ended, and
    a session gives up by itself.
    """
    for _ in range(times):
        async with KINDS[kind](agent="mara", **options):
            pass


async def heap() -> dict[str, int]:
    """What Python holds, once the garbage is out."""
    await asyncio.sleep(0)
    gc.collect()
    return {
        "objects": len(gc.get_objects()),
        "tasks": len(asyncio.all_tasks()) - 1,
    }
