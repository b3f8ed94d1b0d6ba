"""What a browser may configure: `voice`, `language`, `stt`, `tts`, `greeting`, `flash`.

Everything else would decide what the agent is; it is dropped and logged (1-protocol, 1.3).
There is one recogniser and one synthesiser here, so `stt`, `tts` and `flash` are taken and
change nothing.
"""

import logging
import re
from collections.abc import Mapping

from local_agent.call import Call

log = logging.getLogger(__name__)

_ALLOWED = frozenset({"voice", "language", "stt", "tts", "greeting", "flash"})
_VOICE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}(\+[A-Za-z0-9]{1,16})?")
_VOICES = {"en": "en-us"}
_MAX_GREETING = 500


class VoiceConfig:
    """The configuration of one call. `voice` is the name of an espeak-ng voice."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self.voice = "en-us"
        self.greeting = ""

    def apply(self, wanted: Mapping[str, object]) -> None:
        """Take what is allowed and makes sense; drop and log the rest."""
        for key, value in wanted.items():
            if key not in _ALLOWED or not self._take(key, value):
                log.warning("config %r dropped", key[:50])

    def _take(self, key: str, value: object) -> bool:
        if key not in ("voice", "language", "greeting"):
            return True
        if not isinstance(value, str) or len(value) > _MAX_GREETING:
            return False
        if key == "greeting":
            self.greeting = value
            return True
        if not _VOICE.fullmatch(value):
            return False
        if key == "language":
            self._call.language = value
        self.voice = _VOICES.get(value, value)
        return True
