"""Samples: 16-bit, mono, as numpy arrays; their rates and levels."""

from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

HEARD_RATE = 16_000
"""Samples a second that VAD and recogniser want."""

SPOKEN_RATE = 48_000
"""Samples a second that Opus wants."""

_FULL_SCALE = 32768.0


@dataclass(frozen=True, slots=True)
class Level:
    """How loud some samples are; 1.0 is full scale."""

    rms: float
    peak: float

    @property
    def energy_db(self) -> float:
        """Decibels below full scale, at least -120."""
        return float(20 * np.log10(max(self.rms, 1e-6)))


def level_of(samples: Samples) -> Level:
    scaled = samples.astype(np.float32) / _FULL_SCALE
    return Level(float(np.sqrt(np.mean(scaled * scaled))), float(np.max(np.abs(scaled))))


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    """The same sound at another rate."""
    resampler = av.AudioResampler("s16", "mono", wanted)
    frame = av.AudioFrame.from_ndarray(samples[np.newaxis, :], "s16", "mono")
    frame.sample_rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in frames]).astype(np.int16)
