"""The one place that every answer of the fakes goes through, so that a test can hold it back."""

import asyncio


class Gate:
    """Answers come at once, unless the gate is told to hold one back.

    `passed` lists the names of the answers in the order in which they were asked for, which is
    the list of a session's await points. `hold_at` is the place (from 0) of the one held back
    until `release()`. With `stubborn` it comes even if whoever waited for it was cancelled, as
    a browser's promise does.
    """

    def __init__(self) -> None:
        self.passed: list[str] = []
        self.hold_at: int | None = None
        self.stubborn = False
        self._held = 0
        self._released = asyncio.Event()

    @property
    def holding(self) -> bool:
        """Whether somebody waits here for an answer."""
        return self._held > 0

    async def pass_through(self, name: str) -> None:
        self.passed.append(name)
        if len(self.passed) - 1 == self.hold_at:
            await self._wait()

    async def _wait(self) -> None:
        released = self._released
        self._held += 1
        try:
            await released.wait()
        except asyncio.CancelledError:
            if not self.stubborn:
                raise
            await released.wait()
        finally:
            self._held -= 1

    def release(self) -> None:
        """Let the answer that is held back come, late. Another can be held back then."""
        self.hold_at = None
        self._released.set()
        self._released = asyncio.Event()
