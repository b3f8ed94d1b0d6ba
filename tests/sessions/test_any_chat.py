"""A chat among anything: nothing that is typed is ever lost, nor said twice (2-sessions, 2.2)."""

import json
from collections import Counter
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.sessions.any_conversation import AnyConversation
from tests.sessions.any_socket import AnySocket
from tests.sessions.anything import AMOUNT
from tests.sessions.nonsense import CHAT, HUGE, NOTHING
from web_client import ChatSession
from web_client.testing import ScriptedSocket


class AnyChat(AnyConversation, AnySocket):
    session: ChatSession

    def begin(self) -> None:
        self.tried_again = Counter[str]()
        self.answers = 0
        self.messages_sent = 0, 0
        self.heard_at = 0, 0
        self.session = ChatSession(agent="florencia", ports=self.ports)

    @property
    def arrived(self) -> Counter[str]:
        """How often the servers got each text."""
        frames = (frame for socket in self.sockets for frame in socket.frames)
        return Counter(frame["text"] for frame in frames if frame["event"] == "message")

    @invariant()
    def nothing_typed_is_lost_or_said_twice(self) -> None:
        messages = [m for m in self.session.state.messages if m.role == "user" and not m.is_history]
        assert sorted(m.text for m in messages) == sorted(self.typed)
        assert self.session.state.queued == sum(m.status == "queued" for m in messages)
        arrived = self.arrived
        for message in messages:
            times, again = arrived[message.text], self.tried_again[message.text]
            assert message.status in ("queued", "sent", "failed")
            assert message.status != "sent" or times >= 1
            assert times <= again + (message.status != "queued")

    @invariant()
    def one_at_a_time(self) -> None:
        """A second message waits for an answer to the first, or for the end of patience."""
        if not self.sockets:
            return
        frames = [frame for frame in self.sockets[-1].frames if frame["event"] == "message"]
        connection, before = self.messages_sent
        new = len(frames) - before if connection == len(self.sockets) else len(frames) - 1
        assert new <= self.answers
        if new > 0:
            self.answers = 0
        self.messages_sent = len(self.sockets), max(len(frames), 1)

    @invariant()
    def messages_stand_where_they_were_made(self) -> None:
        """But for the user's own, which stand where they were sent."""
        messages = self.session.state.messages
        ids = [m.id for m in messages if m.role != "user" and not m.is_history]
        assert ids == sorted(ids)

    @invariant()
    def who_streams_shows_it(self) -> None:
        state = self.session.state
        streaming = [m.text for m in state.messages if m.is_streaming]
        assert streaming in ([], [state.streaming_text])
        assert not state.typing or state.status in ("connecting", "connected", "reconnecting")

    @rule()
    def send(self) -> None:
        self.do(self.say)

    def say(self) -> None:
        self.session.send(self.type_something())

    @rule(number=st.integers(0, 30))
    def retry(self, number: int) -> None:
        self.do(partial(self._retry, number))

    def _retry(self, number: int) -> None:
        for message in self.session.state.messages:
            if message.id == number and message.status == "failed":
                self.tried_again[message.text] += 1
        self.session.retry(number)

    @rule()
    def retry_what_failed(self) -> None:
        for message in self.session.state.messages:
            if message.status == "failed":
                self.retry(message.id)

    @precondition(lambda self: self.sockets)
    @rule(code=st.sampled_from([1000, 1006, 4003]))
    def socket_drops(self, code: int) -> None:
        """Nobody knows whether what had no answer arrived: it can be sent again."""
        socket = self.sockets[-1]
        unanswered = ""
        if socket.state == "open" and socket.frames and not self.heard_since(socket):
            unanswered = socket.frames[-1].get("text", "")
        super().socket_drops(code)
        asked = [m for m in self.session.state.messages if m.role == "user" and not m.is_history]
        assert all(m.status == "failed" for m in asked if m.text == unanswered)

    def heard_since(self, socket: ScriptedSocket) -> bool:
        """Whether anything came, or patience ended, after the last frame was sent."""
        return self.heard_at == (len(self.sockets), len(socket.sent))

    @rule(seconds=st.sampled_from([0.1, 1, 5, 30, 120]))
    def advance(self, seconds: float) -> None:
        """In steps in which no more than one turn can run out of patience."""
        for step in (30.0,) * int(seconds // 30) or (seconds,):
            self.answered()
            super().advance(step)
            self.one_at_a_time()

    def answered(self) -> None:
        if self.sockets:
            self.answers += 1
            self.heard_at = len(self.sockets), len(self.sockets[-1].sent)

    def receive(self, text: str) -> None:
        if self.sockets:
            self.answered()
            super().receive(text)
            self.one_at_a_time()

    @rule(text=CHAT | CHAT | CHAT | NOTHING)
    def server_says(self, text: str) -> None:
        self.hear(text)

    @rule(which=st.integers(0, len(HUGE) - 1))
    def server_says_much(self, which: int) -> None:
        self.hear(HUGE[which])

    @rule(places=st.lists(st.integers(0, 30), max_size=5))
    def server_restores_the_thread(self, places: list[int]) -> None:
        """Of what arrived, anything; and what nobody here knows of."""
        known = [*self.arrived, "from another day"]
        texts = [known[place % len(known)] for place in places]
        entries = [{"role": "user", "text": text} for text in texts]
        self.hear(json.dumps({"event": "chat.history", "messages": entries}))

    def whole_again(self) -> None:
        """And all that ever failed can be sent, one after the other."""
        super().whole_again()
        self.retry_what_failed()
        for turn in range(len(self.typed) + 1):
            answer = {"event": "chat.done", "message_id": f"last {turn}", "text": "Yes."}
            self.do(partial(self.receive, json.dumps(answer)))
        own = [m for m in self.session.state.messages if m.role == "user" and not m.is_history]
        assert all(message.status == "sent" for message in own)
        assert self.session.state.queued == 0
        assert not self.session.state.typing
        self.nothing_typed_is_lost_or_said_twice()


TestAnyChat = AnyChat.TestCase
TestAnyChat.settings = AMOUNT
