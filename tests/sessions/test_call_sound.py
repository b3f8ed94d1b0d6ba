"""What is heard of the agent: blocked, hushed, how loud, and where (2-sessions, 2.3)."""

import asyncio

import pytest

from tests.sessions.calls import connected, says, status_of, voice
from tests.sessions.loop import settled
from web_client import Levels
from web_client.testing import FakePorts


async def test_sound_blocked_and_unlocked(ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked: list[bool] = [session.state.audio_blocked]
    session.subscribe(lambda: blocked.append(session.state.audio_blocked))
    await session.unlock_audio()
    assert blocked == [True]
    ports.media.autoplay_refused = False
    await session.unlock_audio()
    assert blocked == [True, False]
    session.destroy()
    assert ports.open == []


async def test_sound_that_is_let_through_after_a_reconnect_is_not_called_blocked(
    ports: FakePorts,
) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked = [session.state.audio_blocked]
    ports.media.autoplay_refused = False
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    blocked.append(session.state.audio_blocked)
    assert blocked == [True, False]
    session.destroy()


async def test_what_is_left_of_an_interrupted_reply_is_not_heard(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,), (playback,) = ports.peer.made, ports.media.playbacks
    session.set_volume(0.5)
    says(peer, "bot.word", message_id="b1", word="Of", word_index=0)
    assert (playback.volume, session.levels.output) == (0.5, 0.5)
    says(peer, "bot.interrupted", message_id="b1")
    assert (playback.volume, session.levels.output) == (0.0, 0.0)
    session.set_volume(0.75)
    assert playback.volume == 0.0
    says(peer, "bot.word", message_id="b2", word="Sorry", word_index=0)
    assert (playback.volume, session.levels.output) == (0.75, 0.5)
    session.destroy()


async def test_a_hush_ends_by_itself(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,), (playback,) = ports.peer.made, ports.media.playbacks
    says(peer, "bot.word", message_id="b1", word="Of", word_index=0)
    says(peer, "bot.interrupted", message_id="b1")
    ports.clock.advance(0.9)
    assert playback.volume == 0.0
    ports.clock.advance(0.1)
    assert playback.volume == 1.0
    session.destroy()


@pytest.mark.parametrize("end", ["disconnect", "failed"])
async def test_a_hush_ends_with_its_connection(ports: FakePorts, end: str) -> None:
    session = await connected(ports)
    says(ports.peer.made[0], "bot.word", message_id="b1", word="Of", word_index=0)
    says(ports.peer.made[0], "bot.interrupted", message_id="b1")
    if end == "disconnect":
        session.disconnect()
        assert ports.open == []
        session.connect()
    else:
        ports.peer.made[0].change("failed")
        ports.clock.advance(0.5)
    await settled()
    assert [playback.volume for playback in ports.media.playbacks] == [0.0, 1.0]
    session.destroy()
    assert ports.open == []


async def test_sound_that_was_blocked_is_not_after_the_call(ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked = [session.state.audio_blocked]
    session.disconnect()
    assert [*blocked, session.state.audio_blocked] == [True, False]
    session.destroy()


@pytest.mark.parametrize("own", [None, ""])
async def test_back_to_the_system_s_own_speaker(ports: FakePorts, own: str | None) -> None:
    session = await connected(ports, audio={"outputDevice": "kitchen"})
    await settled()
    await session.set_output_device(own)
    assert ports.media.playbacks[0].output_device == ""
    session.disconnect()
    await session.connect()
    await settled()
    assert ports.media.playbacks[1].output_device is None
    session.destroy()


async def test_a_speaker_chosen_while_the_line_is_made_anew(ports: FakePorts) -> None:
    session = await connected(ports, audio={"output_device": "kitchen"})
    ports.gate.hold_at = len(ports.gate.passed)
    chosen = asyncio.ensure_future(session.set_output_device("headset"))
    await settled()
    assert ports.gate.passed[-1] == "speaker"
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    assert ports.media.playbacks[1].output_device == "kitchen"
    ports.gate.release()
    await chosen
    assert ports.media.playbacks[1].output_device == "headset"
    session.destroy()


async def test_a_speaker_chosen_at_the_end_of_a_call_is_for_the_next(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed)
    chosen = asyncio.ensure_future(session.set_output_device("headset"))
    await settled()
    session.disconnect()
    ports.gate.release()
    await chosen
    await session.connect()
    await settled()
    assert ports.media.playbacks[1].output_device == "headset"
    session.destroy()


async def test_volume_and_speaker_outlive_a_connection(ports: FakePorts) -> None:
    session = voice(ports)
    session.set_volume(0.25)
    await session.set_output_device("kitchen")
    await session.connect()
    await settled()
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    assert [
        (heard.volume, heard.output_device, heard.closed) for heard in ports.media.playbacks
    ] == [
        (0.25, "kitchen", True),
        (0.25, "kitchen", False),
    ]
    for volume in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="from 0 to 1"):
            session.set_volume(volume)
    session.destroy()


async def test_levels_and_stats(ports: FakePorts) -> None:
    session = voice(ports)
    assert session.levels == Levels(0.0, 0.0)
    assert await session.stats() == {}
    await session.connect()
    await settled()
    assert session.levels == Levels(0.25, 0.5)
    assert (await session.stats())["codec"] == "opus"
    assert [device.label for device in await session.devices()] == [
        "Built-in microphone",
        "Speakers",
    ]
    session.disconnect()
    assert session.levels == Levels(0.0, 0.0)
    session.destroy()


async def test_a_speaker_that_is_gone_costs_nobody_the_call(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    ports.media.speaker_fault = RuntimeError("NotFoundError")
    session = await connected(ports, audio={"outputDevice": "kitchen"})
    await settled()
    assert status_of(session) == "connected"
    assert "speaker" in caplog.text
    with pytest.raises(RuntimeError):
        await session.set_output_device("garden")
    session.destroy()


async def test_volume_and_speaker_in_mid_call(ports: FakePorts) -> None:
    session = await connected(ports)
    session.set_volume(0.5)
    await session.set_output_device("garden")
    (playback,) = ports.media.playbacks
    assert (playback.volume, playback.output_device) == (0.5, "garden")
    ports.peer.made[0].add_track()
    first, second = ports.media.playbacks
    assert (first.closed, second.closed, second.volume) == (True, False, 0.5)
    session.disconnect()
    await session.unlock_audio()
    assert ports.open == []
    session.destroy()
