"""`DictationSession` (1-protocol, 1.4): all sound arrives, and is written down."""

import logging
from typing import Any

import pytest

from tests.sessions.dictations import (
    FRAME,
    ONE,
    STOP,
    THREE,
    TWO,
    begun,
    dictation,
    hears,
    listened_to,
    says,
)
from tests.sessions.loop import other_tasks
from web_client import DictationSession, Timeouts
from web_client.sessions import tape
from web_client.testing import FakePorts

FRAMES_A_SECOND = 10


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


async def test_the_level_is_the_microphones(ports: FakePorts) -> None:
    session = dictation(ports)
    assert session.level == 0
    await session.start()
    assert session.level == 0.25
    await session.stop()
    assert session.level == 0


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
