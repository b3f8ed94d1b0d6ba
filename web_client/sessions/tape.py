"""What a dictation has recorded and the server has not got yet.

Somebody who presses the button speaks at once, before there is a token or a socket. So the sound
is kept from the first sample on, and goes out when the server is ready; so does what is said
while a lost connection is made again.
"""

from collections import deque
from collections.abc import Callable

FRAMES = 600
"""A minute: more than all the timeouts of connecting together. Beyond it the oldest goes."""


class Tape:
    """Frames in, frames out, in order; kept while there is nobody to send them to."""

    def __init__(self) -> None:
        self._kept: deque[bytes] = deque(maxlen=FRAMES)
        self._send: Callable[[bytes], None] = _nowhere
        self.is_running = False

    def aim(self, send: Callable[[bytes], None]) -> None:
        """That is where it is to be sent, once it runs."""
        self._send = send

    def record(self, frame: bytes) -> None:
        if self.is_running:
            self._send(frame)
        else:
            self._kept.append(frame)

    def run(self) -> None:
        """Send all that is kept, and from now on what comes."""
        self.is_running = True
        while self._kept:
            self._send(self._kept.popleft())

    def pause(self) -> None:
        """There is nobody to send to: keep what comes."""
        self.is_running = False


def _nowhere(frame: bytes) -> None:
    """Before the first connection there is nobody to send to."""
