"""All that was said in the box, as rows of one list: a chat, and among it the calls.

A chat's rows have their messages' ids, those of the calls negative ones, counted on from call to
call. Chat and call each change their own rows only, so a word costs one row, however much was
said before. Where they meet is told by ids: those of a chat rise as its messages are made, so
the first that is made after a call stands behind all of that call, and whatever comes late of a
turn that was under way when the call began stands before it, with its question.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from web_client.elements.chat.message import (
    ENDED,
    MESSAGE,
    EndedRow,
    Rating,
    message_row,
    plain_text,
    spoken_row,
)
from web_client.elements.markdown import Stream, markdown
from web_client.elements.render import OPEN_END, Growth, Row, Rows
from web_client.elements.transcript import tool_name
from web_client.elements.wording import Wording
from web_client.sessions.ports import Clock
from web_client.state.chat_state import ChatMessage
from web_client.state.messages import Messages
from web_client.state.renew import replace
from web_client.state.voice_state import VoiceMessage

Chat = Messages[ChatMessage]


@dataclass(slots=True)
class _Call:
    """One call: `base` is what its messages' ids are added to. `end` is what its last row says,
    None as long as it lasts."""

    base: int
    rows: Rows[VoiceMessage]
    messages: Messages[VoiceMessage]
    end: tuple[str, str] | None = None
    is_closed: bool = False
    last: int | None = None

    @property
    def size(self) -> int:
        """How many ids it has taken: those of its messages, and one of its end."""
        return max((message.id for message in self.messages), default=0) + 1


class Talk:
    """What stands in the list of messages, as `changed` last told."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wording = Wording()
        self._asks = False
        self._begin()

    def _begin(self) -> None:
        self._streams: dict[int, Stream] = {}
        self._seen: dict[int, float] = {}
        self._ratings: dict[int, Rating] = {}
        self._calls: list[_Call] = []
        self._bounds: list[int] = []
        self._chat = Rows(self._written, self._grown)

    def forget(self) -> None:
        """Another conversation begins, which numbers its messages from the first again."""
        self._begin()

    def reword(self, wording: Wording, *, asks: bool) -> None:
        """All rows are to be drawn anew. `asks`: for what the person thinks of a reply."""
        self._wording, self._asks = wording, asks
        self._chat = Rows(self._written, self._grown)
        for call in self._calls:
            call.rows, call.is_closed, call.last = self._spoken_rows(call.base), False, None

    # Calls

    def call_begins(self) -> None:
        base = sum(call.size for call in self._calls)
        self._calls.append(_Call(base, self._spoken_rows(base), Messages()))

    def hear(self, messages: Messages[VoiceMessage]) -> None:
        """What was said in the call that lasts."""
        self._calls[-1].messages = messages

    def call_ends(self, chat: Chat, words: str, elapsed: str) -> None:
        self._calls[-1].end = (words, elapsed)
        self._bounds.append(max((message.id for message in chat), default=0) + 1)

    def call_never_was(self) -> None:
        """It was not connected: there is nothing to be told of it."""
        self._calls.pop()

    # What was said

    def said(self, chat: Chat) -> Iterator[ChatMessage | VoiceMessage]:
        """Everything in order; ids are those of the rows."""
        parts: list[list[ChatMessage]] = [[] for _ in range(len(self._calls) + 1)]
        for message in chat:
            parts[self._part(message.id)].append(message)
        for part, call in zip(parts, [*self._calls, None], strict=True):
            yield from part
            if call is not None:
                yield from self._of(call)

    def all(self, chat: Chat) -> Sequence[ChatMessage | VoiceMessage]:
        """The same, as a list; of a chat without a call the chat's own, of which it is quickly
        told what has changed."""
        return list(self.said(chat)) if self._calls else chat

    def spoken(self) -> list[VoiceMessage]:
        """Everything that was said in calls."""
        return [message for call in self._calls for message in self._of(call)]

    def find(self, chat: Chat, number: int) -> ChatMessage | VoiceMessage | None:
        """The message of a row; None where there is none any more."""
        if number < 0:
            return next((message for message in self.spoken() if message.id == number), None)
        place = chat.last(lambda message: message.id == number)
        return None if place is None else chat[place]

    def _of(self, call: _Call) -> Iterator[VoiceMessage]:
        return (replace(message, id=-call.base - message.id) for message in call.messages)

    def rate(self, message: ChatMessage | VoiceMessage, rating: Rating) -> tuple[Rating, Row]:
        """What the person thinks of it; the same once more takes it back. Gives what holds now,
        and the row that shows it."""
        held = "" if self._ratings.get(message.id) == rating else rating
        self._ratings[message.id] = held
        if isinstance(message, ChatMessage):
            return held, Row(message.id, self._written(message), None)
        return held, Row(message.id, self._heard(message.id, message), None)

    # Rows

    def changed(self, chat: Chat) -> Iterator[Row]:
        """The rows that are new or others, so that each finds the one it stands behind."""
        done = 0
        for row in self._chat.changed(chat):
            part = self._part(row.id)
            for number in range(done, part):
                yield from self._call_rows(number, chat)
            done = max(done, part)
            yield Row(row.id, row.html, self._place(row, part), row.grown)
        for number in range(done, len(self._calls)):
            yield from self._call_rows(number, chat)

    def _place(self, row: Row, part: int) -> int | None:
        before = 0 if row.after is None else self._part(row.after)
        if part == before:
            return row.after
        return self._calls[part - 1].last if part else None

    def _call_rows(self, number: int, chat: Chat) -> Iterator[Row]:
        call = self._calls[number]
        if call.is_closed:
            return
        first = self._before(number, chat) if call.last is None else None
        for row in call.rows.changed(call.messages):
            after = first if row.after is None else -call.base - row.after
            yield Row(-call.base - row.id, row.html, after)
        if call.messages:
            call.last = -call.base - call.messages[-1].id
        if call.end is not None:
            end = EndedRow(-call.base - call.size, *call.end)
            yield Row(end.id, ENDED.render(row=end), first if call.last is None else call.last)
            call.last, call.is_closed = end.id, True

    def _before(self, number: int, chat: Chat) -> int | None:
        """The row that a call stands behind."""
        place = chat.last(lambda message: self._part(message.id) <= number)
        if place is not None and self._part(chat[place].id) == number:
            return chat[place].id
        return self._calls[number - 1].last if number else None

    def _part(self, number: int) -> int:
        """How many calls a message of the chat stands behind."""
        return bisect_right(self._bounds, number)

    # What they show

    def _written(self, message: ChatMessage) -> str:
        seen = None if message.is_history else self._seen_at(message.id)
        rating = self._rating(message.id)
        row = message_row(message, self._body(message), seen, self._wording, rating)
        return MESSAGE.render(row=row)

    def _grown(self, was: ChatMessage, message: ChatMessage) -> Growth | None:
        """A reply that streams grows at its end, and the page with it."""
        stream = self._streams.get(message.id)
        streams = was.is_streaming and message.is_streaming
        return stream.grown(message.text) if stream is not None and streams else None

    def _heard(self, number: int, message: VoiceMessage) -> str:
        seen, rating = self._seen_at(number), self._rating(number)
        return MESSAGE.render(row=spoken_row(number, message, seen, self._wording, rating))

    def _spoken_rows(self, base: int) -> Rows[VoiceMessage]:
        return Rows(lambda message: self._heard(-base - message.id, message))

    def _seen_at(self, number: int) -> float:
        return self._seen.setdefault(number, self._clock.now())

    def _rating(self, number: int) -> Rating | None:
        return self._ratings.get(number, "") if self._asks else None

    def _body(self, message: ChatMessage) -> Markup:
        if message.role == "user":
            return plain_text(message.text)
        if message.role == "system":
            return plain_text(tool_name(message.text))
        if message.is_streaming:
            stream = self._streams.setdefault(message.id, Stream())
            return stream.render(message.text, OPEN_END)
        self._streams.pop(message.id, None)
        return markdown(message.text)
