"""The orb at work: one element on a page, one voice session at a time (3-elements).

The page's attributes and properties become the session's options. They hold for the next call:
what changes while a call runs waits until it is over. What was told to the session by method
(context, muted) is kept here as well, since the next call may have another session.
"""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from web_client.elements.host import Host
from web_client.elements.labels import Labels
from web_client.elements.orb.view import TEMPLATE, Wording, is_live, orb_view
from web_client.elements.plain import plain
from web_client.elements.render import Regions
from web_client.elements.settings import InvalidSetting, invalid_setting
from web_client.elements.themes import theme_properties
from web_client.sessions.ports import Cancel, Ports
from web_client.sessions.voice import VoiceSession
from web_client.spelling import snake, snake_keys
from web_client.state.voice_state import VoiceState

_SESSION_OPTIONS: Final = frozenset(
    {"agent", "server", "config", "metadata", "token_provider", "tracked_tools"}
)


class OrbElement:
    """What stands behind one `<pinecall-orb>` once Python is up."""

    def __init__(self, host: Host, ports: Ports) -> None:
        self._host = host
        self._ports = ports
        self._regions = Regions(TEMPLATE)
        self._options: dict[str, object] = {}
        self._wording = Wording(Labels(), Labels().name)
        self._contexts: dict[str, object] = {}
        self._theme: dict[str, str] = {}
        self._session: VoiceSession | None = None
        self._leave: Callable[[], None] = _nobody
        self._outdated = False
        self._shown = VoiceState()
        self._refused: VoiceState | None = None
        self._frame: Cancel | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> VoiceState:
        """The call's state; that of a call not yet made before the first."""
        if self._refused is not None:
            return self._refused
        return VoiceState() if self._session is None else self._session.state

    def press(self) -> None:
        """The button: start a call, cancel it, hang up, or let a blocked sound be heard."""
        session = self._session
        if session is None or not is_live(session.state):
            with suppress(InvalidSetting):  # it is shown
                self._connect()
        elif session.state.audio_blocked:
            self._run(session.unlock_audio())
        else:
            session.disconnect()

    def attribute(self, name: str, value: str | None) -> None:
        """An HTML attribute was set, or taken away (None)."""
        if name == "name":
            self._wording = replace(self._wording, name=value or self._wording.labels.name)
            self._schedule()
        elif name == "label":
            self._wording = replace(self._wording, label=value or "")
            self._schedule()
        elif name in ("agent", "server"):
            self._option(name, value)

    def assign(self, name: str, value: object) -> None:
        """A property was set. Raises TypeError or ValueError for what it can't hold."""
        if name == "theme":
            self._paint(theme_properties(_mapping(name, value)))
        elif name == "labels":
            self._relabel(_mapping(name, value))
        elif snake(name) in _SESSION_OPTIONS:
            self._option(snake(name), value)

    def invoke(self, method: str, *arguments: Any) -> object:
        """A method was called. What it gives is plain data, or an awaitable.

        Raises what the session's method of that name does, and InvalidSetting where the page's
        settings make no session.
        """
        return self._methods()[method](*arguments)

    def unmount(self) -> None:
        """The element left the page: hang up and let go of everything."""
        for task in tuple(self._tasks):
            task.cancel()
        self._disconnect()
        self._drop_session()
        if self._frame is not None:
            self._frame.cancel()

    def _methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "toggleMute": lambda: self._current().toggle_mute(),
            "setMuted": lambda muted: self._current().set_muted(bool(muted)),
            "configure": lambda config: self._current().configure(config),
            "sendText": lambda text: self._current().send_text(text),
            "setContext": self._set_context,
            "getState": lambda: plain(self.state),
        }

    def _connect(self) -> Awaitable[None]:
        """Call, still inside the click. What the page got wrong is shown, like any error."""
        try:
            return self._current().connect()
        except InvalidSetting as error:
            self._refuse(error)
            raise

    def _disconnect(self) -> None:
        if self._session is not None:
            self._session.disconnect()

    def _refuse(self, error: InvalidSetting) -> None:
        """The page's own mistake: there is nothing to call with."""
        self._refused = VoiceState(status="error", error=str(error), error_code=error.code)
        self._host.emit("pinecall:error", {"message": str(error), "code": error.code})
        self._changed()

    def _current(self) -> VoiceSession:
        """The session that runs, or one with the options as they are now."""
        session = self._session
        if session is not None and (is_live(session.state) or not self._outdated):
            return session
        fresh = self._made()  # raises before anything is lost
        if session is not None and session.state.is_muted:
            fresh.set_muted(True)
        for key, value in self._contexts.items():
            fresh.set_context(key, value)
        self._drop_session()
        self._session, self._outdated, self._refused = fresh, False, None
        self._leave = fresh.subscribe(self._changed)
        fresh.on("error", self._error)
        return fresh

    def _made(self) -> VoiceSession:
        try:
            return VoiceSession(ports=self._ports, **self._options)
        except (TypeError, ValueError) as error:
            raise invalid_setting(error) from None

    def _drop_session(self) -> None:
        """Without a word to the page: to it the element is at rest, not destroyed."""
        self._leave()
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

    def _relabel(self, labels: Mapping[str, object]) -> None:
        try:
            words = Labels(**{key: str(value) for key, value in snake_keys(labels).items()})
        except TypeError as error:
            raise ValueError(f"labels: {error}") from error
        unnamed = self._wording.name == self._wording.labels.name
        name = words.name if unnamed else self._wording.name
        self._wording = replace(self._wording, labels=words, name=name)
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
        before, self._shown = self._shown, self.state
        if self._shown.status != before.status:
            self._host.emit("pinecall:status", {"status": self._shown.status})
        if self._shown.messages is not before.messages:
            self._host.emit("pinecall:transcript", {"messages": plain(self._shown.messages)})
        self._schedule()

    def _schedule(self) -> None:
        """One rendering for a frame, however many changes it brought."""
        if self._frame is None:
            self._frame = self._host.on_frame(self._draw)

    def _draw(self) -> None:
        self._frame = None
        view = orb_view(self.state, self._wording)
        self._host.set_classes(view.classes)
        for region, html in self._regions.changed(view):
            self._host.render(region, html)
        if self.state.status == "connected":
            self._draw_level()
            self._schedule()

    def _draw_level(self) -> None:
        """The sound of whoever speaks, straight to the style: no markup changes for it."""
        if self._session is not None:
            levels = self._session.levels
            level = levels.output if self.state.agent_speaking else levels.input
            # Ears hear ratios: the root brings soft speech up.
            self._host.set_property("--level", f"{min(1.0, 1.5 * math.sqrt(level)):.2f}")

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        """Go on with `work` by itself, until the element leaves the page."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _mapping(name: str, value: object) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be an object, not {type(value).__name__}")
    return value


def _nobody() -> None:
    """No session is listened to yet."""
