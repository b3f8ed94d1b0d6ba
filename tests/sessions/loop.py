"""How the tests wait: until nobody has anything left to do. Nothing sleeps."""

import asyncio
from typing import Any


async def settled() -> None:
    """Let the loop run until no callback is ready.

    What still waits then, waits for the test: no real input or output is under way here.
    """
    loop: Any = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        if not loop._ready:
            return


def other_tasks() -> set[asyncio.Task[Any]]:
    """The tasks that live beside the test's own."""
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
