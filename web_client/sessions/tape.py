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
        self._send: Callable[[bytes], None] | None = None

    @property
    def is_running(self) -> bool:
        return self._send is not None

    def record(self, frame: bytes) -> None:
        if self._send is None:
            self._kept.append(frame)
        else:
            self._send(frame)

    def run(self, send: Callable[[bytes], None]) -> None:
        """Send all that is kept, and from now on what comes."""
        self._send = send
        while self._kept:
            send(self._kept.popleft())

    def pause(self) -> None:
        """There is nobody to send to: keep what comes."""
        self._send = None
