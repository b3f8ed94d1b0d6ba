"""What goes wrong with a dictation: refused, broken off, pulled out (6-faults)."""

import asyncio

import pytest

from tests.sessions.dictations import ONE, TWO, dictation, hears, listened_to, says
from tests.sessions.loop import settled
from web_client import (
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
    ServerError,
    TokenError,
)
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts, ScriptedSocket


@pytest.mark.parametrize("refusal", [MicrophoneRefused("no"), MicrophoneBusy("no")])
async def test_a_refused_microphone_costs_no_token(
    ports: FakePorts, refusal: MicrophoneError
) -> None:
    ports.media.refusal = refusal
    session = dictation(ports)
    with pytest.raises(type(refusal)):
        await session.start()
    assert (session.state.status, session.state.error_code) == ("error", refusal.code)
    assert ports.network.requests == []
    assert ports.open == []
    ports.media.refusal = None
    await session.start()
    assert session.state.status == "connected"
    session.destroy()


async def test_a_page_that_cannot_record(ports: FakePorts) -> None:
    ports.media.recorder_fault = MicrophoneError("This page can't record.")
    session = dictation(ports)
    with pytest.raises(MicrophoneError):
        await session.start()
    assert ports.network.requests == []
    assert ports.open == []


async def test_a_page_that_cannot_record_loses_its_microphone_before_it_knows(
    ports: FakePorts,
) -> None:
    ports.media.recorder_fault = MicrophoneError("This page can't record.")
    session = dictation(ports)
    starting = asyncio.ensure_future(session.start())
    ports.gate.hold_at = 1
    await settled()
    assert ports.gate.passed == ["microphone", "recorder listens"]
    ports.media.microphones[0].pull_out()
    with pytest.raises(MicrophoneError, match="can't record"):
        await starting
    assert session.state.status == "error"
    assert ports.open == []


async def test_a_refused_token_is_in_the_servers_words(ports: FakePorts) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "Not from here.")
    session = dictation(ports)
    with pytest.raises(TokenError, match="Not from here"):
        await session.start()
    assert ports.open == []


@pytest.mark.parametrize("at", ["before", "after"])
async def test_the_servers_error_ends_it(ports: FakePorts, at: str) -> None:
    if at == "before":
        ports.network.serve = _refuse
        session = dictation(ports)
        with pytest.raises(ServerError, match="All lines are busy"):
            await session.start()
    else:
        session = await listened_to(ports)
        says(ports.network.sockets[-1], "error", error="All lines are busy.")
    assert (session.state.status, session.state.error) == ("error", "All lines are busy.")
    assert ports.open == []


async def _refuse(socket: ScriptedSocket) -> None:
    socket.open()
    says(socket, "error", error="All lines are busy.")
    socket.drop(4401, "busy")


async def test_what_was_said_while_the_connection_was_lost_is_sent(ports: FakePorts) -> None:
    session = await listened_to(ports)
    first = ports.network.sockets[-1]
    hears(ports, ONE)
    says(first, "partial", text="one")
    first.drop()
    assert (session.state.status, session.state.is_recording) == ("reconnecting", True)
    hears(ports, TWO)
    ports.clock.advance(1)
    await settled()
    second = ports.network.sockets[-1]
    assert second.sent == [TWO]
    assert "cht_secret_2" in second.url
    says(second, "final", text="two")
    assert await session.stop() == "one two"
    assert len(ports.media.requests) == 1


async def test_a_connection_that_is_not_to_be_had_again(ports: FakePorts) -> None:
    session = await listened_to(ports, reconnect={"enabled": False})
    says(ports.network.sockets[-1], "partial", text="one")
    ports.network.sockets[-1].drop(1006, "gone")
    assert (session.state.status, session.state.text) == ("error", "one")
    assert "gone" in str(session.state.error)
    assert ports.open == []


async def test_a_server_that_ends_it_by_itself(ports: FakePorts) -> None:
    session = await listened_to(ports)
    says(ports.network.sockets[-1], "final", text="One.")
    says(ports.network.sockets[-1], "done")
    assert (session.state.status, session.state.text) == ("idle", "One.")
    assert ports.open == []


async def test_a_microphone_that_is_pulled_out_is_replaced(ports: FakePorts) -> None:
    session = await listened_to(ports, audio={"input_device": "headset"})
    ports.media.microphones[0].pull_out()
    await settled()
    first, second = ports.media.microphones
    assert first.stopped
    assert (second.device_id, second.stopped) == ("default", False)
    assert ports.media.recorders[-1].microphone is second
    hears(ports, ONE)
    assert ports.network.sockets[-1].sent == [ONE]
    session.destroy()


async def test_the_last_microphone_pulled_out_is_an_error(ports: FakePorts) -> None:
    session = await listened_to(ports)
    says(ports.network.sockets[-1], "partial", text="one")
    ports.media.refusal = MicrophoneMissing("none left")
    ports.media.microphones[0].pull_out()
    await settled()
    assert (session.state.status, session.state.text) == ("error", "one")
    assert session.state.error_code == "microphone_missing"
    assert ports.open == []


async def test_another_microphone_can_be_chosen(ports: FakePorts) -> None:
    session = dictation(ports)
    await session.set_input_device("headset")
    await session.start()
    assert ports.media.microphones[0].device_id == "headset"
    await session.set_input_device(None)
    assert ports.media.recorders[-1].microphone is ports.media.microphones[1]
    assert ports.open.count("microphone") == 1
    assert [device.kind for device in await session.devices()] == ["audioinput", "audiooutput"]
    session.destroy()
