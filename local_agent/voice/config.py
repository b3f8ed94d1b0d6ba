"""What a browser may configure: `voice`, `language`, `stt`, `tts`, `greeting`, `flash`.

Everything else would decide what the agent is; it is dropped and logged (1-protocol, 1.3).
There is one recogniser and one synthesiser here: of `tts` only `{"speed": …}` is followed,
`stt` and `flash` are taken and change nothing. Changes hold from the next thing said.
"""

import logging
import re
from collections.abc import Callable, Mapping

from local_agent.call import Call

log = logging.getLogger(__name__)

# ASCII, since in Unicode "K" has a third case, the Kelvin sign.
_ANY_CASE = re.IGNORECASE | re.ASCII
_VOICE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}(\+[a-z0-9]{1,16})?", _ANY_CASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8}){0,3}", _ANY_CASE)
_VOICES = {"en": "en-us"}
_MAX_GREETING = 500

SLOWEST, FASTEST = 0.5, 2.0
"""Speeds of speech; 1 is the usual one."""


class VoiceConfig:
    """The configuration of one call. `speed` is how fast it speaks, 1 by default."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._voice = ""
        self.greeting = ""
        self.speed = 1.0

    @property
    def voice(self) -> str:
        """The name of an espeak-ng voice: the configured one, or the language's."""
        return self._voice or self.language_voice

    @property
    def language_voice(self) -> str:
        language = self._call.language.lower()
        return _VOICES.get(language, language)

    def forget_voice(self) -> bool:
        """The voice is not there: take the language's, or else English. False if it is that."""
        if not self._voice and self._call.language == "en":
            return False
        if not self._voice:
            self._call.language = "en"
        self._voice = ""
        return True

    def apply(self, wanted: Mapping[str, object]) -> None:
        """Take what is allowed and makes sense; drop and log the rest."""
        # The language first: a voice that comes with it is the voice for it.
        for key in sorted(wanted, key=lambda key: key != "language"):
            take = self._TAKES.get(key)
            if take is None or not take(self, wanted[key]):
                log.warning("config %r dropped", key[:50])

    def _take_language(self, value: object) -> bool:
        if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
            return False
        self._call.language = value
        self._voice = ""
        return True

    def _take_voice(self, value: object) -> bool:
        if not isinstance(value, str) or not _VOICE.fullmatch(value):
            return False
        self._voice = value
        return True

    def _take_greeting(self, value: object) -> bool:
        if not isinstance(value, str) or len(value) > _MAX_GREETING:
            return False
        self.greeting = value
        return True

    def _take_tts(self, value: object) -> bool:
        speed = value.get("speed") if isinstance(value, Mapping) else None
        if isinstance(speed, int | float) and SLOWEST <= speed <= FASTEST:
            self.speed = float(speed)
        return True

    def _take_anything(self, _value: object) -> bool:
        return True

    _TAKES: Mapping[str, Callable[["VoiceConfig", object], bool]] = {
        "voice": _take_voice,
        "language": _take_language,
        "stt": _take_anything,
        "tts": _take_tts,
        "greeting": _take_greeting,
        "flash": _take_anything,
    }
