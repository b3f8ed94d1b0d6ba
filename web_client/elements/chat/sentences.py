"""What a screen reader is told of a reply that streams: each sentence once, when it is whole."""

import re
from itertools import pairwise
from typing import Final

from web_client.state.chat_state import ChatMessage
from web_client.state.messages import Messages

_END: Final = re.compile(r"[.!?…]+[\"'”’)*_]*\s+|[。！？]+|\n+")
_LINK: Final = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS: Final = re.compile(r"[*_`#>|~]+")


class Sentences:
    """How far the last reply was read out."""

    def __init__(self) -> None:
        self._id = 0
        self._read = 0
        self._last: tuple[str, ...] = ()

    def new(self, messages: Messages[ChatMessage]) -> tuple[str, ...]:
        """The sentences to be read out now; the same as before until there are others."""
        place = messages.last(lambda message: message.role == "bot")
        if place is None or messages[place].is_history:
            return self._last
        message = messages[place]
        if message.id != self._id:
            self._id, self._read = message.id, 0
        end = _whole(message.text, self._read) if message.is_streaming else len(message.text)
        if end > self._read:
            spoken = _spoken(message.text[self._read : end])
            self._read = end
            self._last = spoken or self._last
        return self._last


def _whole(text: str, start: int) -> int:
    """Where the last whole sentence after `start` ends."""
    ends = [found.end() for found in _END.finditer(text, start)]
    return ends[-1] if ends else start


def _spoken(text: str) -> tuple[str, ...]:
    """The sentences as they are said: without the marks of Markdown."""
    words = _MARKS.sub("", _LINK.sub(r"\1", text))
    ends = [0, *(found.end() for found in _END.finditer(words)), len(words)]
    sentences = (words[start:end].strip() for start, end in pairwise(ends))
    return tuple(filter(None, sentences))
