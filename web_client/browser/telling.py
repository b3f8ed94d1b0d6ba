"""What happens between Python and a page at every token, each in one crossing:
`loader/telling.js`."""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def telling(name: str) -> Any:
    """That function of it. Only once Python runs on a page: no snapshot holds it.

    Raises ImportError where Python was started by another loader than ours."""
    return getattr(import_module("pinecall_telling"), name)
