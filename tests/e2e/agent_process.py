"""The local agent as a process of its own, as `npm start` runs it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "a secret that only this test run knows"


class AgentProcess:
    """`python -m local_agent` on a free port, unless one is told; `url` ends with a slash."""

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
        self.url = self._address()

    def _address(self) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"http://\S+/", line):
                return found[0]
        raise RuntimeError(f"the local agent did not start; see {self._log.name}")

    def stop(self) -> None:
        self._process.terminate()
        self._ended()

    def kill(self) -> None:
        """It has no time to say goodbye to anybody."""
        self._process.kill()
        self._ended()

    def _ended(self) -> None:
        self._process.wait(timeout=20)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._log.close()
