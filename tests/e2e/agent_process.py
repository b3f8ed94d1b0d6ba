"""The local agent as a process of its own, as `npm start` runs it."""

import re
import select
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a secret that only this test run knows"
PATIENCE = 90.0
"""Seconds in which it has to be ready, or gone, on a machine that has other things to do."""


class AgentProcess:
    """`python -m local_agent` on a free port, unless one is told."""

    def __init__(self, log: Path, *options: str, port: int = 0) -> None:
        self._log = log.open("a")
        command = [sys.executable, "-m", "local_agent", "--port", str(port), "--pages", "dist"]
        self._process = subprocess.Popen(
            [*command, "--secret", SECRET, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._url = self._address()

    @property
    def url(self) -> str:
        """Where it is; ends with a slash. Raises if it is not there any more: whoever asked it
        would wait for nothing."""
        if self._process.poll() is not None:
            raise RuntimeError(f"the local agent died: {self.log}")
        return self._url

    def _address(self) -> str:
        """The first line that it prints, once it is ready."""
        out = self._process.stdout
        assert out is not None
        readable, _, _ = select.select([out], [], [], PATIENCE)
        found = re.search(r"http://\S+/", out.readline()) if readable else None
        if found is None:
            self.kill()
            raise RuntimeError(f"the local agent did not start: {self.log}")
        return found[0]

    @property
    def log(self) -> str:
        """The last of what it wrote: with `--verbose` also what it understood."""
        lines = Path(self._log.name).read_text().splitlines(keepends=True)
        # Of how each call found its way there are fifty.
        return "".join(line for line in lines if ":aioice" not in line)[-4000:]

    def stop(self) -> None:
        self._process.terminate()
        self._ended()

    def kill(self) -> None:
        """It has no time to say goodbye to anybody."""
        self._process.kill()
        self._ended()

    def _ended(self) -> None:
        self._process.wait(timeout=PATIENCE)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()
