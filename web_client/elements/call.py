"""What the elements that call have in common: a `VoiceSession`, its button and its sound."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, ClassVar

from web_client.elements.element import SessionElement
from web_client.elements.host import Host
from web_client.elements.meter import Meter
from web_client.elements.settings import InvalidSetting
from web_client.sessions.ports import Ports
from web_client.sessions.typed import refuse_long
from web_client.sessions.voice import Levels, VoiceSession
from web_client.state.voice_state import VoiceState


class CallElement(SessionElement[VoiceSession, VoiceState]):
    """What stands behind a tag that makes calls."""

    session_options: ClassVar = frozenset(
        {"agent", "server", "config", "metadata", "token_provider", "tracked_tools"}
    )

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports, VoiceState())
        self._meter = Meter(host, self._level)

    def act(self, name: str, value: str) -> None:
        if name == "talk":
            self.press()

    def assign(self, name: str, value: object) -> None:
        if name == "tokenProvider" and callable(value):
            super().assign(name, partial(value, "webrtc"))
        else:
            super().assign(name, value)

    def press(self) -> None:
        """The orb's button: start a call, cancel it, hang up, or let a blocked sound be heard."""
        session = self._session
        if session is None or not self.is_live:
            with suppress(InvalidSetting):  # it is shown
                self._connect()
        elif self.state.audio_blocked:
            self._run(session.unlock_audio())
        else:
            session.disconnect()

    def unmount(self) -> None:
        super().unmount()
        self._meter.cancel()

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {
            "toggleMute": lambda: self._current().toggle_mute(),
            "setMuted": lambda muted: self._current().set_muted(bool(muted)),
            "configure": lambda config: self._current().configure(config),
            "sendText": lambda text: self._current().send_text(text),
        }

    def _made(self) -> VoiceSession:
        options: dict[str, Any] = self._options
        return VoiceSession(ports=self._ports, **options)

    def _set_context(self, key: str, value: object) -> None:
        """What is too long for a call is refused now, and not at the press of the button."""
        refuse_long(key, value)
        super()._set_context(key, value)

    def _in_error(self, message: str, code: str) -> VoiceState:
        return VoiceState(status="error", error=message, error_code=code)

    def _succeeds(self, before: VoiceSession, fresh: VoiceSession) -> None:
        kept = before.kept
        # Not `is_muted`: with push-to-talk that is so whenever nobody holds the key.
        fresh.set_muted(kept.silenced)
        if kept.config:
            fresh.configure(kept.config)
        fresh.take_over(before.unsent)

    def _paint_frame(self) -> None:
        super()._paint_frame()
        self._meter.begin()

    def _level(self) -> float | None:
        """Of whoever speaks; None but in a call."""
        if self._session is None or self.state.status != "connected":
            return None
        return self._louder(self._session.levels)

    def _louder(self, levels: Levels) -> float:
        return levels.output if self.state.agent_speaking else levels.input
