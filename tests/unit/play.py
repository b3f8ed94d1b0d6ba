"""Plays events to a table, as a session would, and keeps what came of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from tests.effects import OF_A_CALL, OF_A_CHAT, OF_A_DICTATION
from web_client.protocol import ClientFrame
from web_client.state import (
    CHAT,
    DICTATION,
    VOICE,
    ChatCore,
    DictationCore,
    Effect,
    Send,
    Table,
    VoiceCore,
    dictation_core,
)
from web_client.state import chat_core as new_chat
from web_client.state import voice_core as new_voice
from web_client.state.table import step

CoreT = TypeVar("CoreT", ChatCore, VoiceCore, DictationCore)


@dataclass(frozen=True)
class Play(Generic[CoreT]):
    """A session so far: its core, the time, and the effects of the last `then`, each of which
    must be one that sessions of its kind know."""

    table: Table[CoreT]
    known: frozenset[type]
    core: CoreT
    now: float = 1000.0
    effects: tuple[Effect, ...] = ()

    def then(self, *events: object, after: float = 0.0) -> "Play[CoreT]":
        """Further events, all of them `after` seconds later."""
        core, effects = self.core, list[Effect]()
        for event in events:
            core, more = step(self.table, core, event, self.now + after)
            effects += more
        assert self.known.issuperset(map(type, effects))
        return replace(self, core=core, now=self.now + after, effects=tuple(effects))

    @property
    def state(self) -> Any:
        return self.core.state

    @property
    def frames(self) -> list[ClientFrame]:
        return [effect.frame for effect in self.effects if isinstance(effect, Send)]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.state.messages]

    def fields(self, *names: str) -> list[tuple[Any, ...]]:
        """These fields of each message."""
        return [tuple(getattr(m, name) for name in names) for m in self.state.messages]


def chat(*events: object, turn_timeout: float = 60.0) -> Play[ChatCore]:
    return Play(CHAT, OF_A_CHAT, new_chat(turn_timeout)).then(*events)


def voice(
    *events: object, tracked_tools: Iterable[str] | None = None, start_muted: bool = False
) -> Play[VoiceCore]:
    tools = None if tracked_tools is None else tuple(tracked_tools)
    return Play(VOICE, OF_A_CALL, new_voice(tools, start_muted)).then(*events)


def dictation(*events: object, done_timeout: float = 2.5) -> Play[DictationCore]:
    return Play(DICTATION, OF_A_DICTATION, dictation_core(done_timeout)).then(*events)
