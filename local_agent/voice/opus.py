"""Opus packets of 20 ms, encoded ahead of their time: what is sent in real time is only sent."""

import fractions
from functools import cache

import av
import numpy as np

from local_agent.voice.sound import SPOKEN_RATE, Samples

FRAME = SPOKEN_RATE // 50
"""Samples in a packet."""

TIME_BASE = fractions.Fraction(1, SPOKEN_RATE)

_BIT_RATE = 48_000


def packets_of(samples: Samples) -> tuple[bytes, ...]:
    """The samples, filled up with silence to whole packets."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.bit_rate = _BIT_RATE
    encoder.format, encoder.layout = "s16", "mono"
    encoder.sample_rate, encoder.time_base = SPOKEN_RATE, TIME_BASE
    encoder.options = {"application": "voip"}
    packets: list[bytes] = []
    for start in range(0, len(samples), FRAME):
        part = samples[start : start + FRAME]
        whole = np.pad(part, (0, FRAME - len(part)))
        frame = av.AudioFrame.from_ndarray(whole[np.newaxis, :], "s16", "mono")
        frame.pts, frame.sample_rate, frame.time_base = start, SPOKEN_RATE, TIME_BASE
        packets += map(bytes, encoder.encode(frame))
    return tuple(packets)


@cache
def silence() -> bytes:
    """One packet in which nothing is heard."""
    # Not the first: an encoder needs a few frames to see that nothing comes.
    return packets_of(np.zeros(10 * FRAME, np.int16))[-1]
