"""A script of this folder in a process of its own, spoken to over its pipes.

What holds the interpreter's lock for long, or has a licence that the package must not catch,
runs there. Such a script imports nothing from the package, so that it starts fast.
"""

import asyncio
import contextlib
import sys
from pathlib import Path


class Child:
    """The process that runs `script`, started at the first use and again after each `end`."""

    def __init__(self, script: Path) -> None:
        self._script = script
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The running process; None where there is none."""
        return self._process.pid if self._process else None

    async def pipes(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        """Where to write and where to read. Raises OSError where it can't be started."""
        process = self._process = self._process or await self._start()
        if process.stdin is None or process.stdout is None:
            raise BrokenPipeError
        return process.stdin, process.stdout

    async def end(self) -> None:
        """Kill the process, if there is one; returns when it is gone."""
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # To wait alone would take for ever where nobody reads what it has said.
            await process.communicate()

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        # A group of its own: Ctrl-C in a terminal is for the server, which ends its children.
        return await asyncio.create_subprocess_exec(
            sys.executable, str(self._script), stdin=pipe, stdout=pipe, process_group=0
        )
