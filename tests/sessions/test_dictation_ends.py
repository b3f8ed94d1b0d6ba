"""The end of a dictation: what was said is written down or taken back, the microphone goes out."""

import asyncio

import pytest

from tests.sessions.dictations import (
    ONE,
    STOP,
    TWO,
    begun,
    dictation,
    hears,
    light,
    listened_to,
    says,
)
from tests.sessions.loop import settled
from web_client import ConnectionLost, SessionDestroyed
from web_client.testing import FakePorts


async def test_the_light_is_out_before_the_text_is_there(ports: FakePorts) -> None:
    ports.network.serve = ports.network.silent
    session = await begun(ports)
    socket = ports.network.sockets[-1]
    socket.open()
    says(socket, "ready")
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    assert not light(ports)
    assert not session.state.is_recording
    assert session.state.status == "finishing"
    assert socket.sent == [STOP]
    says(socket, "final", text="Late.")
    says(socket, "done")
    assert await stopping == "Late."


async def test_a_server_that_never_says_done_is_given_up(ports: FakePorts) -> None:
    ports.network.serve = ports.network.silent
    session = await begun(ports)
    socket = ports.network.sockets[-1]
    socket.open()
    says(socket, "ready")
    says(socket, "partial", text="half a")
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    ports.clock.advance(2.4)
    await settled()
    assert not stopping.done()
    ports.clock.advance(0.2)
    assert await stopping == "half a"
    assert (session.state.status, session.state.error) == ("idle", None)
    assert ports.open == []


async def test_stopping_before_the_server_is_ready_loses_nothing(ports: FakePorts) -> None:
    """Pressed, spoken, released, and only then the network answers."""
    ports.network.serve = ports.network.silent
    session = dictation(ports)
    starting = session.start()
    await settled()
    hears(ports, ONE)
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    assert not light(ports)
    socket = ports.network.sockets[-1]
    socket.open()
    says(socket, "ready")
    await starting
    assert socket.sent == [ONE, STOP]
    says(socket, "final", text="Quick.")
    says(socket, "done")
    assert await stopping == "Quick."
    assert ports.open == []


async def test_stopping_before_the_microphone_is_there_ends_it(ports: FakePorts) -> None:
    ports.gate.hold_at = 0
    session = dictation(ports)
    starting = session.start()
    await settled()
    assert await session.stop() == ""
    assert isinstance(starting.exception(), ConnectionLost)
    ports.gate.release()
    await settled()
    assert ports.open == []


async def test_stopping_twice_gives_the_same_text(ports: FakePorts) -> None:
    session = await listened_to(ports)
    says(ports.network.sockets[-1], "final", text="One.")
    first, second = await asyncio.gather(session.stop(), session.stop())
    assert (first, second) == ("One.", "One.")
    assert ports.network.sockets[-1].frames == [{"event": "stop"}]
    assert await session.stop() == "One."


async def test_stopping_again_while_the_server_writes_waits_as_well(ports: FakePorts) -> None:
    ports.network.serve = ports.network.begin_dictation
    session = await listened_to(ports)
    first = asyncio.ensure_future(session.stop())
    await settled()
    assert (session.state.status, session.state.is_recording) == ("finishing", False)
    second = asyncio.ensure_future(session.stop())
    await settled()
    says(ports.network.sockets[-1], "final", text="One.")
    says(ports.network.sockets[-1], "done")
    assert (await first, await second) == ("One.", "One.")


async def test_what_was_written_down_can_be_taken_back_afterwards(ports: FakePorts) -> None:
    session = dictation(ports)
    session.cancel()
    assert session.state.status == "idle"
    await session.start()
    says(ports.network.sockets[-1], "final", text="One.")
    assert await session.stop() == "One."
    session.cancel()
    assert session.state.text == ""


async def test_giving_up_the_wait_does_not_end_the_stopping(ports: FakePorts) -> None:
    session = await listened_to(ports)
    impatient = asyncio.ensure_future(session.stop())
    await asyncio.sleep(0)
    impatient.cancel()
    await settled()
    assert session.state.status == "idle"
    assert ports.open == []


async def test_a_recorder_that_never_finishes_is_left(ports: FakePorts) -> None:
    session = await listened_to(ports)
    ports.gate.hold_at = len(ports.gate.passed)
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    assert ports.gate.passed[-1] == "recorder finishes"
    ports.clock.advance(2.5)
    assert await stopping == ""
    assert not light(ports)
    assert ports.open == []


async def test_a_socket_that_closes_while_finishing_is_no_error(ports: FakePorts) -> None:
    ports.network.serve = ports.network.silent
    session = await begun(ports)
    socket = ports.network.sockets[-1]
    socket.open()
    says(socket, "ready")
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    says(socket, "partial", text="kept")
    socket.drop()
    assert await stopping == "kept"
    assert (session.state.status, session.state.error) == ("idle", None)


async def test_a_socket_that_drops_before_the_recorder_has_told_its_last_is_made_anew(
    ports: FakePorts,
) -> None:
    session = await listened_to(ports)
    ports.media.recorders[-1].tail = TWO
    hears(ports, ONE)
    says(ports.network.sockets[-1], "partial", text="one")
    ports.gate.hold_at = len(ports.gate.passed)
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    assert ports.gate.passed[-1] == "recorder finishes"
    first = ports.network.sockets[-1]
    first.drop()
    assert (session.state.status, session.state.text) == ("finishing", "one")
    ports.gate.release()
    await settled()
    assert not light(ports)
    ports.network.serve = ports.network.begin_dictation
    ports.clock.advance(1)
    await settled()
    second = ports.network.sockets[-1]
    assert (first.sent, second.sent) == ([ONE], [TWO, STOP])
    says(second, "final", text="two")
    says(second, "done")
    assert await stopping == "one two"
    assert ports.open == []


async def test_a_last_frame_that_can_be_told_nobody_is_an_error_that_is_seen(
    ports: FakePorts,
) -> None:
    session = await listened_to(ports, reconnect={"enabled": False})
    says(ports.network.sockets[-1], "partial", text="one")
    ports.gate.hold_at = len(ports.gate.passed)
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    ports.network.sockets[-1].drop()
    assert await stopping == "one"
    assert (session.state.status, session.state.error_code) == ("error", "connection_lost")
    assert ports.open == []


async def test_starting_again_while_finishing_begins_anew(ports: FakePorts) -> None:
    session = await listened_to(ports)
    says(ports.network.sockets[-1], "partial", text="first")
    ports.network.serve = ports.network.silent
    ports.gate.hold_at = len(ports.gate.passed) + 1
    stopping = asyncio.ensure_future(session.stop())
    await settled()
    assert ports.gate.passed[-1] == "done"
    session.start()
    assert await stopping == "first"
    await settled()
    assert (session.state.status, session.state.transcript) == ("connecting", "")
    assert ports.open.count("microphone") == 1
    session.destroy()


async def test_cancelling_takes_back_what_was_heard(ports: FakePorts) -> None:
    session = await listened_to(ports)
    says(ports.network.sockets[-1], "final", text="One.")
    stopping = asyncio.ensure_future(session.stop())
    session.cancel()
    assert (session.state.status, session.state.text) == ("idle", "")
    assert await stopping == ""
    assert ports.open == []


async def test_disconnecting_keeps_what_was_heard(ports: FakePorts) -> None:
    session = await listened_to(ports)
    socket = ports.network.sockets[-1]
    says(socket, "partial", text="one")
    session.disconnect()
    assert (session.state.status, session.state.text) == ("idle", "one")
    assert socket.sent == []
    assert ports.open == []


async def test_a_block_leaves_nothing(ports: FakePorts) -> None:
    async with dictation(ports) as session:
        assert session.state.status == "connected"
    assert ports.open == []
    with pytest.raises(SessionDestroyed):
        session.cancel()
    with pytest.raises(SessionDestroyed):
        await session.stop()
