"""`ports.Playback` over an audio element that stands in no document."""

from collections.abc import Callable
from typing import Any

import js

from web_client.browser.bridge import Rejected, name_of, settled
from web_client.browser.meter import Meter
from web_client.errors import SessionError
from web_client.sessions.ports import AutoplayRefused

_AUTOPLAY_REFUSED = "NotAllowedError"


class BrowserPlayback:
    """The agent's voice. Chromium sounds a remote track only where an element plays it."""

    def __init__(self, track: js.MediaStreamTrack, blocked: Callable[[], None]) -> None:
        stream = js.MediaStream.new(js.Array.of(track))
        self._meter = Meter(stream)
        self._blocked = blocked
        self._closed = False
        self._audio = js.Audio.new()
        self._audio.srcObject = stream
        self._audio.play().catch(self._refused)

    def _refused(self, error: Any) -> None:
        if name_of(error) == _AUTOPLAY_REFUSED and not self._closed:
            self._blocked()

    def level(self) -> float:
        return self._meter.level()

    def set_volume(self, volume: float) -> None:
        self._audio.volume = volume

    async def set_output_device(self, device_id: str) -> None:
        """Raises SessionError where the browser, or the device, doesn't allow it."""
        if not hasattr(self._audio, "setSinkId"):
            raise SessionError(
                "This browser plays only through the system's own speaker. Choose that one."
            )
        try:
            await settled(self._audio.setSinkId(device_id))
        except Rejected as error:
            raise SessionError("This speaker can't be used. Choose another one.") from error

    async def unlock(self) -> None:
        try:
            await settled(self._audio.play())
        except Rejected as error:
            if error.name == _AUTOPLAY_REFUSED:
                raise AutoplayRefused("The browser waits for a touch of the page.") from error

    def close(self) -> None:
        self._closed = True
        self._meter.close()
        self._audio.pause()
        self._audio.srcObject = None
