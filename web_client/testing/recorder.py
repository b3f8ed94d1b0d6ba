"""The recorder of a test: the test says what is heard, a frame at a time."""

from collections.abc import Callable

from web_client.errors import MicrophoneError
from web_client.sessions.ports import Microphone
from web_client.testing.gate import Gate


class FakeRecorder:
    """`microphone`: the one it listens to. `tail`: what it tells at the end, a shorter frame."""

    def __init__(
        self, gate: Gate, heard: Callable[[bytes], None], fault: MicrophoneError | None
    ) -> None:
        self._gate = gate
        self._heard = heard
        self._fault = fault
        self.microphone: Microphone | None = None
        self.tail = b""
        self.finished = False
        self.closed = False

    async def listen(self, microphone: Microphone) -> None:
        await self._gate.pass_through("recorder listens")
        if self._fault is not None:
            raise self._fault
        self.microphone = microphone

    def hear(self, frame: bytes) -> None:
        """One frame of sound, if anybody listens."""
        if self.microphone is not None and not self.finished and not self.closed:
            self._heard(frame)

    async def finish(self) -> None:
        await self._gate.pass_through("recorder finishes")
        if self.tail:
            self.hear(self.tail)
        self.finished = True

    def close(self) -> None:
        self.closed = True
