"""Connecting and hanging up, again and again, leaves everything as it was (6-faults, Privacy)."""

import sys
import time
from typing import Any

import pytest

from tests.e2e.bare.lab import Lab
from tests.sizes import size

CYCLES = size(6, 200)
WARM_UP = 4
COUNTED = ("proxies", "handles", "tasks", "objects")
SLACK = {"objects": 10}
"""What Python's own caches may gain in all. So one object a cycle shows at night, two always."""

SETTLING = 10.0
"""Seconds in which what was closed has to be gone."""

CALM = 1.0
"""Seconds after which what has not become less won't: the timers of a call end one by one."""


@pytest.mark.parametrize("kind", ["chat", "voice"])
def test_cycles_leave_nothing(lab: Lab, kind: str) -> None:
    # The first count wakes what it calls, and that drops a handle which every talk holds again.
    lab.held()
    _cycle(lab, kind, WARM_UP)
    before = _settled(lab, None)
    _cycle(lab, kind, CYCLES)
    after = _settled(lab, before)
    figures = ", ".join(f"{name} {before[name]} → {after[name]}" for name in [*COUNTED, "memory"])
    sys.stdout.write(f"\n{CYCLES} cycles of {kind}: {figures}\n")
    assert after["open"] == []
    assert _grown(before, after) == {}
    # Pages of WebAssembly are never given back; a heap that holds no more needs few of them.
    assert after["memory"] - before["memory"] < 16e6


def _cycle(lab: Lab, kind: str, times: int) -> None:
    """A few at a time, so that no single wait grows with their number."""
    for begun in range(0, times, 10):
        lab.ask("cycle", kind, {"server": lab.url}, min(10, times - begun))


def _settled(lab: Lab, before: dict[str, Any] | None) -> dict[str, Any]:
    """What is held once it is no more than `before`, or becomes no less."""
    began = lowered = time.monotonic()
    held = lab.held()
    while time.monotonic() - began < SETTLING:
        if before and not held["open"] and not _grown(before, held):
            break
        if not before and time.monotonic() - lowered > CALM:
            break
        lab.wait(0.2)
        earlier, held = held, lab.held()
        if held["objects"] < earlier["objects"]:
            lowered = time.monotonic()
    return held


def _grown(before: dict[str, Any], after: dict[str, Any]) -> dict[str, int]:
    grown = {name: after[name] - before[name] for name in COUNTED}
    return {name: more for name, more in grown.items() if more > SLACK.get(name, 0)}
