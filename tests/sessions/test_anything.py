"""Whatever a person, a page, a network and a server do, in whatever order.

No exception gets out, there are never two live attempts or two microphones, ids are unique and
rising, and after the end nothing is open.
"""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.sessions.loop import other_tasks, settled
from web_client import ChatSession, MicrophoneRefused, VoiceSession
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import FakePorts, fake_ports

CHAT_WORDS: list[dict[str, Any]] = [
    {"event": "chat.connected", "session_id": "s"},
    {"event": "chat.history", "messages": [{"role": "user", "text": "a"}]},
    {"event": "chat.token", "message_id": "m1", "text": "Hel"},
    {"event": "chat.done", "message_id": "m1", "text": "Hello"},
    {"event": "chat.done", "message_id": "m2", "text": "There"},
    {"event": "chat.tool_call", "tool_calls": [{"id": "c1", "name": "t", "arguments": {}}]},
    {"event": "chat.tool_result", "tool_call_id": "c1", "name": "t", "result": None},
    {"event": "chat.error", "error": "no"},
    {"event": "error", "error": "down"},
    {"event": "new.thing"},
    {"event": 7},
]
VOICE_WORDS: list[dict[str, Any]] = [
    {"event": "user.speaking", "text": "a ta"},
    {"event": "user.message", "text": "a table"},
    {"event": "turn.end"},
    {"event": "bot.speaking", "message_id": "m1", "text": "Of course."},
    {"event": "bot.word", "message_id": "m1", "word": "Of", "word_index": 0},
    {"event": "bot.finished", "message_id": "m1"},
    {"event": "bot.interrupted", "message_id": "m1"},
    {"event": "llm.tool_call", "tool_calls": [{"id": "c1", "name": "t", "arguments": {}}]},
    {"event": "session.idle_warning", "remaining_seconds": 3},
    {"event": "session.timeout", "reason": "idle_timeout"},
    {"event": "new.thing"},
]


class Anything(RuleBasedStateMachine):
    """What both sessions may meet. The loop runs only when a rule lets it."""

    session: ChatSession | VoiceSession

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.faults: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.ports: FakePorts = fake_ports()
        self.tokens: dict[str, Any] = dict(self.ports.network.answers)
        self.waiters: list[asyncio.Future[None]] = []
        self.do(self.begin)

    def begin(self) -> None:
        raise NotImplementedError

    def do(self, act: Callable[[], object]) -> None:
        """Run one act inside the loop; what was ready before it runs too."""

        async def acting() -> None:
            act()

        self.loop.run_until_complete(acting())

    @rule()
    def let_run(self) -> None:
        self.loop.run_until_complete(settled())

    @rule()
    def connect(self) -> None:
        self.do(lambda: self.waiters.append(self.session.connect()))

    @rule()
    def disconnect(self) -> None:
        self.do(self.session.disconnect)
        assert self.ports.open == []

    @rule(value=st.none() | st.text(max_size=3) | st.integers())
    def set_context(self, value: object) -> None:
        self.do(lambda: self.session.set_context("page", value))

    @rule(seconds=st.sampled_from([0.1, 1, 5, 30, 120]))
    def advance(self, seconds: float) -> None:
        self.do(lambda: self.ports.clock.advance(seconds))

    @rule()
    def come_online(self) -> None:
        self.do(self.ports.network.come_online)

    @rule(answer=st.sampled_from([None, HttpResponse(403, "no"), NetworkFailed("offline")]))
    def tokens_are_to_be_had_or_not(self, answer: Any) -> None:
        for path, usual in self.tokens.items():
            if path.endswith("/token"):
                self.ports.network.answers[path] = answer or usual

    @invariant()
    def ids_rise(self) -> None:
        ids = [message.id for message in self.session.state.messages]
        assert len(set(ids)) == len(ids)

    @invariant()
    def nothing_got_out(self) -> None:
        assert self.faults == []

    @invariant()
    def one_attempt_and_one_microphone(self) -> None:
        for thing in ("socket", "peer", "microphone", "playback", "online listener"):
            assert self.ports.open.count(thing) <= 1

    @invariant()
    def idle_holds_nothing(self) -> None:
        if self.session.state.status in ("idle", "error"):
            assert self.ports.open == []

    def teardown(self) -> None:
        self.do(self.session.destroy)
        assert self.ports.open == []
        self.loop.run_until_complete(settled())
        self.loop.run_until_complete(self._nothing_runs())
        assert self.faults == []
        assert all(waiter.done() for waiter in self.waiters)
        self.loop.close()

    async def _nothing_runs(self) -> None:
        assert other_tasks() == set()


class AnyChat(Anything):
    session: ChatSession

    def begin(self) -> None:
        self.session = ChatSession(agent="florencia", ports=self.ports)

    @rule(text=st.text("ab ", min_size=1, max_size=3).filter(str.strip))
    def send(self, text: str) -> None:
        self.do(lambda: self.session.send(text))

    @rule(number=st.integers(1, 5))
    def retry(self, number: int) -> None:
        self.do(lambda: self.session.retry(number))

    @precondition(lambda self: self.ports.network.sockets)
    @rule(words=st.sampled_from(CHAT_WORDS))
    def server_says(self, words: dict[str, Any]) -> None:
        self.do(lambda: self.ports.network.sockets[-1].receive(words))

    @precondition(lambda self: self.ports.network.sockets)
    @rule(code=st.sampled_from([1000, 1006, 4003]))
    def socket_drops(self, code: int) -> None:
        self.do(lambda: self.ports.network.sockets[-1].drop(code))

    @precondition(lambda self: self.ports.network.sockets)
    @rule(words=st.sampled_from(CHAT_WORDS))
    def stale_sockets_say(self, words: dict[str, Any]) -> None:
        self.do(partial(self._nothing_comes_of, json.dumps(words)))

    def _nothing_comes_of(self, text: str) -> None:
        before = self.session.state
        for socket in self.ports.network.sockets[:-1]:
            socket.events.received(text)
            socket.events.closed(1006, "late")
        assert self.session.state is before

    @invariant()
    def messages_stand_where_they_were_made(self) -> None:
        """But for the user's own, which stand where they were sent."""
        messages = self.session.state.messages
        ids = [m.id for m in messages if m.role != "user" and not m.is_history]
        assert ids == sorted(ids)


class AnyVoice(Anything):
    session: VoiceSession

    def begin(self) -> None:
        self.session = VoiceSession(agent="florencia", ports=self.ports)

    @rule(text=st.text("ab ", min_size=1, max_size=3).filter(str.strip))
    def send_text(self, text: str) -> None:
        self.do(lambda: self.session.send_text(text))

    @rule()
    def toggle_mute(self) -> None:
        self.do(self.session.toggle_mute)

    @rule(refusal=st.sampled_from([None, MicrophoneRefused("Allow it, then press again.")]))
    def microphones_are_to_be_had_or_not(self, refusal: MicrophoneRefused | None) -> None:
        self.ports.media.refusal = refusal

    @precondition(lambda self: self.ports.peer.made)
    @rule(state=st.sampled_from(["connected", "disconnected", "failed", "closed"]))
    def peer_changes(self, state: Any) -> None:
        self.do(lambda: self.ports.peer.made[-1].change(state))

    @precondition(lambda self: self.ports.peer.made)
    @rule()
    def channel_closes(self) -> None:
        self.do(self.ports.peer.made[-1].close_channel)

    @precondition(lambda self: self.ports.peer.made)
    @rule(words=st.sampled_from(VOICE_WORDS))
    def server_says(self, words: dict[str, Any]) -> None:
        self.do(lambda: self.ports.peer.made[-1].receive(words))

    @precondition(lambda self: self.ports.media.microphones)
    @rule()
    def microphone_is_pulled_out(self) -> None:
        self.do(self.ports.media.microphones[-1].pull_out)
        self.let_run()

    @invariant()
    def muted_is_silent(self) -> None:
        if self.session.state.is_muted:
            live = [peer.microphone for peer in self.ports.peer.made if not peer.closed]
            assert not any(microphone.level() for microphone in live)

    @invariant()
    def messages_stand_where_they_were_made(self) -> None:
        ids = [message.id for message in self.session.state.messages]
        assert ids == sorted(ids)


_MODEST = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyChat = AnyChat.TestCase
TestAnyChat.settings = _MODEST
TestAnyVoice = AnyVoice.TestCase
TestAnyVoice.settings = _MODEST
