"""`ports.Recorder` over an AudioWorklet, `loader/recorder.js`.

The samples stay on the other side: what crosses is a whole frame, ten times a second. The worklet
is a file that the browser loads by itself, so that a page's Content-Security-Policy need allow
nothing but its own scripts; where it lies, the boot file has told (`pinecall_addresses`).
"""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import js

from web_client.browser.bridge import Listeners, Rejected, plain, settled
from web_client.errors import MicrophoneError, RecorderBlocked
from web_client.sessions.ports import Microphone

if TYPE_CHECKING:
    from web_client.browser.microphone import BrowserMicrophone

PROCESSOR = "pinecall-recorder"

ON_ITS_WAY = 0.1
"""Seconds that a browser takes to bring a sound from the microphone to the worklet, and more:
what was said before `finish()` is still recorded."""

_MONO = {
    "numberOfOutputs": 0,
    "channelCount": 1,
    "channelCountMode": "explicit",
}


class BrowserRecorder:
    """An AudioContext of its own, begun at once: it may be the person's click."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self._heard = heard
        self._listeners = Listeners()
        self._context = js.AudioContext.new()
        self._loading = asyncio.ensure_future(self._load())
        self._node: js.AudioWorkletNode | None = None
        self._source: js.AudioNode | None = None
        self._told_all = asyncio.Event()
        self._closed = False

    async def _load(self) -> None:
        await settled(self._context.audioWorklet.addModule(_address()))

    async def listen(self, microphone: Microphone) -> None:
        await asyncio.wait([self._loading])
        fault = None if self._loading.cancelled() else self._loading.exception()
        if self._closed:  # maybe just after the module had come
            return
        if fault is not None:
            raise await _reason() from fault
        source = self._context.createMediaStreamSource(_stream(microphone))
        source.connect(self._open_node())
        if self._source is not None:
            self._source.disconnect()
        self._source = source
        if self._context.state == "suspended":
            # A context made before the person touched the page waits for that touch.
            await settled(self._context.resume())

    def _open_node(self) -> js.AudioWorkletNode:
        if self._node is None:
            self._node = js.AudioWorkletNode.new(self._context, PROCESSOR, plain(_MONO))
            self._listeners.add(self._node.port, "message", self._message)
            self._node.port.start()
        return self._node

    def _message(self, event: Any) -> None:
        frame = event.data
        if frame:
            self._heard(frame.to_bytes())
        else:
            self._told_all.set()

    async def finish(self) -> None:
        if self._node is None:
            return
        await asyncio.sleep(ON_ITS_WAY)
        self._node.port.postMessage("finish")
        await self._told_all.wait()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._loading.cancel()
        self._listeners.close()
        self._context.close()


def _address() -> str:
    """Raises ImportError where nobody has told."""
    return str(import_module("pinecall_addresses").recorder)


async def _reason() -> MicrophoneError:
    """Browsers don't tell: what is there, and yet no module, the page's policy keeps out."""
    address = _address()
    try:
        is_there = bool((await settled(js.fetch(address, plain({})))).ok)
    except Rejected:
        is_there = False
    if not is_there:
        return MicrophoneError("This page can't record. Reload it, then try again.")
    place = urlsplit(address)
    origin = f"{place.scheme}://{place.netloc}"
    return RecorderBlocked(
        f"To record, allow {origin} in script-src of this page's Content-Security-Policy.",
        origin=origin,
    )


def _stream(microphone: Microphone) -> js.MediaStream:
    """Only a microphone of this package has a track to record."""
    return js.MediaStream.new(js.Array.of(cast("BrowserMicrophone", microphone).track))
