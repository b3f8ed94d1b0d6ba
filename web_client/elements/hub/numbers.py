"""Telephone numbers, as they are written and as they are dialled."""

import re
from typing import Final

_WRITTEN: Final = re.compile(r"[\s()./\u2010-\u2015\u200e\u200f\u202a-\u202e\u2066-\u2069-]+")
"""What people write between the digits, and what comes along, unseen, from where they copied it."""

_NUMBER: Final = re.compile(r"\+?[0-9]{5,15}")
_INTERNATIONAL: Final = re.compile(r"[1-9][0-9]{6,14}")


def dialled(text: str) -> str:
    """The digits of a number, in ASCII, after its `+` if it has one; empty if it is none."""
    number = re.sub(r"\d", lambda digit: str(int(digit[0])), _WRITTEN.sub("", text))
    return number if _NUMBER.fullmatch(number) else ""


def international(text: str) -> str:
    """The digits from the country's code on, as https://wa.me/ wants them; empty if it is none."""
    number = dialled(text).removeprefix("+").removeprefix("00")
    return number if _INTERNATIONAL.fullmatch(number) else ""
