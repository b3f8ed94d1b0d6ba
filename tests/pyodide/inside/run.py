"""Runs one case by its name."""

import asyncio
import gc
import importlib
import traceback

import js

LONGEST_SECONDS = 60.0


async def run(name: str) -> str:
    """Run `module.case`; the traceback if it fails, else an empty string."""
    module, case = name.split(".")
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await getattr(importlib.import_module(f"{__package__}.{module}"), case)()
    except Exception:
        return traceback.format_exc()
    return ""


async def warm_up() -> None:
    """What Pyodide keeps from the first call of all, and modules hold, is no case's leak."""
    js.performance.now()
    importlib.import_module(f"{__package__}.record")


def held_tasks() -> int:
    """How many tasks are left, once the garbage is out."""
    gc.collect()
    return len(asyncio.all_tasks(asyncio.get_event_loop()))
