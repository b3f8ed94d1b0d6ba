"""How large the heavy proofs are: small in every run, in full at night.

`HYPOTHESIS_PROFILE=nightly npm test` runs them all in full; tests/conftest.py makes the profile
of that name the one that Hypothesis goes by.
"""

import os
from typing import TypeVar

_Size = TypeVar("_Size")

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "usual")
NIGHTLY = PROFILE == "nightly"


def size(usual: _Size, full: _Size) -> _Size:
    """`usual`, or `full` at night."""
    return full if NIGHTLY else usual
