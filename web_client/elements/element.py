"""What the elements that converse have in common: one session at a time (3-elements).

The page's attributes and properties become the session's options. They hold for the next
session: what changes while one runs waits until it is over. What was told to the session by
method (context, muted) is kept here as well, since the next call may have another session.
"""

import json
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from web_client.elements.base import Element
from web_client.elements.host import Host
from web_client.elements.plain import plain
from web_client.elements.render import shared
from web_client.elements.settings import InvalidSetting, invalid_setting
from web_client.sessions.conversation import Conversation
from web_client.sessions.ports import Ports
from web_client.spelling import snake
from web_client.state.chat_state import ChatState
from web_client.state.voice_state import VoiceState

_State = TypeVar("_State", ChatState, VoiceState)
_Session = TypeVar("_Session", bound=Conversation[Any])

_LIVE: Final = frozenset({"connecting", "connected", "reconnecting"})


class SessionElement(Element, Generic[_Session, _State]):
    """What stands behind a tag once Python is up. `rest` is the state before any session."""

    session_options: ClassVar[frozenset[str]]

    def __init__(self, host: Host, ports: Ports, rest: _State) -> None:
        super().__init__(host, ports)
        self._rest: _State = rest
        self._options: dict[str, object] = {}
        self._contexts: dict[str, object] = {}
        self._session: _Session | None = None
        self._leave: Callable[[], None] = _nobody
        self._outdated = False
        self._shown: _State = rest
        self._refused: _State | None = None
        self._known: Sequence[Any] = rest.messages
        self._page_knows: Sequence[Any] = rest.messages

    @property
    def state(self) -> _State:
        """The session's state; that of one not yet made before the first."""
        if self._refused is not None:
            return self._refused
        state: _State = self._rest if self._session is None else self._session.state
        return state

    @property
    def is_live(self) -> bool:
        """Whether there is something to hang up."""
        return self.state.status in _LIVE

    def attribute(self, name: str, value: str | None) -> None:
        if name in ("agent", "server"):
            self._option(name, value or None)
        else:
            super().attribute(name, value)

    def assign(self, name: str, value: object) -> None:
        if snake(name) in self.session_options:
            self._option(snake(name), value)
        else:
            super().assign(name, value)

    def unmount(self) -> None:
        """The element left the page: hang up and let go of everything."""
        self._tasks.cancel()
        self._disconnect()
        self._drop_session()
        super().unmount()

    def _methods(self) -> dict[str, Callable[..., object]]:
        return {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "setContext": self._set_context,
            "getState": lambda: plain(self.state),
        }

    # The session

    @abstractmethod
    def _made(self) -> _Session:
        """A new session with the options as they are. Raises TypeError or ValueError."""

    @abstractmethod
    def _in_error(self, message: str, code: str) -> _State:
        """The state of a session that can't even be made."""

    def _succeeds(self, before: _Session, fresh: _Session) -> None:
        """Take over into `fresh` what was told to the session `before`."""

    def _connect(self) -> Awaitable[None]:
        """Connect, still inside the click. What the page got wrong is shown, like any error."""
        return self._shown_session().connect()

    def _shown_session(self) -> _Session:
        try:
            return self._current()
        except InvalidSetting as error:
            self._refuse(error)
            raise

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.disconnect()

    def _refuse(self, error: InvalidSetting) -> None:
        """The page's own mistake: there is nothing to connect with."""
        self._refused = self._in_error(str(error), error.code)
        self._host.emit("pinecall:error", {"message": str(error), "code": error.code})
        self._changed()

    def _current(self) -> _Session:
        """The session that runs, or one with the options as they are now."""
        session = self._session
        if session is not None and (self.is_live or not self._outdated):
            return session
        try:
            fresh = self._made()  # raises before anything is lost
        except (TypeError, ValueError) as error:
            raise invalid_setting(error) from None
        if session is not None:
            self._succeeds(session, fresh)
        for key, value in self._contexts.items():
            fresh.set_context(key, value)
        self._drop_session()
        self._session, self._outdated, self._refused = fresh, False, None
        self._leave = fresh.subscribe(self._changed)
        fresh.on("error", self._error)
        return fresh

    def _drop_session(self) -> None:
        """Without a word to the page: to it the element is at rest, not destroyed."""
        self._leave()
        self._leave = _nobody
        if self._session is not None:
            self._session.destroy()
            self._session = None

    def _option(self, name: str, value: object) -> None:
        self._outdated = True
        if value is None:
            self._options.pop(name, None)
        else:
            self._options[name] = value

    def _set_context(self, key: str, value: object) -> None:
        if self._session is None:
            json.dumps(value, allow_nan=False)  # raises now, and not at the press of the button
        else:
            self._session.set_context(key, value)
        self._contexts[key] = value

    # What the page sees and hears

    def _error(self, event: Any) -> None:
        self._host.emit("pinecall:error", {"message": event.message, "code": event.code})

    def _changed(self) -> None:
        before, after = self._shown, self.state
        self._shown = after
        if after.status != before.status:
            self._host.emit("pinecall:status", {"status": after.status})
        if after.messages is not before.messages:
            self._tell_transcript()
        self._schedule()

    def _tell_transcript(self) -> None:
        """All as it is now: who was told of the status may have said something."""
        before, self._known = self._known, self._transcript()
        if shared(before, self._known) < max(len(before), len(self._known)):
            self._host.transcript(self._news)

    def _news(self) -> tuple[int, list[dict[str, Any]]]:
        """For the page. Only what changed is made anew for it, whether there are ten messages or
        thousands."""
        start = shared(self._page_knows, self._known)
        self._page_knows = self._known
        return start, [self._for_page(each) for each in self._known[start:]]

    def _transcript(self) -> Sequence[Any]:
        """All that was said."""
        return self.state.messages

    def _for_page(self, message: Any) -> dict[str, Any]:
        """A message of it as the page is told."""
        told: dict[str, Any] = plain(message)
        return told


def _nobody() -> None:
    """No session is listened to yet."""
