"""What all elements have in common: one element on a page, one session at a time (3-elements).

The page's attributes and properties become the session's options. They hold for the next
session: what changes while one runs waits until it is over. What was told to the session by
method (context, muted) is kept here as well, since the next call may have another session.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final, Generic, TypeVar

from web_client.elements.host import Host
from web_client.elements.plain import plain
from web_client.elements.settings import InvalidSetting, invalid_setting
from web_client.elements.themes import theme_properties
from web_client.elements.wording import Choice, Wording
from web_client.sessions.conversation import Conversation
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.tasks import Tasks
from web_client.spelling import snake
from web_client.state.chat_state import ChatState
from web_client.state.voice_state import VoiceState

_State = TypeVar("_State", ChatState, VoiceState)
_Session = TypeVar("_Session", bound=Conversation[Any])

_LIVE: Final = frozenset({"connecting", "connected", "reconnecting"})


class SessionElement(ABC, Generic[_Session, _State]):
    """What stands behind a tag once Python is up. `rest` is the state before any session."""

    session_options: ClassVar[frozenset[str]]

    def __init__(self, host: Host, ports: Ports, rest: _State) -> None:
        self._host = host
        self._ports = ports
        self._rest: _State = rest
        self._options: dict[str, object] = {}
        self._choice = Choice()
        self._wording = Wording()
        self._contexts: dict[str, object] = {}
        self._theme: dict[str, str] = {}
        self._session: _Session | None = None
        self._leave: Callable[[], None] = _nobody
        self._outdated = False
        self._shown: _State = rest
        self._refused: _State | None = None
        self._frame: Cancel | None = None
        self._tasks = Tasks()

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

    @abstractmethod
    def act(self, name: str, value: str) -> None:
        """A button was pressed: `data-act` is its `name`."""

    def submit(self, text: str) -> bool:
        """Something was written. Whether it was taken, so that the field can be emptied."""
        return False

    def scrolled(self, at_end: bool) -> None:
        """The reader of the messages has come to their end, or has left it."""

    def attribute(self, name: str, value: str | None) -> None:
        """An HTML attribute was set, or taken away (None). `lang` is the page's language."""
        if name == "name":
            self._reword(given_name=value or "")
        elif name == "label":
            self._reword(label=value or "")
        elif name == "language":
            self._choice.language = value or ""
            self._reword()
        elif name == "lang":
            self._choice.page_language = value or ""
            self._reword()
        elif name in ("agent", "server"):
            self._option(name, value or None)

    def assign(self, name: str, value: object) -> None:
        """A property was set. Raises TypeError or ValueError for what it can't hold."""
        if name == "theme":
            self._paint(theme_properties(mapping(name, value)))
        elif name == "labels":
            before, self._choice.words = self._choice.words, mapping(name, value)
            try:
                self._reword()
            except ValueError:
                self._choice.words = before
                raise
        elif snake(name) in self.session_options:
            self._option(snake(name), value)

    def invoke(self, method: str, *arguments: Any) -> object:
        """A method was called. What it gives is plain data, or an awaitable.

        Raises what the session's method of that name does, and InvalidSetting where the page's
        settings make no session.
        """
        return self._methods()[method](*arguments)

    def unmount(self) -> None:
        """The element left the page: hang up and let go of everything."""
        self._tasks.cancel()
        self._disconnect()
        self._drop_session()
        if self._frame is not None:
            self._frame.cancel()

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

    @abstractmethod
    def _draw(self) -> None:
        """Bring the page up to date; called before a frame in which something changed."""

    def _reword(self, **other: str) -> None:
        self._wording = replace(self._wording, labels=self._choice.labels, **other)
        self._schedule()

    def _paint(self, theme: dict[str, str]) -> None:
        for name in self._theme.keys() - theme.keys():
            self._host.set_property(name, "")
        for name, value in theme.items():
            self._host.set_property(name, value)
        self._theme = theme

    def _error(self, event: Any) -> None:
        self._host.emit("pinecall:error", {"message": event.message, "code": event.code})

    def _changed(self) -> None:
        before, after = self._shown, self.state
        self._shown = after
        if after.status != before.status:
            self._host.emit("pinecall:status", {"status": after.status})
        if after.messages is not before.messages:
            self._host.emit("pinecall:transcript", {"messages": plain(after.messages)})
        self._schedule()

    def _schedule(self) -> None:
        """One rendering for a frame, however many changes it brought."""
        if self._frame is None:
            self._frame = self._host.on_frame(self._paint_frame)

    def _paint_frame(self) -> None:
        self._frame = None
        self._draw()

    def _run(self, work: Awaitable[object]) -> None:
        """Go on with `work` by itself, until the element leaves the page."""
        self._tasks.run(work, "What an element was asked to do")


def mapping(name: str, value: object) -> Mapping[str, object]:
    """The value of a property that is an object, or nothing."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be an object, not {type(value).__name__}")
    return value


def _nobody() -> None:
    """No session is listened to yet."""
