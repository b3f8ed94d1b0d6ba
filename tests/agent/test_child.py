"""A process of the agent's: whatever it is at, it can be ended."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from local_agent.voice.child import Child

SECONDS = 20.0
_TALKS = "import sys\nwhile True: sys.stdout.write('word ' * 1000)"


async def test_a_process_whose_words_nobody_takes_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "talks.py"
    script.write_text(_TALKS)
    child = Child(script)
    async with asyncio.timeout(SECONDS):
        _, stdout = await child.pipes()
        full, transport = asyncio.Event(), _transport(stdout)
        monkeypatch.setattr(transport, "pause_reading", _also(transport.pause_reading, full.set))
        await full.wait()
        await child.end()
    assert child.pid is None


def _transport(stream: asyncio.StreamReader) -> Any:
    return stream._transport  # type: ignore[attr-defined]


def _also(does: Any, tells: Any) -> Any:
    def both() -> None:
        does()
        tells()

    return both
