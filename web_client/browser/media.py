"""`ports.Media`: microphones, speakers, and the microphone asked for inside the user's click.

Python is not up yet when somebody presses the button, and by the time it is, the click that a
browser wants to see is spent. So the page's shell calls getUserMedia itself, with the default
request, and hands the promise over (`prime`). The next `microphone()` with the default request
takes it; any other request asks anew. A primed stream that nobody takes within ten seconds, or
that is granted later, is stopped: no light burns for nobody (6-faults, Privacy).
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import js

from web_client.browser.bridge import Listeners, Rejected, name_of, promised, settled
from web_client.browser.clock import Timer
from web_client.browser.microphone import (
    BrowserMicrophone,
    constraints,
    insecure_page,
    refusal,
    stop_tracks,
)
from web_client.browser.playback import BrowserPlayback
from web_client.browser.recorder import BrowserRecorder
from web_client.sessions.ports import Device, MicrophoneRequest, RemoteTrack

PRIMED_SECONDS = 10.0
"""How long a primed stream waits to be taken: `connect()` asks for it at once."""

KINDS = ("audioinput", "audiooutput")


class Primed:
    """A promise of a stream, until it is taken or called off; a `ports.Cancel`."""

    def __init__(self, stream: js.Promise) -> None:
        self._stream: js.Promise | None = stream
        self._timer = Timer(PRIMED_SECONDS, self.cancel)

    def take(self) -> js.Promise | None:
        """The promise, to whoever asks first; None afterwards."""
        self._timer.cancel()
        stream, self._stream = self._stream, None
        return stream

    def cancel(self) -> None:
        """Stop the stream, now or on arrival, unless it was taken."""
        stream = self.take()
        if stream is not None:
            stream.then(stop_tracks, _nothing_to_release)


class BrowserMedia:
    """The page's microphones and speakers."""

    def __init__(self) -> None:
        self._primed: Primed | None = None

    def prime(self, stream: js.Promise) -> Primed:
        """Take over a Promise<MediaStream> that was asked for inside the user's click.

        One primed earlier and never taken is stopped. The result calls this one off.
        """
        if self._primed is not None:
            self._primed.cancel()
        self._primed = Primed(stream)
        return self._primed

    def microphone(self, request: MicrophoneRequest) -> asyncio.Future[BrowserMicrophone]:
        """A future, not a coroutine: it is cancellable, and so is what it asked for, even when
        nobody has begun to await it."""
        opening: asyncio.Future[BrowserMicrophone] = asyncio.get_event_loop().create_future()
        stream = self._take_primed(request) or _ask(request)
        if stream is None:
            opening.set_exception(insecure_page())
        else:
            stream.then(partial(_granted, opening), partial(_refused, opening))
        return opening

    def _take_primed(self, request: MicrophoneRequest) -> js.Promise | None:
        primed, self._primed = self._primed, None
        if primed is None:
            return None
        if request == MicrophoneRequest():
            return primed.take()
        primed.cancel()
        return None

    def recorder(self, heard: Callable[[bytes], None]) -> BrowserRecorder:
        return BrowserRecorder(heard)

    def play(self, track: RemoteTrack, blocked: Callable[[], None]) -> BrowserPlayback:
        return BrowserPlayback(cast("js.MediaStreamTrack", track), blocked)

    async def devices(self) -> Sequence[Device]:
        if not _has_media_devices():
            return ()
        try:
            found = await settled(js.navigator.mediaDevices.enumerateDevices())
        except Rejected:
            return ()
        return tuple(
            Device(info.deviceId, info.kind, info.label) for info in found if info.kind in KINDS
        )

    def on_devices_changed(self, callback: Callable[[], None]) -> Listeners:
        listeners = Listeners()
        if _has_media_devices():
            listeners.add(js.navigator.mediaDevices, "devicechange", lambda _: callback())
        return listeners


def _has_media_devices() -> bool:
    """An insecure page has none."""
    return bool(getattr(js.navigator, "mediaDevices", None))


def _ask(request: MicrophoneRequest) -> js.Promise | None:
    if not _has_media_devices():
        return None
    devices = js.navigator.mediaDevices
    return promised(devices.getUserMedia.bind(devices), constraints(request))


def _granted(opening: asyncio.Future[BrowserMicrophone], stream: js.MediaStream) -> None:
    if opening.done():
        stop_tracks(stream)
    else:
        opening.set_result(BrowserMicrophone(stream))


def _refused(opening: asyncio.Future[BrowserMicrophone], error: Any) -> None:
    if not opening.done():
        opening.set_exception(refusal(name_of(error)))


def _nothing_to_release(_: Any) -> None:
    """The microphone was refused."""
