"""What Python does to a page at every token, each in one crossing: `loader/telling.js`."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def telling(name: str) -> Any:
    """That function of it. Only once Python runs on a page: no snapshot holds it."""
    return getattr(import_module("pinecall_telling"), name)
