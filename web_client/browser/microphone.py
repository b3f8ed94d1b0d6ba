"""`ports.Microphone` over a MediaStream, and what each refusal means to the person."""

from collections.abc import Callable

import js
from pyodide.ffi import JsProxy

from web_client.browser.bridge import Listeners, plain
from web_client.browser.meter import Meter
from web_client.errors import (
    InsecurePage,
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
)
from web_client.sessions.ports import MicrophoneRequest

_ALLOW = "The microphone is blocked. Allow it in the address bar, then try again."
_CONNECT = "No microphone was found. Connect one, then try again."
_CHOOSE = "The chosen microphone is not there any more. Choose another one, then try again."
_CLOSE_OTHERS = "The microphone can't be started. Close other programs that use it, then try again."

REFUSALS: dict[str, tuple[type[MicrophoneError], str]] = {
    "NotAllowedError": (MicrophoneRefused, _ALLOW),
    "SecurityError": (MicrophoneRefused, _ALLOW),
    "NotFoundError": (MicrophoneMissing, _CONNECT),
    "OverconstrainedError": (MicrophoneMissing, _CHOOSE),
    "NotReadableError": (MicrophoneBusy, _CLOSE_OTHERS),
    "AbortError": (MicrophoneBusy, _CLOSE_OTHERS),
}


def refusal(name: str) -> MicrophoneError:
    """What getUserMedia means by a DOMException of this name."""
    error, message = REFUSALS.get(
        name, (MicrophoneError, "The microphone can't be used. Reload, then try again.")
    )
    return error(message)


def insecure_page() -> InsecurePage:
    """Where a page has no `navigator.mediaDevices` at all."""
    return InsecurePage("A microphone needs a secure page. Open this page with https://.")


def constraints(request: MicrophoneRequest) -> JsProxy:
    """What getUserMedia is asked for (1-protocol, 1.3)."""
    audio: dict[str, object] = {
        "echoCancellation": request.echo_cancellation,
        "noiseSuppression": request.noise_suppression,
        "autoGainControl": request.auto_gain_control,
    }
    if request.device_id:
        audio["deviceId"] = {"exact": request.device_id}
    return plain({"audio": audio, "video": False})


def stop_tracks(stream: js.MediaStream) -> None:
    """Put the microphone's light out."""
    for track in stream.getTracks():
        track.stop()


class BrowserMicrophone:
    """An open microphone. `track` is what a peer connection sends."""

    def __init__(self, stream: js.MediaStream) -> None:
        self._stream = stream
        self.track: js.MediaStreamTrack = stream.getAudioTracks()[0]
        self._meter = Meter(stream)
        self._listeners = Listeners()
        self._ended: Callable[[], None] = _nobody
        self._silenced: Callable[[bool], None] = _nobody
        self._listeners.add(self.track, "ended", lambda _: self._ended())
        self._listeners.add(self.track, "mute", lambda _: self._silenced(True))
        self._listeners.add(self.track, "unmute", lambda _: self._silenced(False))

    @property
    def device_id(self) -> str:
        return str(self.track.getSettings().deviceId)

    @property
    def label(self) -> str:
        return self.track.label

    @property
    def is_silenced(self) -> bool:
        return self.track.muted

    @property
    def is_ended(self) -> bool:
        return self.track.readyState == "ended"

    def set_enabled(self, enabled: bool) -> None:
        self.track.enabled = enabled

    def level(self) -> float:
        return self._meter.level()

    def on_ended(self, callback: Callable[[], None]) -> None:
        self._ended = callback

    def on_silenced(self, callback: Callable[[bool], None]) -> None:
        self._silenced = callback

    def stop(self) -> None:
        self._listeners.close()
        self._meter.close()
        stop_tracks(self._stream)


def _nobody(_silent: bool = False) -> None:
    """Nobody asked to be told."""
