"""What goes to and fro during a call (2-sessions, 2.3)."""

import json
from typing import Any

import pytest

from tests.sessions.calls import connected, says, status_of, voice
from web_client import VoiceSession
from web_client.state.voice_state import Kept
from web_client.testing import FakePorts


async def test_a_ping_each_second(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,) = ports.peer.made
    ports.clock.advance(3)
    assert peer.sent == ["ping"] * 3
    assert session.state.duration == 3
    session.disconnect()
    ports.clock.advance(3)
    assert peer.sent == ["ping"] * 3
    assert ports.open == []


async def test_started_muted_not_a_sample_is_sent(ports: FakePorts) -> None:
    session = await connected(ports, startMuted=True)
    (peer,) = ports.peer.made
    assert peer.started_enabled is False
    assert peer.frames == [{"action": "mute"}]
    session.toggle_mute()
    assert ports.media.microphones[0].enabled
    assert peer.frames[-1] == {"action": "unmute"}
    session.destroy()


async def test_muted_while_connecting(ports: FakePorts) -> None:
    session = voice(ports)
    connecting = session.connect()
    session.set_muted(True)
    await connecting
    assert ports.peer.made[0].started_enabled is False
    assert session.state.is_muted
    session.destroy()


async def test_mute_silences_the_track_and_tells_the_server(ports: FakePorts) -> None:
    session = await connected(ports)
    session.set_muted(True)
    assert not ports.media.microphones[0].enabled
    assert ports.peer.made[0].frames == [{"action": "mute"}]
    session.destroy()


async def test_what_was_said_and_set_before_the_channel_goes_out(ports: FakePorts) -> None:
    session = voice(ports)
    session.set_context("page", ["menu"])
    session.send_text(" Hello ")
    session.configure({"language": "es"})
    await session.connect()
    frames = ports.peer.made[0].frames
    assert {"action": "set_context", "key": "page", "value": '["menu"]'} in frames
    assert {"action": "configure", "language": "es"} in frames
    assert frames[-1] == {"action": "inject_text", "text": "Hello"}
    session.destroy()


async def test_configure_is_no_way_to_another_command(ports: FakePorts) -> None:
    session = await connected(ports)
    with pytest.raises(ValueError, match="action"):
        session.configure({"action": "mute"})
    with pytest.raises((TypeError, ValueError)):
        session.configure({"voice": object()})
    with pytest.raises(ValueError, match="write something"):
        session.send_text(" ")
    with pytest.raises(TypeError, match="Only text can be sent"):
        session.send_text(None)  # type: ignore[arg-type]
    assert ports.peer.made[0].frames == []
    assert status_of(session) == "connected"
    session.destroy()


@pytest.mark.parametrize("name", ["config", "metadata"])
def test_options_that_json_has_no_form_of_are_refused_at_once(name: str) -> None:
    options: dict[str, Any] = {name: {"table": object()}}
    with pytest.raises(TypeError):
        VoiceSession(agent="a", **options)


async def test_other_options_are_for_the_next_call(ports: FakePorts) -> None:
    session = await connected(ports, config={"language": "es"})
    session.update_options(config={"language": "de"}, metadata={"table": 8})
    session.disconnect()
    await session.connect()
    offer = json.loads(ports.network.requests[-1].json or "")
    assert (offer["config"], offer["metadata"]) == ({"language": "de"}, {"table": 8})
    session.destroy()


async def test_levels_are_events_and_no_change(ports: FakePorts) -> None:
    session = await connected(ports)
    levels: list[Any] = []
    changes: list[object] = []
    session.on("level", levels.append)
    session.subscribe(lambda: changes.append(1))
    for _ in range(5):
        says(ports.peer.made[0], "audio.metrics", source="bot", rms=0.5, is_speech=True)
    assert [event.rms for event in levels] == [0.5] * 5
    assert changes == []
    session.destroy()


async def test_an_unknown_event_of_that_name_is_no_level(ports: FakePorts) -> None:
    session = await connected(ports)
    levels: list[Any] = []
    heard: list[Any] = []
    session.on("level", levels.append)
    session.on("event", heard.append)
    says(ports.peer.made[0], "level", rms="loud")
    assert levels == []
    assert [event.event for event in heard] == ["level"]
    session.destroy()


async def test_a_dismissed_tool_is_gone(ports: FakePorts) -> None:
    session = await connected(ports)
    calls = [{"id": "c1", "name": "book", "arguments": {"seats": 2}}]
    says(ports.peer.made[0], "llm.tool_call", tool_calls=calls)
    assert [call.name for call in session.state.tool_calls] == ["book"]
    session.dismiss_tool("c1")
    assert session.state.tool_calls == ()
    session.destroy()


async def test_the_phase_is_an_event(ports: FakePorts) -> None:
    session = voice(ports)
    phases: list[tuple[str, str]] = []
    session.on("phase", lambda event: phases.append((event.previous, event.phase)))
    await session.connect()
    says(ports.peer.made[0], "user.message", text="Hello")
    session.disconnect()
    assert phases == [("idle", "listening"), ("listening", "thinking"), ("thinking", "idle")]


async def test_what_waits_for_the_next_connection_can_be_asked_for(ports: FakePorts) -> None:
    session = voice(ports)
    assert session.kept == Kept(silenced=False, config={})
    session.set_muted(True)
    session.configure({"voice": "rms"})
    assert session.kept == Kept(silenced=True, config={"voice": "rms"})
    session.destroy()
