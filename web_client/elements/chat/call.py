"""The call of a chat box: another session in the same conversation (3-elements).

It begins in the click, with all that was said, and is over when its session is: by a hang up, an
error, or the server's word. What was typed into it and never reached it is given back then: there
is no other call to say it, and the person has seen it leave the field.
"""

from collections.abc import Callable
from typing import Any

from web_client.sessions.voice import VoiceSession
from web_client.state.voice_state import VoiceState

Over = Callable[[VoiceState, tuple[str, ...]], None]
"""Told how the call ended, and what was typed into it that nobody has heard."""


class Call:
    """At most one call. `changed` is called while it lasts."""

    def __init__(
        self, changed: Callable[[VoiceState], None], failed: Callable[[str, str], None], over: Over
    ) -> None:
        self._changed = changed
        self._failed = failed
        self._over = over
        self._session: VoiceSession | None = None

    @property
    def session(self) -> VoiceSession | None:
        """None unless a call is connecting, or up."""
        return self._session

    @property
    def state(self) -> VoiceState | None:
        return None if self._session is None else self._session.state

    def begin(self, session: VoiceSession) -> None:
        """Call, from inside the click."""
        self._session = session
        session.subscribe(self._look)
        session.on("error", self._told)
        session.connect()

    def say(self, text: str) -> None:
        """Type into the call. Raises ValueError for a text without a word in it."""
        if self._session is not None:
            self._session.send_text(text)

    def hang_up(self) -> None:
        if self._session is not None:
            self._session.disconnect()

    def close(self) -> None:
        """The element is gone, or has another conversation."""
        session, self._session = self._session, None
        if session is not None:
            session.destroy()

    def _told(self, event: Any) -> None:
        self._failed(event.message, event.code)

    def _look(self) -> None:
        session = self._session
        if session is None:
            return
        state = session.state
        if state.status not in ("idle", "error"):
            self._changed(state)
            return
        unsent = session.unsent
        self.close()
        self._over(state, unsent.failed + unsent.queued)
