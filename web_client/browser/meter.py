"""How loud a stream is, for the meters and the orb."""

import math
from typing import ClassVar

import js

_SOFTEST = 1e-4
"""Below this it is silent: a wave of 16 bits is hardly more than nothing there."""

_SMOOTHING = 10
"""Hertz: what comes and goes faster is no loudness but the wave."""

_NO_OVERSHOOT = -6
"""Decibels: the quality of a filter that never swings beyond what comes."""


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
        """RMS of some 40 ms, 0 to 1; 0 once closed."""
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
    """Squares a stream and smooths that: a page asks in every frame, and one number is all that
    Python has to fetch then. All of them share one AudioContext, while there are any."""

    _context: ClassVar[js.AudioContext | None] = None
    _open: ClassVar[int] = 0

    def __init__(self, stream: js.MediaStream) -> None:
        context = _Tap._context = _Tap._context or js.AudioContext.new()
        _Tap._open += 1
        self._source = context.createMediaStreamSource(stream)
        square = context.createGain()
        square.gain.value = 0
        self._source.connect(square.gain)
        mean = context.createBiquadFilter()
        mean.frequency.value = _SMOOTHING
        mean.Q.value = _NO_OVERSHOOT
        self._analyser = context.createAnalyser()
        self._analyser.fftSize = 32
        self._source.connect(square).connect(mean).connect(self._analyser)
        self._last = js.Float32Array.new(1)

    def level(self) -> float:
        self._analyser.getFloatTimeDomainData(self._last)
        level = math.sqrt(max(0.0, self._last[0]))
        if level >= _SOFTEST:
            return min(level, 1.0)
        # A context made before the person touched the page sleeps until it is woken.
        context = _Tap._context
        if context is not None and context.state == "suspended" and _touched():
            context.resume()
        return 0.0

    def close(self) -> None:
        self._source.disconnect()
        _Tap._open -= 1
        if _Tap._context is not None and not _Tap._open:
            _Tap._context.close()
            _Tap._context = None


def _touched() -> bool:
    """Whether the person has touched the page; Firefox before 120 doesn't tell."""
    activation = getattr(js.navigator, "userActivation", None)
    return activation is None or bool(activation.hasBeenActive)
