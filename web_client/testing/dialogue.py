"""A conversation, written down as a dialogue, that the fakes then hold.

    dialogue = (
        Dialogue()
        .bot("Hello, this is Mara.")
        .user("What are the opening hours on Friday?")
        .calls("get_opening_hours", day="friday")
        .returns({"opens": "nine", "closes": "six"})
        .bot("On Friday we are open from nine to six.")
    )
    chat = ChatSession(agent="mara", ports=fake_ports(dialogue))
    await chat.connect()
    chat.send("What are the opening hours on Friday?")
    await dialogue.ended()

The same dialogue does for a chat, where it waits for the page to send what the user says, and for
a call and a dictation, where the user is heard to say it. The agent's words come as the service
sends them: bit by bit, then whole. A lost connection is a line too (`drops`): the dialogue goes
on over the next one.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, TypeVar

from web_client.testing.media import FakePeer
from web_client.testing.network import ScriptedSocket

Medium = Literal["chat", "call", "dictation"]
Frames = Iterator[dict[str, Any]]
_Self = TypeVar("_Self", bound="Dialogue")

PATIENCE = 5.0
"""Real seconds after which `ended` says where the dialogue stands still."""


@dataclass(frozen=True, slots=True)
class User:
    text: str

    def frames(self, medium: Medium) -> Frames:
        partial, final = "partial", "final"
        if medium == "call":
            partial, final = "user.speaking", "user.message"
            yield {"event": "speech.started"}
        for text in _growing(self.text):
            yield {"event": partial, "text": text}
        if medium == "call":
            yield {"event": "speech.ended"}
        yield {"event": final, "text": self.text}
        if medium == "call":
            yield {"event": "turn.end"}


@dataclass(frozen=True, slots=True)
class Bot:
    text: str
    message_id: str

    def frames(self, medium: Medium) -> Frames:
        name = {"message_id": self.message_id}
        if medium == "call":
            yield {"event": "bot.speaking", "text": self.text} | name
            for index, word in enumerate(self.text.split()):
                yield {"event": "bot.word", "word": word, "word_index": index} | name
            yield {"event": "bot.finished", "text": self.text} | name
        else:
            for text in _growing(self.text):
                yield {"event": "chat.token", "text": text} | name
            yield {"event": "chat.done", "text": self.text} | name


@dataclass(frozen=True, slots=True)
class Calls:
    id: str
    name: str
    arguments: dict[str, Any]

    def frames(self, medium: Medium) -> Frames:
        call = {"id": self.id, "name": self.name, "arguments": json.dumps(self.arguments)}
        yield {"event": f"{_agent(medium)}.tool_call", "tool_calls": [call]}


@dataclass(frozen=True, slots=True)
class Returns:
    call: Calls
    result: Any

    def frames(self, medium: Medium) -> Frames:
        told = {"tool_call_id": self.call.id, "name": self.call.name, "result": self.result}
        yield {"event": f"{_agent(medium)}.tool_result"} | told


@dataclass(frozen=True, slots=True)
class Fails:
    error: str

    def frames(self, medium: Medium) -> Frames:
        name = "error" if medium == "dictation" else f"{_agent(medium)}.error"
        yield {"event": name, "error": self.error}


@dataclass(frozen=True, slots=True)
class Drops:
    """The connection is gone."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Nothing is said until the test says `go_on()`."""


Spoken = User | Bot | Calls | Returns | Fails
Line = Spoken | Drops | Pauses


class Dialogue:
    """Who says what, in order; `fake_ports(dialogue)` holds it. Each method adds a line."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._place = 0
        self._fault: AssertionError | None = None
        self._over = asyncio.Event()
        self._on = asyncio.Event()

    def user(self: _Self, text: str) -> _Self:
        """The user says this; in a chat the page is to send it, word for word."""
        return self._add(User(text))

    def bot(self: _Self, text: str) -> _Self:
        """The agent says this."""
        return self._add(Bot(text, f"m{len(self._lines)}"))

    def calls(self: _Self, name: str, **arguments: Any) -> _Self:
        """The agent calls a tool."""
        return self._add(Calls(f"call_{len(self._lines)}", name, arguments))

    def returns(self: _Self, result: Any) -> _Self:
        """The tool called last gives this. Raises ValueError if none was."""
        called = [line for line in self._lines if isinstance(line, Calls)]
        if not called:
            raise ValueError("No tool was called that could return anything.")
        return self._add(Returns(called[-1], result))

    def fails(self: _Self, error: str) -> _Self:
        """The server reports an error: of this turn, or of the whole dictation."""
        return self._add(Fails(error))

    def drops(self: _Self) -> _Self:
        """The connection breaks off."""
        return self._add(Drops())

    def pauses(self: _Self) -> _Self:
        """Nothing more is said until `go_on()`: time to look at the page."""
        return self._add(Pauses())

    def go_on(self) -> None:
        """End the pause at which the dialogue stands, or will next."""
        self._on.set()

    async def ended(self, within: float = PATIENCE) -> None:
        """Wait until the last line was said.

        Raises AssertionError if the page sends something else than the user says here, or if the
        dialogue stands still for `within` real seconds.
        """
        try:
            async with asyncio.timeout(within):
                await self._over.wait()
        except TimeoutError:
            raise AssertionError(f"The dialogue stands at {self._lines[self._place]}") from None
        if self._fault is not None:
            raise self._fault

    # The other side, for `FakeNetwork.serve` and `FakePeers.serve`

    async def in_chat(self, socket: ScriptedSocket) -> None:
        await self._hold("chat", socket.receive, socket.drop, socket)

    async def in_dictation(self, socket: ScriptedSocket) -> None:
        await self._hold("dictation", socket.receive, socket.drop)

    async def in_call(self, peer: FakePeer) -> None:
        await self._hold("call", peer.receive, lambda: peer.change("failed"))

    def _add(self: _Self, line: Line) -> _Self:
        self._lines.append(line)
        return self

    async def _hold(
        self,
        medium: Medium,
        say: Callable[[dict[str, Any]], None],
        drop: Callable[[], None],
        page: ScriptedSocket | None = None,
    ) -> None:
        while self._place < len(self._lines) and self._fault is None:
            match self._lines[self._place]:
                case Drops():
                    self._place += 1
                    drop()
                    return
                case Pauses():
                    await self._on.wait()
                    self._on.clear()
                case User(text) if page is not None:
                    if not await self._sent(page, text):
                        return
                case User() | Fails() as line:
                    _say(line, medium, say)
                case line if medium != "dictation":
                    _say(line, medium, say)
                case line:
                    self._fault = AssertionError(f"Nobody answers a dictation: {line}")
            self._place += 1
        self._over.set()

    async def _sent(self, page: ScriptedSocket, text: str) -> bool:
        """Whether the page has sent it; False when the socket closed before."""
        while (frame := await page.next()) is not None:
            said = json.loads(frame)
            if said["event"] != "message":
                continue
            if said["text"] != text:
                self._fault = AssertionError(f"The user says {text!r} here, not {said['text']!r}")
            return True
        return False


def _say(line: Spoken, medium: Medium, say: Callable[[dict[str, Any]], None]) -> None:
    for frame in line.frames(medium):
        say(frame)


def _agent(medium: Medium) -> str:
    """The prefix of what the agent does."""
    return "chat" if medium == "chat" else "llm"


def _growing(text: str) -> Iterator[str]:
    """The text, word after word, without its last: "a", "a b" of "a b c"."""
    words = text.split()
    return accumulate(words[:-1], "{} {}".format)
