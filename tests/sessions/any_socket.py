"""What may become of a WebSocket: it opens late or never, drops, and speaks when it is stale."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.sessions.anything import Anything
from web_client import ChatSession, DictationSession
from web_client.testing import ScriptedSocket


class AnySocket(Anything):
    """Of several sockets only the last one is heard (2-sessions, 2.1)."""

    session: ChatSession | DictationSession

    @property
    def sockets(self) -> list[ScriptedSocket]:
        return self.ports.network.sockets

    @rule(how=st.sampled_from(["work", "begin_dictation", "silent"]))
    def the_server_works_or_is_silent(self, how: str) -> None:
        """Or, in a dictation, begins and then is."""
        network = self.ports.network
        begins = how == "begin_dictation" and isinstance(self.session, DictationSession)
        network.serve = getattr(network, how if begins or how == "silent" else "work")

    @precondition(lambda self: self.sockets)
    @rule()
    def socket_opens(self) -> None:
        self.do(self.sockets[-1].open)

    @precondition(lambda self: self.sockets)
    @rule(code=st.sampled_from([1000, 1006, 4003]))
    def socket_drops(self, code: int) -> None:
        self.do(lambda: self.sockets[-1].drop(code, "gone"))

    def receive(self, text: str) -> None:
        if self.sockets:
            self.sockets[-1].receive(text)

    @precondition(lambda self: self.frames)
    @rule(place=st.integers(0, 200))
    def stale_sockets_say(self, place: int) -> None:
        self.do(lambda: self._nothing_comes_of(self.frames[place % len(self.frames)]))

    def _nothing_comes_of(self, text: str) -> None:
        before = self.session.state
        for socket in self.sockets[:-1]:
            socket.events.opened()
            socket.events.received(text)
            socket.events.closed(1006, "late")
        assert self.session.state is before

    def whole_again(self) -> None:
        self.ports.network.serve = self.ports.network.work
        super().whole_again()
