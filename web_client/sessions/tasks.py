"""What async listeners still do: tasks that asyncio alone would forget, or report too late."""

import asyncio
import logging
from collections.abc import Awaitable

_log = logging.getLogger(__name__)


class Tasks:
    """Holds what was begun for somebody who doesn't wait for it, until it ends."""

    def __init__(self) -> None:
        self._running: set[asyncio.Future[object]] = set()

    def run(self, work: Awaitable[object], whose: str) -> asyncio.Future[object]:
        """Go on with `work` by itself; what it raises is logged as the failure of `whose`."""
        task = asyncio.ensure_future(work)
        self._running.add(task)

        def done(task: asyncio.Future[object]) -> None:
            self._running.discard(task)
            if not task.cancelled() and (error := task.exception()) is not None:
                _log.error("%s failed", whose, exc_info=error)

        task.add_done_callback(done)
        return task

    def cancel(self) -> None:
        """End them all, but for the one that asks for it: that one ends by itself."""
        for task in tuple(self._running):
            if task is not asyncio.current_task(task.get_loop()):
                task.cancel()
