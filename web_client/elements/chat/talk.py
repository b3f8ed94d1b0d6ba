"""All that was said in the box, as rows of one list: a chat, and among it the calls.

A chat's rows have their messages' ids, those of the calls negative ones, counted on from call to
call. Chat and call each change their own rows only, so a word costs one row, however much was
said before. Where they meet is told by ids: those of a chat rise as its messages are made, so
the first that is made after a call stands behind all of that call, and whatever comes late of a
turn that was under way when the call began stands before it, with its question.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
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
from web_client.elements.markdown import markdown
from web_client.elements.render import Growth, Row, Rows, Words
from web_client.elements.streaming import Stream
from web_client.elements.transcript import heard_more, tool_name
from web_client.elements.wording import Wording
from web_client.sessions.ports import Clock
from web_client.state.chat_state import ChatMessage
from web_client.state.messages import Messages
from web_client.state.renew import replace
from web_client.state.voice_state import VoiceMessage

Chat = Messages[ChatMessage]
Said = ChatMessage | VoiceMessage


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


@dataclass(frozen=True, slots=True)
class _Whole:
    """Everything as one list, and what it was made of; `ended`: after how many calls."""

    all: Messages[Said]
    chat: Chat
    call: Messages[VoiceMessage]
    ended: int


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
        self._whole: _Whole | None = None
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

    def said(self, chat: Chat) -> Iterator[Said]:
        """Everything in order; ids are those of the rows."""
        parts: list[list[ChatMessage]] = [[] for _ in range(len(self._calls) + 1)]
        for message in chat:
            parts[self._part(message.id)].append(message)
        for part, call in zip(parts, [*self._calls, None], strict=True):
            yield from part
            if call is not None:
                yield from self._of(call)

    def all(self, chat: Chat) -> Sequence[Said]:
        """The same, as a list of which it is quickly told what has changed."""
        if not self._calls:
            return chat
        self._whole = self._added_to(chat) or self._joined(chat)
        return self._whole.all

    def _joined(self, chat: Chat) -> _Whole:
        return _Whole(
            Messages.of(self.said(chat)), chat, self._calls[-1].messages, len(self._bounds)
        )

    def _added_to(self, chat: Chat) -> _Whole | None:
        """With what has changed at its end; None where something else has."""
        was, call = self._whole, self._calls[-1]
        if was is None or was.ended != len(self._bounds):
            return None
        if call.end is None:
            return None if chat is not was.chat else self._heard_more(was, call)
        return None if call.messages is not was.call else self._written_more(was, chat)

    def _heard_more(self, was: _Whole, call: _Call) -> _Whole:
        spoken = len(was.all) - len(was.call)
        start = call.messages.shared(was.call)
        new = [_numbered(call, message) for message in call.messages[start:]]
        return _Whole(_with(was.all, spoken + start, new), was.chat, call.messages, was.ended)

    def _written_more(self, was: _Whole, chat: Chat) -> _Whole | None:
        spoken = len(was.all) - len(was.chat)
        start = chat.shared(was.chat)
        while start < min(len(chat), len(was.chat)) and chat[start] is was.chat[start]:
            start += 1
        new = chat[start:]
        if any(self._part(message.id) < len(self._calls) for message in new):
            return None
        return _Whole(_with(was.all, spoken + start, new), chat, was.call, was.ended)

    def spoken(self) -> list[VoiceMessage]:
        """Everything that was said in calls."""
        return [message for call in self._calls for message in self._of(call)]

    def find(self, chat: Chat, number: int) -> Said | None:
        """The message of a row; None where there is none any more."""
        if number < 0:
            return next((message for message in self.spoken() if message.id == number), None)
        place = chat.last(lambda message: message.id == number)
        return None if place is None else chat[place]

    def _of(self, call: _Call) -> Iterator[VoiceMessage]:
        return (_numbered(call, message) for message in call.messages)

    def rate(self, message: Said, rating: Rating) -> tuple[Rating, Row]:
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
        if not self._calls:
            yield from self._chat.changed(chat)
            return
        done = 0
        for row in sorted(self._chat.changed(chat), key=lambda row: self._part(row.id)):
            part = self._part(row.id)
            for number in range(done, part):
                yield from self._call_rows(number, chat)
            done = part
            yield Row(row.id, row.html, self._place(row, part, chat), row.grown)
        for number in range(done, len(self._calls)):
            yield from self._call_rows(number, chat)

    def _place(self, row: Row, part: int, chat: Chat) -> int | None:
        """Behind the message before it that stands behind as many calls, else behind the call.
        That is mostly the one before it; but what waits for a reply since before a call stands
        before that call, and in the list behind the reply."""
        if not self._bounds or (row.after is not None and self._part(row.after) == part):
            return row.after
        place, _ = chat.found(row.id)
        own = (each.id for each in reversed(chat[:place]) if self._part(each.id) == part)
        return next(own, self._calls[part - 1].last if part else None)

    def _call_rows(self, number: int, chat: Chat) -> Iterator[Row]:
        call = self._calls[number]
        if call.is_closed:
            return
        first = self._before(number, chat) if call.last is None else None
        for row in call.rows.changed(call.messages):
            after = first if row.after is None else -call.base - row.after
            yield Row(-call.base - row.id, row.html, after, row.grown)
        if call.messages:
            call.last = -call.base - call.messages[-1].id
        if call.end is not None:
            end = EndedRow(-call.base - call.size, *call.end)
            yield Row(end.id, ENDED.render(row=end), first if call.last is None else call.last)
            call.last, call.is_closed = end.id, True

    def _before(self, number: int, chat: Chat) -> int | None:
        """The row that a call stands behind."""
        place = chat.last(lambda message: self._part(message.id) == number)
        if place is not None:
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

    def _grown(self, was: ChatMessage, message: ChatMessage) -> Growth | Words | None:
        """A reply that streams grows at its end, and the page with it."""
        stream = self._streams.get(message.id)
        streams = was.is_streaming and message.is_streaming
        return stream.grown(message.text) if stream is not None and streams else None

    def _heard(self, number: int, message: VoiceMessage) -> str:
        seen, rating = self._seen_at(number), self._rating(number)
        return MESSAGE.render(row=spoken_row(number, message, seen, self._wording, rating))

    def _spoken_rows(self, base: int) -> Rows[VoiceMessage]:
        return Rows(lambda message: self._heard(-base - message.id, message), heard_more)

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
            return stream.marked(message.text)
        self._streams.pop(message.id, None)
        return markdown(message.text)


def _numbered(call: _Call, message: VoiceMessage) -> VoiceMessage:
    """With the id of its row."""
    return replace(message, id=-call.base - message.id)


def _with(whole: Messages[Said], place: int, new: Iterable[Said]) -> Messages[Said]:
    """With these from `place` on, where others stood or nobody."""
    for number, message in enumerate(new, place):
        known = number < len(whole)
        whole = whole.replace(number, message) if known else whole.append(message)
    return whole
