"""The chat of a chat box: its session, its threads, and all that was said (3-elements)."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from web_client.elements.chat.talk import Talk
from web_client.elements.chat.threads import Threads
from web_client.elements.chat.view import Problem
from web_client.elements.element import SessionElement
from web_client.elements.host import Host
from web_client.sessions.chat import ChatSession
from web_client.sessions.conversation import words
from web_client.sessions.ports import Ports
from web_client.state.chat_state import ChatMessage, ChatState
from web_client.state.voice_state import VoiceMessage

Provider = Callable[[str], Any]
"""The page's `tokenProvider`: it is told the channel, `chat` or `webrtc`."""


class ChattingElement(SessionElement[ChatSession, ChatState]):
    """What stands behind a tag that chats, and remembers its conversations."""

    session_options: ClassVar = frozenset({"agent", "server", "token_provider"})

    def __init__(self, host: Host, ports: Ports) -> None:
        super().__init__(host, ports, ChatState())
        self._talk = Talk(ports.clock)
        self._threads = Threads(host, ports.clock.now)
        self._user = ""
        self._keeps_threads = True
        self._provider: Provider | None = None

    def attribute(self, name: str, value: str | None) -> None:
        super().attribute(name, value)
        if name == "user" and (value or "") != self._user:
            self._user = value or ""
            self._leave_conversation()
            self._belong()
        elif name == "no-history":
            self._keeps_threads = value is None
            self._belong()
        elif name == "agent" and not self.is_live:
            self._belong()

    def assign(self, name: str, value: object) -> None:
        if name == "tokenProvider":
            self._provider = value if callable(value) else None
            super().assign(name, partial(value, "chat") if callable(value) else value)
        else:
            super().assign(name, value)

    def _methods(self) -> dict[str, Callable[..., object]]:
        return super()._methods() | {"sendText": lambda text: self._say(words(text))}

    @abstractmethod
    def _problem(self, problem: Problem | None) -> None:
        """Show what went wrong beside the chat, or, with None, that nothing is wrong any more."""

    # The chat

    def _made(self) -> ChatSession:
        options: dict[str, Any] = self._options
        self._belong()
        return ChatSession(ports=self._ports, thread=self._threads.current, **options)

    def _in_error(self, message: str, code: str) -> ChatState:
        return ChatState(status="error", error=message, error_code=code)

    def _say(self, text: str) -> None:
        session = self._shown_session()
        if not self.is_live:
            session.connect()
        session.send(text)
        self._threads.said(text)
        self._problem(None)

    def _retry(self, number: str) -> None:
        session = self._shown_session()
        if not self.is_live:
            session.connect()
        session.retry(int(number))

    def _text(self, number: str) -> str:
        """Of a message; empty where there is none of that number any more."""
        message = self._talk.find(self.state.messages, int(number))
        return "" if message is None else message.text

    def _succeeds(self, before: ChatSession, fresh: ChatSession) -> None:
        self._forget()
        fresh.take_over(before.unsent)

    # Threads

    def _belong(self) -> None:
        agent = str(self._options.get("agent", ""))
        self._threads.belong(agent, self._user, kept=self._keeps_threads and bool(agent))

    def _leave_conversation(self) -> None:
        """Nothing of it goes on, nor is to be seen any more."""
        self._drop_session()
        self._refused = None
        self._forget()
        self._problem(None)
        self._changed()

    def _begin_anew(self) -> None:
        self._leave_conversation()
        self._threads.begin()

    def _open_thread(self, thread: str) -> None:
        if self._threads.open(thread):
            self._leave_conversation()
            self._connect()

    def _remove_thread(self, thread: str) -> None:
        if self._threads.current == thread:
            self._leave_conversation()
            self._threads.begin()
        self._threads.remove(thread)

    def _forget(self) -> None:
        """The next session numbers its messages from the first again."""
        self._talk.forget()
        self._host.render("rows", "")

    # What the page is told

    def _transcript(self) -> Sequence[Any]:
        return self._talk.all(self.state.messages)

    def _for_page(self, message: ChatMessage | VoiceMessage) -> dict[str, Any]:
        told = super()._for_page(message)
        return told | {"spoken": True} if isinstance(message, VoiceMessage) else told
