"""What a session is fed: the same on CPython and, as `events.py` has it run, in the browser.

A session with a page that listens, `held` messages behind it, and frames of one kind to take.
The world is the fakes': nothing is waited for, and what is measured is ours.
"""

import asyncio
import json
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

from web_client import ChatSession, VoiceSession
from web_client.protocol import decode_chat
from web_client.state import CHAT, ConnectRequested, Store, chat_core
from web_client.testing import FakePorts, fake_ports

KINDS = ("bot.word", "chat.token", "audio.metrics", "a mix")
REPLY = 100
"""Words, or tokens, of one reply."""

_PART = 50

Receive = Callable[[str], None]


def frame(event: str, **members: object) -> str:
    return json.dumps({"event": event, **members})


def frames(kind: str) -> Iterator[str]:
    """For ever; the replies have the length of a spoken answer."""
    metrics = frame("audio.metrics", source="user", energy_db=-40.1, rms=0.01, vad_prob=0.02)
    match kind:
        case "bot.word":
            return _words()
        case "chat.token":
            return _tokens()
        case "audio.metrics":
            return cycle([metrics])
    return _mixed(metrics)


def _words() -> Iterator[str]:
    words = [f"word{index}" for index in range(REPLY)]
    for number in cycle(range(1_000_000)):
        reply = f"b{number}"
        yield frame("bot.speaking", message_id=reply, text=" ".join(words))
        for index, word in enumerate(words):
            yield frame("bot.word", message_id=reply, word=word, word_index=index)
        yield frame("bot.finished", message_id=reply)


def _tokens() -> Iterator[str]:
    for number in cycle(range(1_000_000)):
        for length in range(1, REPLY + 1):
            yield frame("chat.token", message_id=f"c{number}", text="some" * length)
        yield frame("chat.done", message_id=f"c{number}", text="some" * REPLY)


def _mixed(metrics: str) -> Iterator[str]:
    """A turn as a call has it: the user speaks, the agent thinks, and is heard."""
    words = _words()
    while True:
        yield frame("speech.started")
        for said in ("I would", "I would like", "I would like a table"):
            yield frame("user.speaking", text=said)
            yield from (metrics, metrics)
        yield frame("speech.ended")
        yield frame("user.message", text="I would like a table.")
        yield frame("turn.end")
        yield frame("llm.thinking")
        for word in islice(words, REPLY + 2):
            yield word
            yield metrics


async def session(kind: str, held: int, ports: FakePorts | None = None) -> tuple[Any, Receive]:
    """A connected session with `held` messages, a page that listens, and how it is told."""
    ports = ports or fake_ports()
    talk: Any
    if kind == "chat.token":
        talk = ChatSession(agent="florencia", ports=ports)
        await talk.connect()
        receive = ports.network.sockets[-1].events.received
        entries = [{"role": "bot", "text": f"message {number}"} for number in range(held)]
        receive(frame("chat.history", messages=entries))
    else:
        talk = VoiceSession(agent="florencia", ports=ports)
        await talk.connect()
        await asyncio.sleep(0)
        receive = ports.peer.made[-1].events.channel_received
        for number in range(held):
            receive(frame("bot.finished", message_id=f"old{number}", text=f"message {number}"))
    talk.subscribe(lambda: talk.state.messages)
    talk.on("message", lambda event: event.message.text)
    assert len(talk.state.messages) == held
    return talk, receive


def reply(length: int) -> list[str]:
    """The frames of one reply of so many characters, four a token."""
    return [frame("chat.token", message_id="r", text="some" * n) for n in range(1, length // 4 + 1)]


def reply_costs(length: int, now: Callable[[], float]) -> list[float]:
    """To decode a reply of that length, and to keep its state: each in `now`'s unit, a token.

    In small parts, since what waits between the two would be a burden of its own.
    """
    texts = reply(length)
    store = Store(CHAT, chat_core())
    store.dispatch(ConnectRequested(), 0.0)
    decoding = keeping = 0.0
    for begun in range(0, len(texts), _PART):
        began = now()
        events = [decode_chat(text) for text in texts[begun : begun + _PART]]
        decoded = now()
        for event in events:
            store.dispatch(event, 0.0)
        keeping += now() - decoded
        decoding += decoded - began
    return [decoding / len(texts), keeping / len(texts)]


_SENTENCE = "We are open on **Friday** from *nine* to six: [all hours](https://example.com). "
_ITEM = "- **Dinner**: from `18:00`, with *live* music, see https://example.com/dinner\n"
_KINDS = (
    f"## Hours\n\n{_SENTENCE * 3}\n\n",
    f"{_ITEM * 3}\n",
    "| Day | From | Till |\n|---|---|---|\n"
    + "| **Friday** | 18:00 | ~~23:00~~ late |\n" * 3
    + "\n",
    f"> {_SENTENCE * 2}\n\n",
    "```\ntable = book(people=4)\nprint(table)\n```\n\n",
)


def written(length: int) -> str:
    """The end of a reply in Markdown, so many characters, with blocks and marks of all kinds."""
    every = "".join(_KINDS)
    return (every * (length // len(every) + 1))[-length:]
