"""`DictationSession` (1-protocol, 1.4): all sound arrives, and the microphone goes out."""

import asyncio
import logging
from typing import Any

import pytest

from tests.sessions.dictations import FRAME, begun, dictation, hears, light, listened_to, says
from tests.sessions.loop import other_tasks, settled
from web_client import (
    ConnectionLost,
    DictationSession,
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
    ServerError,
    SessionDestroyed,
    Timeouts,
    TokenError,
)
from web_client.protocol import StopDictation, encode
from web_client.sessions import tape
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts, ScriptedSocket

STOP = encode(StopDictation())
FRAMES_A_SECOND = 10
ONE, TWO, THREE = (bytes([number]) * len(FRAME) for number in (1, 2, 3))


async def test_a_whole_dictation(ports: FakePorts) -> None:
    session = await listened_to(ports)
    socket = ports.network.sockets[-1]
    hears(ports, ONE, TWO)
    says(socket, "partial", text="a ta")
    assert session.state.transcript == "a ta"
    says(socket, "final", text="A table.")
    ports.media.recorders[-1].tail = b"\5\5"
    assert await session.stop() == "A table."
    assert socket.sent == [ONE, TWO, b"\5\5", STOP]
    assert session.state.status == "idle"
    assert ports.open == []
    assert other_tasks() == set()


async def test_the_address_has_token_and_language(ports: FakePorts) -> None:
    session = await listened_to(ports, server="https://voice.test/", language="pt-BR")
    assert [request.path for request in ports.network.requests] == ["/chat/token"]
    [socket] = ports.network.sockets
    assert socket.url == "wss://voice.test/api/scribe/ws?token=cht_secret_1&lang=pt-BR"
    session.destroy()


async def test_without_a_language_none_is_asked_for(ports: FakePorts) -> None:
    session = await listened_to(ports)
    assert "lang" not in ports.network.sockets[-1].url
    session.destroy()


async def test_what_is_said_before_the_server_is_ready_is_sent_then(ports: FakePorts) -> None:
    ports.network.serve = ports.network.silent
    session = await begun(ports)
    hears(ports, ONE)
    [socket] = ports.network.sockets
    socket.open()
    hears(ports, TWO)
    assert socket.sent == []
    says(socket, "ready")
    assert socket.sent == [ONE, TWO]
    hears(ports, THREE)
    assert socket.sent == [ONE, TWO, THREE]
    assert session.state.status == "connected"
    session.destroy()


async def test_what_is_kept_has_a_bound(ports: FakePorts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "FRAMES", 2)
    ports.network.serve = ports.network.silent
    session = await begun(ports)
    hears(ports, ONE, TWO, THREE)
    [socket] = ports.network.sockets
    socket.open()
    says(socket, "ready")
    assert socket.sent == [TWO, THREE]
    session.destroy()


def test_the_bound_is_beyond_the_longest_connecting() -> None:
    limits = Timeouts()
    longest = limits.token + limits.socket + limits.ready
    assert longest < tape.FRAMES / FRAMES_A_SECOND


# To stop


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


# To cancel


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


# What goes wrong


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


# The microphone


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


async def test_the_level_is_the_microphones(ports: FakePorts) -> None:
    session = dictation(ports)
    assert session.level == 0
    await session.start()
    assert session.level == 0.25
    await session.stop()
    assert session.level == 0


# What listeners hear


async def test_the_servers_events_by_their_names(ports: FakePorts) -> None:
    session = await listened_to(ports)
    heard: list[object] = []
    session.on("partial", lambda event: heard.append(event.text))
    session.on("final", lambda event: heard.append(event.text))
    session.on("status", lambda event: heard.append(event.status))
    session.on("error", lambda event: heard.append(event.code))
    socket = ports.network.sockets[-1]
    says(socket, "partial", text="o")
    says(socket, "final", text="One.")
    says(socket, "error", error="no")
    assert heard == ["o", "One.", "error", "server_error"]


async def test_sound_changes_no_state(ports: FakePorts) -> None:
    session = await listened_to(ports)
    before = session.state
    session.subscribe(lambda: pytest.fail("nothing has changed"))
    hears(ports, *[FRAME] * 100)
    assert session.state is before


async def test_what_is_not_in_the_protocol_is_logged_and_no_more(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    session = await listened_to(ports)
    before = session.state
    for frame in ('{"event": "partial"}', '{"event": "new"}', "pong", "{", "[]"):
        ports.network.sockets[-1].receive(frame)
    assert session.state is before
    assert "partial" in caplog.text
    session.destroy()


async def test_camel_case() -> None:
    session: Any = DictationSession(agent="a", tokenProvider=dict, timeouts={"chatConnected": 1})
    assert session.getState().isRecording is False
    assert callable(session.setInputDevice)
