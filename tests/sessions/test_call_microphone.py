"""Another microphone during a call, chosen or forced (2-sessions, 2.3)."""

import asyncio

import pytest

from tests.sessions.calls import connected, held_in_exchange, status_of, voice
from tests.sessions.loop import settled
from web_client import MicrophoneMissing
from web_client.testing import FakePorts


async def test_another_microphone_in_mid_call(ports: FakePorts) -> None:
    session = await connected(ports, startMuted=True)
    await session.set_input_device("headset")
    first, second = ports.media.microphones
    assert (first.stopped, second.stopped, second.enabled) == (True, False, False)
    assert ports.peer.made[0].microphone is second
    assert len(ports.peer.made) == 1
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("begin", ["call", "reconnect"])
async def test_another_microphone_while_the_token_comes(ports: FakePorts, begin: str) -> None:
    session = voice(ports)
    if begin == "reconnect":
        await session.connect()
        ports.gate.hold_at = len(ports.gate.passed)
        ports.peer.made[0].change("failed")
        ports.clock.advance(1)
    else:
        ports.gate.hold_at = 1
        session.connect()
    await settled()
    assert ports.gate.passed[ports.gate.hold_at or 0] == "GET /webrtc/token"
    await session.set_input_device("headset")
    ports.gate.release()
    await settled()
    first, second = ports.media.microphones
    assert (first.stopped, second.stopped) == (True, False)
    assert ports.peer.made[-1].microphone is second
    assert status_of(session) == "connected"
    session.destroy()


async def test_a_microphone_that_can_t_be_had_leaves_the_one_before(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.media.refusal = MicrophoneMissing("It is gone. Choose another.")
    with pytest.raises(MicrophoneMissing):
        await session.set_input_device("headset")
    assert status_of(session) == "connected"
    assert [microphone.stopped for microphone in ports.media.microphones] == [False]
    ports.media.refusal = None
    session.disconnect()
    await session.connect()
    assert ports.media.requests[-1].device_id is None
    session.destroy()


@pytest.mark.parametrize("point", ["microphone", "replace_microphone"])
@pytest.mark.parametrize("how", ["disconnect", "cancel"])
async def test_an_exchange_that_is_cut_short_leaves_no_second_microphone(
    ports: FakePorts, point: str, how: str
) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + (point == "replace_microphone")
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    assert ports.gate.passed[-1] == point
    if how == "disconnect":
        session.disconnect()
        assert ports.open == []
    else:
        exchange.cancel()
    ports.gate.release()
    await settled()
    assert exchange.done()
    assert exchange.cancelled() == (how == "cancel")
    assert ports.open.count("microphone") == (how == "cancel")
    session.destroy()
    assert ports.open == []


async def test_a_connection_that_ends_in_the_middle_of_an_exchange(ports: FakePorts) -> None:
    """A browser never says what became of an exchange on a connection that was closed."""
    session = await connected(ports)
    async with held_in_exchange(ports):
        exchange = asyncio.ensure_future(session.set_input_device("headset"))
    ports.peer.made[0].change("failed")
    await settled()
    ports.clock.advance(1)
    await settled()
    assert exchange.done()
    assert status_of(session) == "connected"
    assert ports.peer.made[1].microphone is ports.media.microphones[1]
    assert [microphone.stopped for microphone in ports.media.microphones] == [True, False]
    session.destroy()
    assert ports.open == []


async def test_who_hangs_up_at_the_browser_s_question_is_asked_no_other(ports: FakePorts) -> None:
    ports.gate.hold_at = 0
    session = voice(ports)
    session.connect()
    await settled()
    assert ports.gate.passed[0] == "microphone"
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    session.disconnect()
    await exchange
    assert [request.device_id for request in ports.media.requests] == [None]
    session.destroy()
    assert ports.open == []


async def test_muted_in_the_middle_of_an_exchange_both_are_silent(ports: FakePorts) -> None:
    session = await connected(ports)
    async with held_in_exchange(ports):
        exchange = asyncio.ensure_future(session.set_input_device("headset"))
    session.set_muted(True)
    assert [microphone.enabled for microphone in ports.media.microphones] == [False, False]
    ports.gate.release()
    await exchange
    assert ports.open.count("microphone") == 1
    session.destroy()


async def test_two_who_choose_a_microphone_get_the_last(ports: FakePorts) -> None:
    session = await connected(ports)
    async with held_in_exchange(ports):
        first = asyncio.ensure_future(session.set_input_device("a"))
    second = asyncio.ensure_future(session.set_input_device("b"))
    await settled()
    ports.gate.release()
    await asyncio.gather(first, second)
    assert [microphone.device_id for microphone in ports.media.microphones] == ["default", "a", "b"]
    assert [microphone.stopped for microphone in ports.media.microphones] == [True, True, False]
    assert ports.peer.made[0].microphone is ports.media.microphones[2]
    session.destroy()


async def test_after_an_exchange_that_failed_the_meter_shows_the_one_in_use(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + 1
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    exchange.cancel()
    await settled()
    assert [microphone.stopped for microphone in ports.media.microphones] == [False, True]
    assert session.levels.input == 0.25
    session.destroy()


async def test_the_old_microphone_s_end_in_an_exchange_changes_nothing(ports: FakePorts) -> None:
    session = await connected(ports)
    await session.set_input_device("headset")
    ports.media.microphones[0].stopped = False
    ports.media.microphones[0].pull_out()
    await settled()
    assert [request.device_id for request in ports.media.requests] == [None, "headset"]
    session.destroy()


async def test_headphones_pulled_out(ports: FakePorts) -> None:
    session = await connected(ports, audio={"input_device": "headset"})
    ports.media.microphones[0].pull_out()
    await settled()
    assert [request.device_id for request in ports.media.requests] == ["headset", None]
    assert ports.peer.made[0].microphone is ports.media.microphones[1]
    assert status_of(session) == "connected"
    ports.media.refusal = MicrophoneMissing("Connect a microphone, then press again.")
    ports.media.microphones[1].pull_out()
    await settled()
    assert session.state.error_code == "microphone_missing"
    assert ports.open == []


async def test_the_chosen_one_is_pulled_out_before_it_is_in_use(ports: FakePorts) -> None:
    session = await connected(ports)
    async with held_in_exchange(ports):
        exchange = asyncio.ensure_future(session.set_input_device("headset"))
    ports.media.microphones[1].pull_out()
    ports.gate.release()
    await exchange
    await settled()
    assert [request.device_id for request in ports.media.requests] == [None, "headset", None]
    assert ports.peer.made[0].microphone is ports.media.microphones[2]
    assert "headset" in str(session.state.notice)
    session.destroy()
    assert ports.open == []


async def test_the_one_that_takes_its_place_is_pulled_out_as_well(ports: FakePorts) -> None:
    session = await connected(ports, audio={"input_device": "headset"})
    async with held_in_exchange(ports):
        ports.media.microphones[0].pull_out()
    ports.media.microphones[1].pull_out()
    ports.gate.release()
    await settled()
    assert ports.peer.made[0].microphone is ports.media.microphones[2]
    assert ports.open.count("microphone") == 1
    session.destroy()


async def test_pulled_out_while_another_is_chosen_the_chosen_one_stays(ports: FakePorts) -> None:
    """Some browsers ask the person for each microphone, and that takes its time."""
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed)
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    assert ports.gate.passed[-1] == "microphone"
    ports.media.microphones[0].pull_out()
    await settled()
    ports.gate.release()
    await exchange
    await settled()
    assert [request.device_id for request in ports.media.requests] == [None, "headset"]
    assert ports.peer.made[0].microphone is ports.media.microphones[1]
    assert session.state.notice is None
    session.destroy()


async def test_pulled_out_before_anybody_could_listen(ports: FakePorts) -> None:
    """The shell asks for it inside the click, and Python takes a while to come."""
    ports.media.pulled_out.add("headset")
    session = await connected(ports, audio={"input_device": "headset"})
    assert [request.device_id for request in ports.media.requests] == ["headset", None]
    assert ports.peer.made[0].microphone is ports.media.microphones[1]
    session.destroy()
    assert ports.open == []
