"""The conversation of a chat box as one list: a chat, and among it the calls."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.elements.conftest import FakeHost
from web_client.elements.chat.talk import Talk
from web_client.elements.wording import Wording
from web_client.state.chat_state import ChatMessage
from web_client.state.messages import Messages
from web_client.state.renew import replace
from web_client.state.voice_state import VoiceMessage
from web_client.testing import FakeClock

MOVES = ("write", "answer", "wait", "grow", "history", "call", "hear", "correct", "end", "reword")


class Play:
    """One conversation, move by move. A move that can't be made now is none."""

    def __init__(self) -> None:
        self.talk = Talk(FakeClock())
        self.page = FakeHost()
        self.chat: Messages[ChatMessage] = Messages()
        self.call: Messages[VoiceMessage] | None = None
        self.ids = 0

    def make(self, move: str) -> None:
        getattr(self, f"_{move}")()

    def _next(self) -> int:
        self.ids += 1
        return self.ids

    def _write(self) -> None:
        self.chat = self.chat.append(ChatMessage(self._next(), "user", "a", status="sent"))

    def _wait(self) -> None:
        self.chat = self.chat.append(ChatMessage(self._next(), "user", "b", status="queued"))

    def _answer(self) -> None:
        """Before what waits, wherever that was written."""
        place = self.chat.last(lambda message: message.status != "queued")
        reply = ChatMessage(self._next(), "bot", "c", is_streaming=True)
        self.chat = self.chat.insert(0 if place is None else place + 1, reply)

    def _grow(self) -> None:
        if len(self.chat):
            last = self.chat[-1]
            self.chat = self.chat.replace(len(self.chat) - 1, replace(last, text=last.text + "!"))

    def _history(self) -> None:
        self.chat = self.chat.insert(0, ChatMessage(self._next(), "bot", "d", is_history=True))

    def _call(self) -> None:
        if self.call is None:
            self.talk.call_begins()
            self.call = Messages()

    def _hear(self) -> None:
        if self.call is not None:
            self.call = self.call.append(VoiceMessage(len(self.call) + 1, "user", "e"))
            self.talk.hear(self.call)

    def _correct(self) -> None:
        if self.call:
            last = self.call[-1]
            self.call = self.call.replace(len(self.call) - 1, replace(last, text=last.text + "?"))
            self.talk.hear(self.call)

    def _end(self) -> None:
        if self.call is not None:
            if self.call:
                self.talk.call_ends(self.chat, "Over", "0:01")
            else:
                self.talk.call_never_was()
            self.call = None

    def _reword(self) -> None:
        self.talk.reword(Wording(given_name="Mara"), asks=True)
        self.page.render("rows", "")


def seen(page: FakeHost) -> list[int]:
    """What stands on the page, without the lines that end a call."""
    return [number for number in page.order if 'class="ended"' not in page.rows[number]]


@given(st.lists(st.sampled_from(MOVES), min_size=20, max_size=60))
def test_the_page_the_list_and_the_conversation_are_one(moves: list[str]) -> None:
    play = Play()
    for move in moves:
        play.make(move)
        said = list(play.talk.said(play.chat))
        assert list(play.talk.all(play.chat)) == said
        play.page.place(play.talk.changed(play.chat))
        assert seen(play.page) == [message.id for message in said]


def test_of_a_long_conversation_only_the_end_is_made_anew() -> None:
    play = Play()
    for _ in range(1000):
        play.make("write")
    for move in ("call", "hear", "hear", "end", "write"):
        play.make(move)
    before = play.talk.all(play.chat)
    play.make("grow")
    after = play.talk.all(play.chat)
    assert isinstance(before, Messages)
    assert isinstance(after, Messages)
    assert after.shared(before) >= 960
    play.make("call")
    play.make("hear")
    before = play.talk.all(play.chat)
    play.make("correct")
    after = play.talk.all(play.chat)
    assert isinstance(before, Messages)
    assert isinstance(after, Messages)
    assert after.shared(before) >= 960
