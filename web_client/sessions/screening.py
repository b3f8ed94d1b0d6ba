"""What the server says that is looked at before anybody hears it.

What can't be used is logged and heard by nobody. An error may quote the token, which no message
holds (0-design): it is struck out.
"""

import logging
from collections.abc import Callable
from typing import Any

from web_client.protocol import (
    ChatError,
    Ignored,
    LlmError,
    Malformed,
    ScribeError,
    SessionFailed,
)

_log = logging.getLogger(__name__)

SCREENED = frozenset({ChatError, Ignored, LlmError, Malformed, ScribeError, SessionFailed})
"""The types of these; none of them comes often."""


def screened(event: Any, hidden: Callable[[str], str]) -> Any:
    """One of these as it may be heard, or None; `hidden` gives a text without the token."""
    match event:
        case Malformed():
            _log.warning("Not understood: %s (%s)", event.event, event.reason)
            return None
        case Ignored():
            return None
    return event.model_copy(update={"error": hidden(event.error)})
