"""A line over which nothing comes any more, though nobody says that it is gone (5-facts, 5.1)."""

import pytest

from tests.sessions.calls import connected, says, status_of
from tests.sessions.loop import other_tasks, settled
from web_client import VoiceSession
from web_client.testing import FakePorts

SILENT = "The line is silent. Waiting for the network…"


def notice_of(session: VoiceSession) -> str | None:
    return session.state.notice


async def beats(ports: FakePorts, count: int) -> None:
    for _ in range(count):
        # What is asked at a beat is answered, or given up, before the next one.
        for seconds in (0.75, 0.25):
            ports.clock.advance(seconds)
            await settled()


async def test_a_server_that_died_is_noticed_long_before_the_browser_says_so(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    says(ports.peer.made[0], "user.message", text="A table for two")
    await beats(ports, 3)
    ports.peer.made[0].dead = True
    await beats(ports, 3)
    assert notice_of(session) is None
    await beats(ports, 1)
    assert (status_of(session), notice_of(session)) == (
        "connected",
        SILENT,
    )
    await beats(ports, 4)
    assert status_of(session) == "connected"
    ports.clock.advance(1)
    assert (status_of(session), notice_of(session)) == ("reconnecting", None)
    await beats(ports, 1)
    assert status_of(session) == "connected"
    assert "A table for two" in str(ports.peer.made[1].frames)
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("said", [True, False])
async def test_a_hole_of_eight_seconds_heals(ports: FakePorts, said: bool) -> None:
    """By a word of the server, or by any packet at all."""
    session = await connected(ports)
    (peer,) = ports.peer.made
    says(peer, "turn.pause")
    peer.dead = True
    await beats(ports, 5)
    assert notice_of(session) == SILENT
    peer.change("disconnected")
    await beats(ports, 3)
    assert notice_of(session) is not None
    if said:
        says(peer, "turn.pause")
    else:
        peer.dead = False
    await beats(ports, 1)
    assert (status_of(session), notice_of(session)) == ("connected", None)
    peer.dead = False
    await beats(ports, 30)
    assert status_of(session) == "connected"
    assert ports.peer.made == [peer]
    session.destroy()


async def test_a_connection_that_says_so_itself_has_its_time_from_then(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.peer.made[0].change("disconnected")
    assert notice_of(session) is not None
    ports.clock.advance(5)
    assert status_of(session) == "reconnecting"
    session.destroy()


async def test_a_silence_after_which_it_says_so_gives_it_its_whole_time_as_well(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    (peer,) = ports.peer.made
    peer.dead = True
    await beats(ports, 6)
    peer.change("disconnected")
    await beats(ports, 4)
    ports.clock.advance(0.99)
    assert (status_of(session), notice_of(session)) == ("connected", SILENT)
    ports.clock.advance(0.01)
    assert status_of(session) == "reconnecting"
    session.destroy()


async def test_whoever_talks_is_not_asked_whether_they_are_there(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,) = ports.peer.made
    peer.dead = True
    for _ in range(20):
        says(peer, "audio.metrics", source="bot", rms=0.0)
        await beats(ports, 1)
    assert (status_of(session), notice_of(session)) == ("connected", None)
    session.destroy()


async def test_a_laptop_that_slept_has_missed_no_beat(ports: FakePorts) -> None:
    session = await connected(ports)
    await beats(ports, 2)
    ports.clock.advance(3600)
    await settled()
    assert (status_of(session), notice_of(session)) == ("connected", None)
    session.destroy()


async def test_how_long_silence_may_last_is_an_option(ports: FakePorts) -> None:
    session = await connected(ports, timeouts={"silence": 2, "healing": 1})
    ports.peer.made[0].dead = True
    await beats(ports, 3)
    assert status_of(session) == "reconnecting"
    session.destroy()


@pytest.mark.parametrize("fault", [RuntimeError("no figures"), None])
async def test_a_browser_that_does_not_say_what_came(
    ports: FakePorts, fault: Exception | None
) -> None:
    """It rejects the question, or leaves it open: then nothing came, until something is said."""
    session = await connected(ports)
    (peer,) = ports.peer.made
    await beats(ports, 2)
    peer.count_fault, peer.count_hangs = fault, fault is None
    await beats(ports, 5)
    assert (status_of(session), notice_of(session)) == ("connected", SILENT)
    peer.count_fault, peer.count_hangs = None, False
    await beats(ports, 2)
    assert (status_of(session), notice_of(session)) == ("connected", None)
    peer.count_fault, peer.count_hangs = fault, fault is None
    await beats(ports, 10)
    assert status_of(session) == "connected"
    assert ports.peer.made[0].closed
    assert len(ports.peer.made) == 2
    session.destroy()
    assert ports.open == []
    assert other_tasks() == set()
