"""What a chat and a call have beyond the common surface: somebody who answers."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from web_client.sessions.events import MessageEvent
from web_client.sessions.session import Deeds, Named, Session
from web_client.state.chat_state import ChatState
from web_client.state.effects import MessageChanged
from web_client.state.local import ContextSet
from web_client.state.voice_state import VoiceState

_State = TypeVar("_State", ChatState, VoiceState)


class Conversation(Session[_State]):
    """A session with an agent who is told things, and answers (2-sessions, 2.1)."""

    def set_context(self, key: str, value: Any) -> None:
        """A keyed block in the agent's prompt; None clears it.

        A string goes as it is, all else as JSON. Kept, and sent whenever the session comes up.
        Set by the client and forgeable: nothing to authorise on. Raises TypeError or ValueError
        for what JSON has no form of.
        """
        self._check()
        self._feed(ContextSet(key, context_text(value)))

    def _deeds(self) -> Deeds:
        return {**super()._deeds(), MessageChanged: self._raise_message}

    def _raise_message(self, effect: MessageChanged) -> Named:
        messages: Any = self._store.state.messages
        return "message", MessageEvent(messages.found(effect.id)[1])


def words(text: str) -> str:
    """What somebody wrote, trimmed. Raises ValueError where no word is in it, and TypeError for
    what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"Only text can be sent, and this is {type(text).__name__}.")
    trimmed = text.strip()
    if not trimmed:
        raise ValueError("There is nothing to send: write something first.")
    return trimmed


def context_text(value: Any) -> str | None:
    """A context as it goes on the wire. Raises TypeError or ValueError."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def json_object(value: Mapping[str, Any]) -> dict[str, Any]:
    """A copy that is sure to go on the wire; raises TypeError or ValueError for what can't."""
    copied: dict[str, Any] = json.loads(json.dumps(dict(value), allow_nan=False))
    return copied
