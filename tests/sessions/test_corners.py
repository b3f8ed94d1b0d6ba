"""Corners that no story leads into, and that are right all the same."""

import asyncio

from tests.sessions import calls, chats
from tests.sessions.loop import settled
from web_client.state import Hush
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
    session._start_timer("turn", 1.0)
    assert ports.open == []
    session.destroy()


async def test_an_effect_of_another_kind_of_session_does_nothing(ports: FakePorts) -> None:
    session = chats.chat(ports)
    assert session._carry_out(Hush(True)) == []
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
