"""What is typed into a chat or a call, and the messages it shows."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.sessions.anything import Anything
from web_client import ChatSession, VoiceSession


class AnyConversation(Anything):
    """Ids are unique and rising (2-sessions, 2.1)."""

    session: ChatSession | VoiceSession

    def __init__(self) -> None:
        self.typed: list[str] = []
        self.highest = 0
        self.known: set[int] = set()
        super().__init__()

    def type_something(self) -> str:
        """A text like no other, so that it can be followed."""
        self.typed.append(f"typed {len(self.typed)}")
        return self.typed[-1]

    @invariant()
    def ids_are_unique_and_rise(self) -> None:
        ids = [message.id for message in self.session.state.messages]
        assert len(set(ids)) == len(ids)
        new = set(ids) - self.known
        assert all(number > self.highest for number in new)
        self.known |= new
        self.highest = max(self.known, default=0)

    @rule(value=st.none() | st.text(max_size=3) | st.integers())
    def set_context(self, value: object) -> None:
        self.do(lambda: self.session.set_context("page", value))

    def methods(self) -> list[Callable[[], object]]:
        return [*super().methods(), self.say, lambda: self.session.set_context("a", "b")]
