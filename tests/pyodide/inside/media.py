"""`BrowserMedia` with Chromium's fake microphone, which beeps."""

import asyncio
import math
from typing import Any

import js

from tests.pyodide.inside.record import Record, page, raises, tracks_asked_for, until
from web_client.browser import BrowserMedia
from web_client.browser import media as priming
from web_client.browser.bridge import plain, promised
from web_client.browser.meter import Meter
from web_client.browser.microphone import BrowserMicrophone
from web_client.errors import MicrophoneMissing, MicrophoneRefused, SessionError
from web_client.sessions.ports import Microphone, MicrophoneRequest, Playback

ANY = MicrophoneRequest()


async def _heard(source: Microphone | Playback) -> float:
    """The level at the first sound."""
    level = 0.0
    while level <= 0.01:
        await asyncio.sleep(0.01)
        level = source.level()
    return level


def _shell_asks() -> js.Promise:
    devices = js.navigator.mediaDevices
    return promised(devices.getUserMedia.bind(devices), plain({"audio": True}))


def _rejected(reason: object) -> js.Promise:
    return promised(page.Promise.reject.bind(js.Promise), reason)


async def a_microphone_is_heard_until_it_stops() -> None:
    microphone = await BrowserMedia().microphone(ANY)
    assert 0.01 < await _heard(microphone) <= 1
    microphone.stop()
    microphone.stop()
    assert tracks_asked_for() == ["ended"]
    assert microphone.level() == 0


async def a_level_is_the_root_of_the_mean_square() -> None:
    context = page.AudioContext.new()
    tone, quieter = context.createOscillator(), context.createGain()
    quieter.gain.value = 0.5
    stream = context.createMediaStreamDestination()
    tone.connect(quieter).connect(stream)
    tone.start()
    meter = Meter(stream.stream)
    expected = 0.5 / math.sqrt(2)
    await until(lambda: abs(meter.level() - expected) < 0.01)
    tone.stop()
    await until(lambda: meter.level() == 0)
    meter.close()
    await context.close()


async def a_microphone_switched_off_is_silent_and_open() -> None:
    microphone = await BrowserMedia().microphone(ANY)
    await _heard(microphone)
    microphone.set_enabled(False)
    await until(lambda: microphone.level() == 0)
    assert tracks_asked_for() == ["live"]
    microphone.set_enabled(True)
    await _heard(microphone)
    microphone.stop()


async def the_chosen_microphone_is_the_one_that_opens() -> None:
    media = BrowserMedia()
    inputs = [d for d in await media.devices() if d.kind == "audioinput"]
    chosen = inputs[-1]
    microphone = await media.microphone(MicrophoneRequest(device_id=chosen.device_id))
    assert microphone.device_id == chosen.device_id
    microphone.stop()


async def the_filters_are_those_that_were_asked_for() -> None:
    asked = MicrophoneRequest(echo_cancellation=False, auto_gain_control=False)
    microphone = await BrowserMedia().microphone(asked)
    settings = microphone.track.getSettings()
    filters = (settings.echoCancellation, settings.noiseSuppression, settings.autoGainControl)
    assert filters == (False, True, False)
    microphone.stop()


async def a_microphone_that_is_gone_is_missing() -> None:
    with raises(MicrophoneMissing, "Choose another one"):
        await BrowserMedia().microphone(MicrophoneRequest(device_id="gone"))


async def a_lost_device_is_told_to_the_last_who_asked() -> None:
    record = Record()
    microphone = await BrowserMedia().microphone(ANY)
    track: Any = microphone.track
    microphone.on_ended(lambda: record.tell("first"))
    microphone.on_ended(lambda: record.tell("second"))
    track.dispatchEvent(page.Event.new("ended"))
    microphone.stop()
    track.dispatchEvent(page.Event.new("ended"))
    assert record.told == [("second",)], record.told


async def a_device_that_the_system_silences_is_told() -> None:
    record = Record()
    microphone = await BrowserMedia().microphone(ANY)
    track: Any = microphone.track
    track.dispatchEvent(page.Event.new("mute"))
    microphone.on_silenced(lambda silent: record.tell(silent))
    track.dispatchEvent(page.Event.new("mute"))
    track.dispatchEvent(page.Event.new("unmute"))
    microphone.stop()
    track.dispatchEvent(page.Event.new("mute"))
    assert record.told == [(True,), (False,)], record.told


async def a_device_that_is_silent_from_the_beginning_says_so() -> None:
    microphone = await BrowserMedia().microphone(ANY)
    told = [microphone.is_silenced]
    page.Object.defineProperty(microphone.track, "muted", plain({"value": True}))
    assert [*told, microphone.is_silenced] == [False, True]
    page.Object.defineProperty(microphone.track, "readyState", plain({"value": "ended"}))
    assert microphone.is_ended
    microphone.stop()


async def a_microphone_has_the_name_of_its_device() -> None:
    media = BrowserMedia()
    microphone = await media.microphone(ANY)
    names = {device.label for device in await media.devices() if device.kind == "audioinput"}
    assert microphone.label in names
    microphone.stop()


async def a_microphone_granted_too_late_is_stopped() -> None:
    opening = BrowserMedia().microphone(ANY)
    opening.cancel()
    await until(tracks_asked_for)
    await until(lambda: tracks_asked_for() == ["ended"])


async def a_primed_microphone_is_taken_and_no_other_asked_for() -> None:
    media = BrowserMedia()
    media.prime(_shell_asks())
    microphone = await media.microphone(ANY)
    assert tracks_asked_for() == ["live"]
    microphone.stop()


async def a_primed_microphone_is_taken_once() -> None:
    media = BrowserMedia()
    primed = media.prime(_shell_asks())
    first = await media.microphone(ANY)
    primed.cancel()
    second = await media.microphone(ANY)
    assert tracks_asked_for() == ["live", "live"]
    first.stop()
    second.stop()


async def a_primed_microphone_taken_too_late_is_stopped() -> None:
    media = BrowserMedia()
    stream = _shell_asks()
    media.prime(stream)
    media.microphone(ANY).cancel()
    await stream
    await asyncio.sleep(0)
    assert tracks_asked_for() == ["ended"]


async def a_primed_microphone_that_nobody_takes_is_stopped() -> None:
    media = BrowserMedia()
    stream = _shell_asks()
    primed = media.prime(stream)
    await stream
    primed.cancel()
    primed.cancel()
    await asyncio.sleep(0)
    assert tracks_asked_for() == ["ended"]


async def a_primed_microphone_waits_only_so_long() -> None:
    usual, priming.PRIMED_SECONDS = priming.PRIMED_SECONDS, 0.05
    BrowserMedia().prime(_shell_asks())
    priming.PRIMED_SECONDS = usual
    await until(lambda: tracks_asked_for() == ["ended"])


async def priming_again_stops_the_one_before() -> None:
    media = BrowserMedia()
    first = _shell_asks()
    media.prime(first)
    await first
    media.prime(_shell_asks())
    microphone = await media.microphone(ANY)
    assert sorted(tracks_asked_for()) == ["ended", "live"]
    microphone.stop()


async def another_request_than_the_primed_one_asks_anew() -> None:
    media = BrowserMedia()
    stream = _shell_asks()
    media.prime(stream)
    await stream
    microphone = await media.microphone(MicrophoneRequest(noise_suppression=False))
    assert tracks_asked_for() == ["ended", "live"]
    microphone.stop()


async def a_refusal_inside_the_primed_promise_has_its_type() -> None:
    media = BrowserMedia()
    media.prime(_rejected(page.DOMException.new("no", "NotAllowedError")))
    with raises(MicrophoneRefused, "Allow it"):
        await media.microphone(ANY)


async def devices_have_kinds_and_names() -> None:
    devices = await BrowserMedia().devices()
    assert {device.kind for device in devices} == {"audioinput", "audiooutput"}
    assert all(device.label for device in devices)


async def a_change_of_devices_is_told_until_cancelled() -> None:
    record = Record()
    listening = BrowserMedia().on_devices_changed(lambda: record.tell("changed"))
    page.navigator.mediaDevices.dispatchEvent(page.Event.new("devicechange"))
    listening.cancel()
    page.navigator.mediaDevices.dispatchEvent(page.Event.new("devicechange"))
    assert record.told == [("changed",)]


async def a_track_is_played_and_heard() -> None:
    microphone, record = await BrowserMedia().microphone(ANY), Record()
    playback = BrowserMedia().play(microphone.track, lambda: record.tell("blocked"))
    assert await _heard(playback) > 0.01
    playback.set_volume(0.5)
    await playback.unlock()
    assert [player.volume for player in page.witness.opened.players] == [0.5, 0.5]
    playback.close()
    playback.close()
    assert playback.level() == 0
    assert record.told == []
    microphone.stop()


async def a_speaker_can_be_chosen() -> None:
    media, microphone = BrowserMedia(), await _microphone()
    outputs = [d for d in await media.devices() if d.kind == "audiooutput"]
    playback = media.play(microphone.track, _unexpected)
    await playback.set_output_device(outputs[-1].device_id)
    assert [player.sinkId for player in page.witness.opened.players] == [outputs[-1].device_id]
    playback.close()
    microphone.stop()


async def a_speaker_that_is_gone_is_a_typed_error() -> None:
    microphone = await _microphone()
    playback = BrowserMedia().play(microphone.track, _unexpected)
    with raises(SessionError, "Choose another one"):
        await playback.set_output_device("gone")
    playback.close()
    microphone.stop()


async def _microphone() -> BrowserMicrophone:
    return await BrowserMedia().microphone(ANY)


def _unexpected() -> None:
    raise AssertionError("sound was blocked")
