"""How long each stage of connecting took, told as it ends."""

from collections.abc import Callable

import pytest

from tests.sessions.calls import connected, voice
from tests.sessions.chats import chat
from tests.sessions.loop import settled
from web_client import ChatSession, TimingEvent, VoiceSession
from web_client.testing import FakePorts

# In the order in which a session waits for them; a refusal to take the answer is no stage.
CHAT_STAGES = ("token", "socket", "chat.connected")
VOICE_STAGES = ("microphone", "token", "ice-servers", "gathering", "offer", None, "ice", "channel")
PLACES = [
    pytest.param(make, place, stage, id=f"{make.__name__} {stage}")
    for make, stages in ((chat, CHAT_STAGES), (voice, VOICE_STAGES))
    for place, stage in enumerate(stages)
    if stage is not None
]


@pytest.mark.parametrize(("make", "place", "stage"), PLACES)
async def test_the_stage_that_is_slow_is_the_one_that_is_told_so(
    make: Callable[[FakePorts], ChatSession | VoiceSession],
    place: int,
    stage: str,
    ports: FakePorts,
) -> None:
    session = make(ports)
    told: list[TimingEvent] = []
    session.on("timing", told.append)
    ports.gate.hold_at = place
    connecting = session.connect()
    await settled()
    ports.clock.advance(0.25)
    ports.gate.release()
    await connecting
    await settled()
    slow = {timing.stage for timing in told if timing.duration == 250}
    # Speech and channel are waited for at once.
    assert slow == ({"ice", "channel"} if stage == "ice" else {stage})
    assert all(timing.duration == 0 for timing in told if timing.stage not in slow)
    assert session.timings == tuple(told)
    session.destroy()


async def test_a_stage_is_told_with_its_beginning_and_once(ports: FakePorts) -> None:
    ports.gate.hold_at = 1
    session = voice(ports)
    connecting = session.connect()
    await settled()
    ports.clock.advance(2)
    ports.gate.release()
    await connecting
    ports.peer.made[0].change("disconnected")
    ports.peer.made[0].change("connected")
    starts = {timing.stage: timing.start for timing in session.timings}
    assert (starts["token"], starts["gathering"], starts["channel"]) == (0, 2000, 2000)
    assert len(starts) == len(session.timings) == 7
    session.destroy()


async def test_a_reconnect_is_timed_anew(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.clock.advance(60)
    ports.peer.made[0].change("failed")
    ports.gate.hold_at = len(ports.gate.passed)
    ports.clock.advance(1)
    await settled()
    ports.clock.advance(3)
    assert session.timings[0] == TimingEvent("microphone", 0, 0)
    ports.gate.release()
    await settled()
    slowest = max(session.timings, key=lambda timing: timing.duration)
    assert (slowest.stage, slowest.start, slowest.duration) == ("token", 0, 3000)
    session.destroy()


async def test_a_stage_that_fails_is_not_told(ports: FakePorts) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports, timeouts={"ice": 15})
    connecting = session.connect()
    await settled()
    ports.clock.advance(15)
    await settled()
    assert connecting.exception() is not None
    assert [timing.stage for timing in session.timings][-1] == "offer"
