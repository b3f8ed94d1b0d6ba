"""A connection that doesn't take another microphone: nobody talks into one that is dead."""

import asyncio

import pytest

from tests.sessions.calls import OFF, connected, held_in_exchange, status_of, voice
from tests.sessions.loop import other_tasks, settled
from web_client import (
    Device,
    DevicesEvent,
    MicrophoneMissing,
    MicrophoneRefused,
    SessionError,
    VoiceSession,
)
from web_client.testing import FakePorts

NOT_THIS = SessionError("The call can't go on with this microphone. Choose another one.")


async def with_stubborn_peer(ports: FakePorts, **options: object) -> VoiceSession:
    session = await connected(ports, audio={"inputDevice": "headset"}, **options)
    ports.peer.made[0].replace_fault = NOT_THIS
    return session


async def made_anew(ports: FakePorts) -> None:
    await settled()
    ports.clock.advance(60)
    await settled()


@pytest.mark.parametrize("loss", ["pulled out", "silenced"])
async def test_the_next_connection_has_the_one_that_was_found(ports: FakePorts, loss: str) -> None:
    session = await with_stubborn_peer(ports)
    told: list[DevicesEvent] = []
    session.on("devices", told.append)
    dead = ports.media.microphones[0]
    if loss == "pulled out":
        dead.pull_out()
    else:
        dead.silence()
        ports.clock.advance(2)
    await settled()
    assert status_of(session) == "reconnecting"
    await made_anew(ports)
    assert status_of(session) == "connected"
    assert [request.device_id for request in ports.media.requests] == ["headset", None]
    assert ports.peer.made[1].microphone is ports.media.microphones[1]
    assert [microphone.stopped for microphone in ports.media.microphones] == [True, False]
    assert [event.microphone for event in told] == ["Built-in microphone"]
    session.disconnect()
    assert ports.open == []
    await session.connect()
    assert ports.media.requests[-1].device_id is None
    session.destroy()


async def test_one_found_and_pulled_out_as_well_is_exchanged_again(ports: FakePorts) -> None:
    session = await with_stubborn_peer(ports)
    async with held_in_exchange(ports):
        ports.media.microphones[0].pull_out()
    ports.media.microphones[1].pull_out()
    ports.gate.release()
    await made_anew(ports)
    assert ports.peer.made[1].microphone is ports.media.microphones[2]
    assert ports.open.count("microphone") == 1
    session.destroy()
    assert ports.open == []


async def test_where_none_is_left_the_call_ends_with_that_reason(ports: FakePorts) -> None:
    session = await with_stubborn_peer(ports)
    ports.media.microphones[0].pull_out()
    await settled()
    ports.media.refusal = MicrophoneMissing("No microphone was found.")
    ports.media.microphones[1].pull_out()
    await settled()
    assert (status_of(session), session.state.error_code) == ("error", "microphone_missing")
    assert ports.open == []
    assert other_tasks() == set()


async def test_without_reconnect_that_is_the_end(ports: FakePorts) -> None:
    session = await with_stubborn_peer(ports, reconnect=OFF)
    told: list[DevicesEvent] = []
    session.on("devices", told.append)
    ports.media.microphones[0].pull_out()
    await settled()
    assert (status_of(session), session.state.error) == ("error", str(NOT_THIS))
    assert (told, session.state.notice) == ([], None)
    assert ports.open == []
    assert other_tasks() == set()


async def test_the_one_that_somebody_chose_is_refused_and_the_one_before_goes_on(
    ports: FakePorts,
) -> None:
    session = await with_stubborn_peer(ports)
    with pytest.raises(SessionError, match="Choose another one"):
        await session.set_input_device("other")
    assert status_of(session) == "connected"
    assert [microphone.stopped for microphone in ports.media.microphones] == [False, True]
    session.destroy()


async def test_a_connection_that_is_lost_in_that_moment_refuses_nobody(ports: FakePorts) -> None:
    session = await with_stubborn_peer(ports)
    async with held_in_exchange(ports):
        exchange = asyncio.ensure_future(session.set_input_device("other"))
    ports.gate.release()
    # The refusal is there, and nobody has read it yet.
    for _ in range(2):
        await asyncio.sleep(0)
    ports.peer.made[0].change("failed")
    await exchange
    await made_anew(ports)
    assert ports.peer.made[1].microphone is ports.media.microphones[1]
    session.destroy()
    assert ports.open == []


async def test_the_one_that_is_gone_is_named_and_not_the_one_that_was_refused(
    ports: FakePorts,
) -> None:
    session = await with_stubborn_peer(ports)
    async with held_in_exchange(ports):
        choice = asyncio.ensure_future(session.set_input_device("other"))
    ports.media.microphones[0].pull_out()
    await settled()
    ports.gate.release()
    told: list[DevicesEvent] = []
    session.on("devices", told.append)
    await made_anew(ports)
    assert isinstance(choice.exception(), SessionError)
    assert [str(event.message).partition(".")[0] for event in told] == [
        "The microphone “headset” is gone"
    ]
    session.destroy()
    assert ports.open == []


async def test_one_that_is_lost_while_another_is_refused_is_not_forgotten(
    ports: FakePorts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found for a silent one, gone before that is told, and the choice of another one fails."""
    session = await connected(ports, audio={"inputDevice": "headset"})
    listing: asyncio.Future[tuple[Device, ...]] = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(ports.media, "devices", lambda: listing)
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    async with held_in_exchange(ports):
        choice = asyncio.ensure_future(session.set_input_device("other"))
    ports.media.microphones[1].pull_out()
    listing.set_result(())
    await settled()
    ports.peer.made[0].replace_fault = NOT_THIS
    ports.gate.release()
    await made_anew(ports)
    assert isinstance(choice.exception(), SessionError)
    live = [peer.microphone for peer in ports.peer.made if not peer.closed]
    assert [microphone.is_ended for microphone in live] == [False]
    session.destroy()
    assert ports.open == []


async def test_who_said_no_is_not_asked_for_another_one(ports: FakePorts) -> None:
    ports.media.refusal = MicrophoneRefused("The microphone is blocked. Allow it, then try again.")
    session = voice(ports)
    session.connect()
    choice = asyncio.ensure_future(session.set_input_device("other"))
    await settled()
    assert status_of(session) == "error"
    assert [request.device_id for request in ports.media.requests] == [None]
    await choice
    ports.media.refusal = None
    await session.connect()
    assert [request.device_id for request in ports.media.requests] == [None, "other"]
    session.destroy()
    assert ports.open == []


async def test_one_that_is_gone_before_it_came_is_the_end_and_no_other_one_is_told_of(
    ports: FakePorts,
) -> None:
    session = voice(ports, audio={"inputDevice": "headset"})
    told: list[DevicesEvent] = []
    session.on("devices", told.append)
    ports.gate.hold_at = ports.gate.passed.count("microphone")
    ports.media.refusal = MicrophoneMissing("The chosen microphone is not there any more.")
    session.connect()
    await settled()
    ports.media.plug(Device("built-in", "audioinput", "Built-in microphone"))
    await settled()
    ports.gate.release()
    await settled()
    assert (status_of(session), session.state.error_code) == ("error", "microphone_missing")
    assert [request.device_id for request in ports.media.requests] == ["headset"]
    assert [event.message for event in told] == [None]
    assert ports.open == []
