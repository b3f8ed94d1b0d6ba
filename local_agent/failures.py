"""What an agent's author writes may fail in any way, and ends only itself (4-local-agent, 4.1).

Something that a tool awaits may be cancelled, and the tool with it. asyncio's word for that is the
one that also ends the task which runs the tool, and only then does it go on upwards:

    except FAILURES:
        if is_ending():
            raise
"""

import asyncio

FAILURES = (Exception, asyncio.CancelledError)


def is_ending() -> bool:
    """Whether the running task was cancelled itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
