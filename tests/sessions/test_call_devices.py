"""Devices that come and go during a call (2-sessions, 2.3; 6-faults, Sound)."""

import pytest

from tests.sessions.calls import connected, held_in_exchange, status_of, voice
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

BUILT_IN = Device("built-in", "audioinput", "Built-in microphone")
HEADSET = Device("headset", "audioinput", "Headset")
SPEAKERS = Device("speakers", "audiooutput", "Speakers")
EARPHONES = Device("earphones", "audiooutput", "Earphones")
MOVED = "The microphone “Headset” is gone. You are heard through “Built-in microphone” now."
SILENT = "Your microphone is silent: the system, or another program, has muted it."


def told_by(session: VoiceSession) -> list[DevicesEvent]:
    told: list[DevicesEvent] = []
    session.on("devices", told.append)
    return told


async def with_headset(ports: FakePorts) -> VoiceSession:
    ports.media.device_list = (BUILT_IN, HEADSET, SPEAKERS)
    return await connected(ports, audio={"inputDevice": "headset"})


def requested(ports: FakePorts) -> list[str | None]:
    return [request.device_id for request in ports.media.requests]


async def test_headphones_pulled_out_are_told_and_shown(ports: FakePorts) -> None:
    session = await with_headset(ports)
    told = told_by(session)
    ports.media.plug(BUILT_IN, SPEAKERS)
    ports.media.microphones[0].pull_out()
    await settled()
    assert requested(ports) == ["headset", None]
    assert ports.peer.made[0].microphone is ports.media.microphones[1]
    assert [microphone.stopped for microphone in ports.media.microphones] == [True, False]
    assert told[-1] == DevicesEvent((BUILT_IN, SPEAKERS), "Built-in microphone", MOVED)
    notices = [session.state.notice]
    ports.clock.advance(10)
    assert [*notices, session.state.notice] == [MOVED, None]
    assert status_of(session) == "connected"
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("first", ["ended", "devicechange"])
async def test_both_signals_of_one_loss_are_one_exchange(ports: FakePorts, first: str) -> None:
    session = await with_headset(ports)
    if first == "ended":
        ports.media.microphones[0].pull_out()
    ports.media.plug(BUILT_IN, SPEAKERS)
    ports.media.plug(BUILT_IN, SPEAKERS)
    if first == "devicechange":
        await settled()
    ports.media.microphones[0].pull_out()
    await settled()
    assert requested(ports) == ["headset", None]
    session.destroy()
    assert ports.open == []


async def test_a_chosen_microphone_that_is_off_the_list_though_it_never_ended(
    ports: FakePorts,
) -> None:
    session = await with_headset(ports)
    ports.media.plug(BUILT_IN, SPEAKERS)
    await settled()
    assert requested(ports) == ["headset", None]
    assert session.state.notice == MOVED
    session.destroy()


async def test_what_is_plugged_in_is_told_and_changes_nothing(ports: FakePorts) -> None:
    session = await connected(ports)
    told = told_by(session)
    ports.media.plug(BUILT_IN, HEADSET, SPEAKERS)
    ports.media.plug(BUILT_IN, HEADSET, SPEAKERS)
    await settled()
    assert told == [DevicesEvent((BUILT_IN, HEADSET, SPEAKERS), "Built-in microphone")]
    assert session.state.notice is None
    assert requested(ports) == [None]
    session.destroy()


async def test_the_next_call_doesn_t_ask_for_what_was_lost(ports: FakePorts) -> None:
    session = await with_headset(ports)
    ports.media.microphones[0].pull_out()
    await settled()
    session.disconnect()
    await session.connect()
    assert requested(ports) == ["headset", None, None]
    session.destroy()


@pytest.mark.parametrize(
    "refusal",
    [
        MicrophoneMissing("No microphone was found. Connect one, then try again."),
        MicrophoneRefused("The microphone is blocked. Allow it, then try again."),
    ],
    ids=["none is left", "the permission was taken back"],
)
async def test_the_last_microphone_lost_ends_the_call_with_its_reason(
    ports: FakePorts, refusal: MicrophoneMissing | MicrophoneRefused
) -> None:
    session = await connected(ports)
    ports.media.refusal = refusal
    ports.media.microphones[0].pull_out()
    await settled()
    assert (status_of(session), session.state.error) == ("error", str(refusal))
    assert ports.open == []
    assert other_tasks() == set()


async def test_a_microphone_that_the_system_silences_for_a_moment_stays(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.media.microphones[0].silence()
    ports.clock.advance(1.9)
    ports.media.microphones[0].silence(False)
    ports.clock.advance(10)
    await settled()
    assert requested(ports) == [None]
    session.destroy()


async def test_a_microphone_that_the_system_silences_is_exchanged(ports: FakePorts) -> None:
    session = await with_headset(ports)
    ports.media.microphones[0].silence()
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    assert requested(ports) == ["headset", None]
    assert session.state.notice == MOVED
    session.destroy()
    assert ports.open == []


async def test_the_one_that_is_found_instead_of_a_silent_one_is_pulled_out_as_well(
    ports: FakePorts,
) -> None:
    session = await with_headset(ports)
    async with held_in_exchange(ports):
        ports.media.microphones[0].silence()
        ports.clock.advance(2)
    ports.media.microphones[1].pull_out()
    ports.gate.release()
    await settled()
    assert requested(ports) == ["headset", None, None]
    assert ports.peer.made[0].microphone is ports.media.microphones[2]
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("other", ["the same", "none"])
async def test_where_there_is_no_other_the_silence_is_named(ports: FakePorts, other: str) -> None:
    session = await connected(ports)
    told = told_by(session)
    if other == "none":
        ports.media.refusal = MicrophoneMissing("No microphone was found.")
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    assert (status_of(session), session.state.notice) == ("connected", SILENT)
    assert [event.message for event in told] == [SILENT]
    assert ports.open.count("microphone") == 1
    session.destroy()


async def test_a_microphone_that_is_silent_from_the_beginning_is_exchanged(
    ports: FakePorts,
) -> None:
    ports.media.silenced = {"headset"}
    session = await with_headset(ports)
    ports.clock.advance(1.9)
    await settled()
    assert (requested(ports), session.state.notice) == (["headset"], None)
    ports.clock.advance(0.1)
    await settled()
    assert (requested(ports), session.state.notice) == (["headset", None], MOVED)
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("chosen", [None, "headset"])
async def test_where_all_are_silent_from_the_beginning_that_is_said_once(
    ports: FakePorts, chosen: str | None
) -> None:
    ports.media.silenced = {"default", "headset"}
    ports.media.device_list = (BUILT_IN, HEADSET, SPEAKERS)
    session = await connected(ports, audio={"inputDevice": chosen})
    told = told_by(session)
    for _ in range(10):
        ports.clock.advance(1)
        await settled()
    assert requested(ports) == [chosen, None]
    assert [event.message for event in told] == [SILENT]
    session.destroy()


async def test_a_chosen_microphone_that_turns_out_to_be_silent_is_exchanged(
    ports: FakePorts,
) -> None:
    ports.media.device_list = (BUILT_IN, HEADSET, SPEAKERS)
    ports.media.silenced = {"headset"}
    session = await connected(ports)
    await session.set_input_device("headset")
    ports.clock.advance(2)
    await settled()
    assert requested(ports) == [None, "headset", None]
    assert session.state.notice == MOVED
    session.destroy()


async def test_lost_while_another_one_is_looked_for(ports: FakePorts) -> None:
    session = await with_headset(ports)
    ports.gate.hold_at = len(ports.gate.passed)
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    ports.media.microphones[0].pull_out()
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    ports.gate.release()
    await settled()
    assert requested(ports) == ["headset", None]
    session.destroy()


async def test_lost_while_another_one_is_looked_for_and_there_is_none(ports: FakePorts) -> None:
    """What was silent might have come back; what has ended doesn't."""
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed)
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    assert ports.gate.holding
    ports.media.microphones[0].pull_out()
    ports.media.refusal = MicrophoneMissing("No microphone was found.")
    ports.gate.release()
    await settled()
    assert (status_of(session), session.state.error) == ("error", "No microphone was found.")
    assert ports.open == []


async def test_the_old_microphone_s_silence_changes_nothing(ports: FakePorts) -> None:
    session = await connected(ports)
    await session.set_input_device("headset")
    ports.media.microphones[0].stopped = False
    ports.media.microphones[0].silence()
    ports.clock.advance(2)
    await settled()
    assert requested(ports) == [None, "headset"]
    session.destroy()


async def test_the_silence_of_the_one_before_is_no_reason_to_leave_the_chosen_one(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    ports.media.microphones[0].silence()
    ports.clock.advance(1.9)
    await session.set_input_device("headset")
    ports.clock.advance(10)
    await settled()
    assert requested(ports) == [None, "headset"]
    assert session.state.notice is None
    session.destroy()


async def test_nothing_is_missed_while_the_browser_names_no_device(ports: FakePorts) -> None:
    """Before the permission it lists devices without their ids."""
    chosen = {"inputDevice": "headset", "outputDevice": "earphones"}
    session = await connected(ports, audio=chosen)
    ports.media.plug(Device("", "audioinput", ""), Device("", "audiooutput", ""))
    await settled()
    assert requested(ports) == ["headset"]
    assert ports.media.playbacks[0].output_device == "earphones"
    assert session.state.notice is None
    session.destroy()


async def test_a_chosen_speaker_that_is_gone(ports: FakePorts) -> None:
    ports.media.device_list = (BUILT_IN, SPEAKERS, EARPHONES)
    session = await connected(ports, audio={"outputDevice": "earphones"})
    ports.media.plug(BUILT_IN, SPEAKERS)
    await settled()
    (playback,) = ports.media.playbacks
    assert playback.output_device == ""
    assert session.state.notice is not None
    assert "speaker is gone" in session.state.notice
    session.disconnect()
    await session.connect()
    await settled()
    assert ports.media.playbacks[1].output_device is None
    session.destroy()


async def test_a_speaker_that_was_refused_is_not_the_chosen_one(ports: FakePorts) -> None:
    session = await connected(ports, audio={"outputDevice": "speakers"})
    ports.media.speaker_fault = SessionError("This speaker can't be used. Choose another one.")
    with pytest.raises(SessionError):
        await session.set_output_device("earphones")
    ports.media.plug(BUILT_IN, HEADSET, SPEAKERS)
    await settled()
    assert session.state.notice is None
    session.destroy()


async def test_a_speaker_is_not_missed_where_none_are_listed(ports: FakePorts) -> None:
    session = await connected(ports, audio={"outputDevice": "earphones"})
    ports.media.plug(BUILT_IN)
    ports.media.plug(BUILT_IN, EARPHONES)
    await settled()
    assert ports.media.playbacks[0].output_device == "earphones"
    assert session.state.notice is None
    session.destroy()


async def test_the_speaker_is_gone_before_anything_sounds(ports: FakePorts) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports, audio={"outputDevice": "earphones"})
    session.connect()
    await settled()
    ports.media.plug(BUILT_IN, SPEAKERS)
    await settled()
    ports.peer.made[0].connect()
    ports.peer.made[0].add_track()
    await settled()
    assert ports.media.playbacks[0].output_device is None
    session.destroy()


async def test_after_the_call_nobody_listens_to_devices(ports: FakePorts) -> None:
    session = await connected(ports)
    told = told_by(session)
    session.disconnect()
    ports.media.plug(BUILT_IN)
    await settled()
    assert told == []
    assert ports.media.device_listeners == []
    session.destroy()
