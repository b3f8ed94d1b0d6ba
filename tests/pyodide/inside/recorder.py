"""`BrowserRecorder` with Chromium's fake microphone, which beeps."""

import asyncio
import sys
from array import array
from types import SimpleNamespace

from tests.pyodide.inside.record import page, raises, tracks_asked_for, until
from web_client.browser import BrowserMedia
from web_client.browser.microphone import BrowserMicrophone
from web_client.browser.recorder import BrowserRecorder
from web_client.errors import MicrophoneError
from web_client.sessions.ports import MicrophoneRequest

FRAME_BYTES = 3200


async def _microphone() -> BrowserMicrophone:
    return await BrowserMedia().microphone(MicrophoneRequest())


def _loudest(frame: bytes) -> int:
    return max(map(abs, array("h", frame)), default=0)


async def what_the_microphone_hears_comes_in_whole_frames() -> None:
    frames: list[bytes] = []
    recorder, microphone = BrowserMedia().recorder(frames.append), await _microphone()
    await recorder.listen(microphone)
    await until(lambda: any(_loudest(frame) > 1000 for frame in frames))
    await recorder.finish()
    *whole, last = frames
    assert {len(frame) for frame in whole} == {FRAME_BYTES}
    assert 0 < len(last) <= FRAME_BYTES
    assert len(last) % 2 == 0
    recorder.close()
    microphone.stop()


async def nothing_comes_after_the_end() -> None:
    frames: list[bytes] = []
    recorder, microphone = BrowserMedia().recorder(frames.append), await _microphone()
    await recorder.listen(microphone)
    await until(lambda: frames)
    await recorder.finish()
    told = len(frames)
    await asyncio.sleep(0.3)
    assert len(frames) == told
    recorder.close()
    recorder.close()
    microphone.stop()


async def nothing_comes_after_closing() -> None:
    frames: list[bytes] = []
    recorder, microphone = BrowserMedia().recorder(frames.append), await _microphone()
    await recorder.listen(microphone)
    await until(lambda: frames)
    recorder.close()
    told = len(frames)
    await asyncio.sleep(0.3)
    assert len(frames) == told
    assert tracks_asked_for() == ["live"]
    microphone.stop()


async def another_microphone_takes_the_place_of_the_first() -> None:
    frames: list[bytes] = []
    recorder = BrowserMedia().recorder(frames.append)
    first, second = await _microphone(), await _microphone()
    await recorder.listen(first)
    await recorder.listen(second)
    first.stop()
    frames.clear()
    await until(lambda: any(_loudest(frame) > 1000 for frame in frames))
    recorder.close()
    second.stop()


async def finishing_what_never_began_is_at_once() -> None:
    recorder = BrowserMedia().recorder(_unexpected)
    await recorder.finish()
    recorder.close()


async def closing_while_it_loads_leaves_nothing() -> None:
    recorder, microphone = BrowserMedia().recorder(_unexpected), await _microphone()
    listening = asyncio.ensure_future(recorder.listen(microphone))
    recorder.close()
    await listening
    microphone.stop()


async def a_recorder_that_cannot_be_loaded_is_a_typed_error() -> None:
    told = sys.modules.pop("pinecall_addresses")
    elsewhere = SimpleNamespace(recorder=f"{page.location.origin}/nowhere?token=secret")
    sys.modules["pinecall_addresses"] = elsewhere  # type: ignore[assignment]
    try:
        recorder = BrowserRecorder(_unexpected)
        microphone = await _microphone()
        with raises(MicrophoneError, "can't record"):
            await recorder.listen(microphone)
    finally:
        sys.modules["pinecall_addresses"] = told
    recorder.close()
    microphone.stop()


def _unexpected(frame: bytes) -> None:
    raise AssertionError(f"{len(frame)} bytes were recorded")
