"""Corners that no story leads into, and that are right all the same."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any, get_args

import pytest

from tests.effects import OF_A_CALL, OF_A_CHAT, OF_A_DICTATION
from tests.sessions import calls, chats, dictations
from tests.sessions.loop import settled
from web_client import (
    ChatSession,
    ConnectionLost,
    DictationSession,
    SessionDestroyed,
    VoiceSession,
)
from web_client.spelling import snake
from web_client.state import Effect, StartTimer
from web_client.testing import FakePorts


async def test_who_gave_up_waiting_is_not_told_of_the_end(ports: FakePorts) -> None:
    ports.gate.hold_at = 0
    session = chats.chat(ports)
    given_up, waiting = session.connect(), session.connect()
    await settled()
    given_up.cancel()
    session.disconnect()
    await asyncio.wait([given_up, waiting])
    assert given_up.cancelled()
    assert waiting.exception() is not None
    session.destroy()
    ports.gate.release()
    await settled()


async def test_a_listener_is_taken_off_by_either_name(ports: FakePorts) -> None:
    session = chats.chat(ports)
    heard: list[object] = []
    session.add_event_listener("status", heard.append)
    session.remove_event_listener("status", heard.append)
    session.add_event_listener("status", heard.append)
    session.off("status", heard.append)
    await session.connect()
    assert heard == []
    session.destroy()


async def test_without_a_call_no_timer_runs(ports: FakePorts) -> None:
    session = chats.chat(ports)
    session._start_timer(StartTimer("turn", 1.0))
    assert ports.open == []
    session.destroy()


async def test_each_session_carries_out_the_effects_of_its_kind(ports: FakePorts) -> None:
    sessions = chats.chat(ports), calls.voice(ports), dictations.dictation(ports)
    known = [OF_A_CHAT, OF_A_CALL, OF_A_DICTATION]
    assert [session._deed_of.keys() for session in sessions] == known
    assert frozenset(get_args(Effect)) == frozenset().union(*known)
    for session in sessions:
        session.destroy()


async def test_no_other_options_leave_those_there_are(ports: FakePorts) -> None:
    session = calls.voice(ports, config={"language": "es"}, metadata={"table": 7})
    session.update_options()
    session.update_options(metadata={"table": 8})
    await session.connect()
    offer = ports.network.requests[-1].json or ""
    assert '"language": "es"' in offer
    assert '"table": 8' in offer
    session.destroy()


async def test_sound_unlocked_in_a_call_that_is_over(ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    session = await calls.connected(ports)
    ports.media.autoplay_refused = False
    ports.gate.hold_at = len(ports.gate.passed)
    unlocking = asyncio.ensure_future(session.unlock_audio())
    await settled()
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    ports.gate.release()
    await unlocking
    await settled()
    assert not session.state.audio_blocked
    session.destroy()


async def test_what_breaks_in_a_pause_makes_no_second_attempt(ports: FakePorts) -> None:
    session = await chats.connected(ports)
    ports.network.sockets[0].drop()
    session._life.broken(ConnectionLost("Something of the call, not of its connection, failed."))
    ports.clock.advance(30)
    await settled()
    assert ports.open.count("socket") == 1
    session.destroy()
    assert ports.open == []


async def test_an_event_is_heard_by_each_name_that_the_protocol_has_of_it(ports: FakePorts) -> None:
    session = await calls.connected(ports)
    heard: list[str] = []

    def warned(event: Any) -> None:
        heard.append(event.event)

    session.on("session.idleWarning", warned)
    stream = session.events("llm.toolCall")
    warning = '{"event": "session.idle_warning", "remaining_seconds": 9}'
    ports.peer.made[0].receive(warning)
    session.off("session.idleWarning", warned)
    ports.peer.made[0].receive(warning)
    assert heard == ["session.idle_warning"]
    calls.says(ports.peer.made[0], "llm.tool_call", tool_calls=[{"id": "t", "name": "f"}])
    assert (await anext(stream)).event == "llm.tool_call"
    session.destroy()


async def test_an_empty_thread_is_none(ports: FakePorts) -> None:
    session = await chats.connected(ports, thread="")
    assert "thread" not in ports.network.sockets[0].url
    session.destroy()


DATA = ("get_state",)
"""Reading what was is no use of the session."""


@pytest.mark.parametrize("kind", [ChatSession, VoiceSession, DictationSession])
async def test_every_method_of_a_destroyed_session_refuses(kind: Any, ports: FakePorts) -> None:
    session = kind(agent="florencia", ports=ports)
    last = session.state
    session.destroy()
    for name in dir(kind):
        method = inspect.getattr_static(kind, name)
        if name.startswith("_") or not inspect.isfunction(method) or snake(name) == "destroy":
            continue
        given = [p for p in inspect.signature(method).parameters.values() if p.name != "self"]
        needed = [p for p in given if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
        if snake(name) in DATA:
            assert getattr(session, name)().status == "destroyed" != last.status
            continue
        with pytest.raises(SessionDestroyed):
            await _called(getattr(session, name), len(needed))
    assert ports.open == []


async def _called(method: Callable[..., object], arguments: int) -> None:
    told = method(*["a"] * arguments)
    if inspect.isawaitable(told):
        await told
