"""Dictation into the field (1-protocol, 1.4): what is said stands there, to be edited and sent.

What was typed before stays, and what is heard goes behind it. Meanwhile nobody types in the
field, so that a word that is still changing never changes one that was typed. However it ends,
what was heard is not lost, and the microphone is released.
"""

from collections.abc import Callable
from typing import Any, Protocol

from web_client.elements.chat.view import Dictating
from web_client.sessions.dictation import DictationSession
from web_client.state.dictation_state import joined


class Field(Protocol):
    """The field that a message is written in: a part of `host.Host`."""

    def written(self) -> str: ...
    def write(self, text: str, *, locked: bool = False) -> None: ...


class Dictation:
    """At most one dictation. `changed` is called when it begins to finish, and when it is over;
    `failed` is told what went wrong, and its code."""

    def __init__(
        self, field: Field, changed: Callable[[], None], failed: Callable[[str, str], None]
    ) -> None:
        self._field = field
        self._changed = changed
        self._failed = failed
        self._session: DictationSession | None = None
        self._before = ""

    @property
    def dictating(self) -> Dictating:
        if self._session is None:
            return ""
        return "finishing" if self._session.state.status == "finishing" else "on"

    @property
    def level(self) -> float | None:
        """How loud it is, None without a dictation."""
        return None if self._session is None else self._session.level

    def begin(self, session: DictationSession) -> None:
        """Listen, from inside the click."""
        self._before = self._field.written()
        self._session = session
        session.subscribe(self._heard)
        session.on("error", self._told)
        self._field.write(self._before, locked=True)
        session.connect()

    async def stop(self) -> None:
        """Write down what was said so far; a second time, be content with what there is."""
        if self._session is None:
            return
        if self.dictating == "finishing":
            self._session.disconnect()
        else:
            await self._session.stop()

    def end(self) -> None:
        """At once, with what was heard."""
        if self._session is not None:
            self._session.disconnect()

    def close(self) -> None:
        """The element is gone."""
        session, self._session = self._session, None
        if session is not None:
            session.destroy()

    def _told(self, event: Any) -> None:
        self._failed(event.message, event.code)

    def _heard(self) -> None:
        session = self._session
        if session is None:
            return
        is_over = session.state.status in ("idle", "error")
        self._field.write(_behind(self._before, session.state.transcript), locked=not is_over)
        if is_over:
            self.close()
        self._changed()


def _behind(before: str, heard: str) -> str:
    return before + heard if before[-1:].isspace() else joined(before, heard)
