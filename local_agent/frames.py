"""Frames from a browser: read with distrust, bounded in size (4-local-agent, 4.4)."""

import json
from typing import Any

MAX_FRAME = 64 * 1024
"""Longest frame, in characters."""

MAX_TEXT = 8 * 1024
"""Longest user message, in characters."""

MAX_VALUE = 32 * 1024
"""Longest context value, in characters: a client carries a whole conversation over in one."""

MAX_KEY = 128
"""Longest context key, in characters."""


class BadFrame(Exception):
    """The frame is not in the protocol. The message is a sentence for the client."""


def read_frame(raw: object) -> dict[str, Any]:
    """The JSON object in `raw`. Raises BadFrame."""
    if not isinstance(raw, str):
        raise BadFrame("Frames must be text.")
    if len(raw) > MAX_FRAME:
        raise BadFrame(f"The frame is too long; {MAX_FRAME} characters are allowed.")
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadFrame("The frame is not JSON.") from None
    if not isinstance(frame, dict):
        raise BadFrame("The frame is not a JSON object.")
    return frame


def text_in(frame: dict[str, Any]) -> str:
    """The `text` of a user's message, trimmed. Raises BadFrame."""
    text = frame.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadFrame('A message needs a "text" that is not empty.')
    if len(text) > MAX_TEXT:
        raise BadFrame(f"The text is too long; {MAX_TEXT} characters are allowed.")
    return _unicode(text.strip())


def context_in(frame: dict[str, Any]) -> tuple[str, str | None]:
    """Key and value of a `set_context`; the value None clears. Raises BadFrame."""
    key, value = frame.get("key"), frame.get("value")
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY:
        raise BadFrame(f'set_context needs a "key" of 1 to {MAX_KEY} characters.')
    if value is not None and not isinstance(value, str):
        raise BadFrame('set_context needs a "value" that is a string or null.')
    if value is not None and len(value) > MAX_VALUE:
        raise BadFrame(f"The value is too long; {MAX_VALUE} characters are allowed.")
    return _unicode(key), None if value is None else _unicode(value)


def _unicode(text: str) -> str:
    """The text, if it can be stored and spoken: JSON can hold half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadFrame("The frame has half a character (a lone surrogate).") from None
    return text
