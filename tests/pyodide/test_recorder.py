"""The recorder's own arithmetic (1-protocol, 1.4): how many samples, and which.

Everything is played into it at once, in an OfflineAudioContext, whatever the rate.
"""

from base64 import b64decode
from math import ceil

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

Sound = NDArray[np.float64]

HEARD = 16_000
QUANTUM = 128
"""Samples that an audio graph renders at a time: what is played here is a multiple of it."""

RATES = [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000]
FULL = 32_767
INAUDIBLE = 10 ** (-75 / 20)


def frames(page: Page, rate: int, sound: Sound) -> list[bytes]:
    address = page.evaluate("async () => (await import('/dist/boot.mjs')).addresses.recorder")
    told = page.evaluate("said => recorded(...said)", [address, rate, sound.tolist()])
    return [b64decode(frame) for frame in told]


def heard(page: Page, rate: int, sound: Sound) -> Sound:
    return np.frombuffer(b"".join(frames(page, rate, sound)), "<i2") / FULL


def tone(frequency: float, rate: int, count: int) -> Sound:
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(count) / rate)


def quanta(rate: int, seconds: float) -> int:
    return QUANTUM * ceil(seconds * rate / QUANTUM)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_comes_out_as_it_went_in(page: Page, rate: int) -> None:
    """Every sample of it is there, none is invented, and each is at its time."""
    count = quanta(rate, 0.45)
    sound = heard(page, rate, tone(440, rate, count))
    assert len(sound) == ceil(count * HEARD / rate)
    ideal = tone(440, HEARD, len(sound))
    # At both ends the tone is cut off, which no filter takes for a tone.
    inner = slice(200, -200)
    assert np.abs(sound - ideal)[inner].max() < 5e-4


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_what_16_khz_cannot_hold_is_not_folded_back(page: Page, rate: int) -> None:
    count = quanta(rate, 0.3)
    high = np.mean([tone(f, rate, count) for f in (8_100, 9_000, 12_000, 20_000)], axis=0)
    assert np.abs(heard(page, rate, high))[200:-200].max() < 0.5 * INAUDIBLE


def test_speech_passes_whole(page: Page) -> None:
    def speech(rate: int, count: int) -> Sound:
        low, high = tone(100, rate, count), tone(6_800, rate, count)
        return (low + tone(3_000, rate, count) + high) / 3

    sound = heard(page, 48_000, speech(48_000, quanta(48_000, 0.3)))
    assert np.abs(sound - speech(HEARD, len(sound)))[200:-200].max() < 1e-3


def test_what_has_the_right_rate_is_not_touched(page: Page) -> None:
    noise = np.random.default_rng(7).uniform(-0.9, 0.9, quanta(HEARD, 0.2))
    sound = heard(page, HEARD, noise)
    assert np.abs(sound - noise).max() <= 0.51 / FULL


def test_frames_are_whole_but_for_the_last(page: Page) -> None:
    count = quanta(48_000, 0.35)
    sizes = [len(frame) for frame in frames(page, 48_000, tone(440, 48_000, count))]
    assert sizes == [3200, 3200, 3200, 2 * ceil(count / 3) - 9600]


def test_what_is_too_loud_is_cut_and_does_not_wrap(page: Page) -> None:
    sound = heard(page, HEARD, np.full(QUANTUM, 3.0) * np.resize([1, -1], QUANTUM))
    assert set(sound * FULL) == {FULL, -FULL}
