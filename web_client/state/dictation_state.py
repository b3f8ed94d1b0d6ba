"""What a dictation knows: the public snapshot, and the private facts beside it."""

from dataclasses import dataclass
from typing import Literal

from web_client.spelling import camel_twins

DictationStatus = Literal[
    "idle", "connecting", "connected", "reconnecting", "finishing", "error", "destroyed"
]


@camel_twins
@dataclass(frozen=True, slots=True)
class DictationState:
    """The snapshot of a dictation: the same object until something changes.

    `text`: the segments that are final, in one text. `partial`: the one that runs, which may
    still change. `is_recording`: the microphone hears; what is said counts from here on, also
    while the status is still `connecting`. `finishing`: `stop()` was called, and what was said
    is still being written down.
    """

    status: DictationStatus = "idle"
    error: str | None = None
    error_code: str | None = None
    text: str = ""
    partial: str = ""
    is_recording: bool = False

    @property
    def transcript(self) -> str:
        """All that was heard so far, `text` and `partial`: what a page shows."""
        return joined(self.text, self.partial)


@dataclass(frozen=True, slots=True)
class DictationCore:
    """The snapshot and the facts behind it.

    `done_timeout`: how many seconds the server has for its `done`.
    `ready`: the server listens, on the connection that there is now.
    `recorded`: the sound has ended, and all of it is there to be sent.
    """

    state: DictationState = DictationState()
    done_timeout: float = 2.5
    ready: bool = False
    recorded: bool = False

    @property
    def is_all_sent(self) -> bool:
        """The server has all of the sound, and knows that it is all."""
        return self.ready and self.recorded


def dictation_core(done_timeout: float = 2.5) -> DictationCore:
    """A dictation that has not begun; `done_timeout` in seconds (1-protocol, 1.4)."""
    return DictationCore(done_timeout=done_timeout)


def joined(text: str, more: str) -> str:
    """Two segments in one text: with a space between them, but for scripts that have none."""
    unspaced = text[-1:] >= _FIRST_UNSPACED and more[:1] >= _FIRST_UNSPACED
    return f"{text}{'' if unspaced else ' '}{more}" if text and more else text or more


_FIRST_UNSPACED = "\u2e80"
"""Where Chinese and Japanese begin, their punctuation included."""
