"""How loud a stream is, for the meters and the orb."""

import math

import js


class Meter:
    """The level of one MediaStream.

    It listens from the first question on: most calls are never measured, and an AudioContext
    costs a thread.
    """

    def __init__(self, stream: js.MediaStream) -> None:
        self._stream = stream
        self._tap: _Tap | None = None
        self._closed = False

    def level(self) -> float:
        """RMS of the last 2048 samples (43 ms at 48 kHz), 0 to 1; 0 once closed."""
        if self._closed:
            return 0.0
        if self._tap is None:
            self._tap = _Tap(self._stream)
        return self._tap.level()

    def close(self) -> None:
        self._closed = True
        if self._tap is not None:
            self._tap.close()
            self._tap = None


class _Tap:
    """An AnalyserNode on a stream, in an AudioContext of its own."""

    def __init__(self, stream: js.MediaStream) -> None:
        self._context = js.AudioContext.new()
        self._analyser = self._context.createAnalyser()
        self._samples = js.Float32Array.new(self._analyser.fftSize)
        self._source = self._context.createMediaStreamSource(stream)
        self._source.connect(self._analyser)

    def level(self) -> float:
        # A context made before the person touched the page sleeps until it is woken.
        if self._context.state == "suspended" and _touched():
            self._context.resume()
        self._analyser.getFloatTimeDomainData(self._samples)
        samples = self._samples.to_py()
        return min(math.hypot(*samples) / math.sqrt(len(samples)), 1.0)

    def close(self) -> None:
        self._context.close()


def _touched() -> bool:
    """Whether the person has touched the page; Firefox before 120 doesn't tell."""
    activation = getattr(js.navigator, "userActivation", None)
    return activation is None or bool(activation.hasBeenActive)
