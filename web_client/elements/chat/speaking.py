"""What is spoken in a chat box: calls, and dictation into its field (3-elements).

A call is another session beside the chat's, and the two tell each other what was said: the call
begins with the whole conversation as its context `conversation`, and what was said in it is the
chat's context from then on (2-sessions, 2.1: kept, and sent whenever a session comes up). The chat
stays connected meanwhile.
"""

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

from web_client.elements.base import mapping
from web_client.elements.chat.call import Call
from web_client.elements.chat.chatting import ChattingElement
from web_client.elements.chat.dictation import Dictation
from web_client.elements.chat.view import Problem, elapsed, ending
from web_client.elements.host import Host
from web_client.elements.meter import Meter
from web_client.elements.plain import plain
from web_client.elements.settings import InvalidSetting, invalid_setting
from web_client.sessions.dictation import DictationSession
from web_client.sessions.ports import Ports
from web_client.sessions.voice import VoiceSession
from web_client.state.conversation import conversation
from web_client.state.voice_state import VoiceState

_Other = TypeVar("_Other", VoiceSession, DictationSession)
_CARRIED: Final = "conversation"


class SpeakingElement(ChattingElement):
    """A chat with one agent that goes on by voice and comes back."""

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports)
        self._for_calls: dict[str, object] = {}
        self._call = Call(self._call_changed, partial(self._failed, ""), self._call_over)
        self._call_shown = VoiceState()
        self._meter = Meter(host, self._level)
        self._dictation = Dictation(host, self._dictated, partial(self._failed, "dictate"))
        self._sends_dictated = False

    def assign(self, name: str, value: object) -> None:
        if name in ("config", "metadata"):
            self._for_calls[name] = mapping(name, value)
        else:
            super().assign(name, value)

    def unmount(self) -> None:
        if self._call.session is not None:
            self._call.close()
            self._host.emit("pinecall:call", {"status": "idle"})
        self._dictation.close()
        self._meter.cancel()
        super().unmount()

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {
            "call": self._ring,
            "hangUp": self._call.hang_up,
            "toggleMute": self._toggle_mute,
            "setMuted": self._set_muted,
            "getState": self._told,
        }

    @abstractmethod
    def _announce(self, words: str) -> None:
        """Say it to whoever doesn't see the page."""

    # The chat, with a call beside it

    def _say(self, text: str) -> None:
        if self._call.session is None:
            super()._say(text)
        else:
            self._call.say(text)
            self._problem(None)

    def _disconnect(self) -> None:
        self._be_quiet()
        super()._disconnect()

    def _leave_conversation(self) -> None:
        self._be_quiet()
        super()._leave_conversation()

    def _be_quiet(self) -> None:
        """Nobody speaks any more."""
        self._call.hang_up()
        self._dictation.end()

    def _forget(self) -> None:
        super()._forget()
        if (call := self._call.state) is not None:
            self._talk.call_begins()
            self._talk.hear(call.messages)

    def _set_context(self, key: str, value: object) -> None:
        if self._call.session is not None:
            self._call.session.set_context(key, value)  # raises before the chat is told
        super()._set_context(key, value)

    def _told(self) -> object:
        state: Any = plain(self.state)
        said = [self._for_page(message) for message in self._transcript()]
        return state | {"messages": said, "call": plain(self._call.state)}

    # The call

    def _ring(self) -> None:
        """Call, inside the click; in a call nothing more."""
        if self._call.session is not None:
            return
        self._shown_session()
        session = self._beside(VoiceSession, "webrtc", **self._for_calls)
        try:
            for key, value in self._contexts.items():
                session.set_context(key, value)
        except ValueError as error:  # for the chat it was not too long
            session.destroy()
            refused = InvalidSetting(str(error))
            self._failed("", str(refused), refused.code)
            raise refused from None
        if said := conversation(self._talk.said(self.state.messages)):
            session.set_context(_CARRIED, said)
        self._dictation.end()
        self._problem(None)
        self._talk.call_begins()
        self._call.begin(session)

    def _toggle_mute(self) -> None:
        if self._call.session is not None:
            self._call.session.toggle_mute()

    def _set_muted(self, muted: object) -> None:
        if self._call.session is not None:
            self._call.session.set_muted(bool(muted))

    def _unlock(self) -> None:
        if self._call.session is not None:
            self._run(self._call.session.unlock_audio())

    def _call_changed(self, call: VoiceState) -> None:
        before, self._call_shown = self._call_shown, call
        self._talk.hear(call.messages)
        if call.status != before.status:
            self._host.emit("pinecall:call", {"status": call.status})
        if call.messages is not before.messages:
            self._tell_transcript()
        if before.error and not call.error:
            self._problem(None)
        if call.status == "connected":
            self._meter.begin()
        self._schedule()

    def _call_over(self, call: VoiceState, unheard: tuple[str, ...]) -> None:
        words = ending(call, self._wording)
        if call.messages or call.duration:
            self._talk.hear(call.messages)
            self._talk.call_ends(self.state.messages, words, elapsed(call))
        else:
            self._talk.call_never_was()
        if call.error:
            self._problem(Problem(call.error, "talk", call.error_code))
        self._call_shown = VoiceState()
        self._host.emit("pinecall:call", {"status": call.status})
        self._tell_transcript()
        if self._session is not None and (spoken := conversation(self._talk.spoken())):
            self._session.set_context(_CARRIED, spoken)
        for text in unheard:
            self._say(text)
        self._announce(words)

    def _level(self) -> float | None:
        """Of whoever speaks, in a call or into the field; None where nobody is listened to."""
        call = self._call.session
        if call is None:
            return self._dictation.level
        if call.state.status != "connected":
            return None
        return call.levels.output if call.state.agent_speaking else call.levels.input

    # Dictation

    def _dictate(self) -> None:
        """Begin, or end, what is said into the field; inside the click."""
        if self._dictation.dictating:
            self._run(self._dictation.stop())
        elif self._call.session is None:
            language = self._choice.language or None
            session = self._beside(DictationSession, "chat", language=language)
            self._problem(None)
            self._sends_dictated = False
            self._dictation.begin(session)
            self._meter.begin()

    def _dictated(self) -> None:
        if not self._dictation.dictating and self._sends_dictated:
            self._sends_dictated = False
            if self.submit(self._host.written()):
                self._host.write("")
        self._schedule()

    # Both

    def _beside(self, make: type[_Other], channel: str, **options: object) -> _Other:
        """A session beside the chat's, with the page's options as they are now. Raises
        InvalidSetting, which is shown."""
        page = {name: self._options[name] for name in ("agent", "server") if name in self._options}
        provider = self._provider and partial(self._provider, channel)
        try:
            return make(ports=self._ports, token_provider=provider, **page, **options)
        except (TypeError, ValueError) as error:
            refused = invalid_setting(error)
            self._refuse(refused)
            raise refused from None

    def _failed(self, act: str, message: str, code: str) -> None:
        self._problem(Problem(message, act, code))
        self._host.emit("pinecall:error", {"message": message, "code": code})
