"""Captions: what of a reply has been heard (2-sessions, 2.3).

The words come one by one, bare of punctuation, out of order, with an index that can't be
trusted. Where `bot.speaking` told the intended text, the caption is that text up to the last
word heard, so that punctuation, and scripts without spaces, come out right. A word that the
text does not hold ("five" for "$5") stands loose behind it until a later word is found further
on. Without an intended text all words are loose: they stand in the order of their index.

An index places a word only if it is one that this reply can have; otherwise the word is taken
to follow those before it. A late word never takes anything back.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from web_client.state.renew import renewal, replace

Loose = tuple[tuple[int, str], ...]
"""Words that stand behind what was heard of the text, each behind its index."""

_FARTHEST = 200
"""How many words may be missing before one: an index further on is no index."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that has not ended. `id` is its bubble, None before its first word.

    `ends`: where each word of the intended text ends. `heard`: how many of its characters have
    been heard. `loose`: words beyond, with their index, in order. `last`: the highest index.
    """

    message_id: str | None
    id: int | None = None
    intended: str = ""
    ends: tuple[int, ...] = ()
    heard: int = 0
    loose: Loose = ()
    last: int = -1


_heard = renewal(Reply, "heard", "loose", "last")


def caption(reply: Reply) -> str:
    """The text of the reply as far as it has been heard."""
    text = reply.intended[: reply.heard]
    if not reply.loose:
        return text
    words = " ".join(word for _, word in reply.loose)
    return f"{text} {words}" if text else words


def intend(reply: Reply, text: str) -> Reply:
    """With what the agent means to say; a second part is added to the first."""
    whole = extended(reply.intended, text)
    ends = tuple(found.end() for found in re.finditer(r"\S+", whole))
    renewed = replace(reply, intended=whole, ends=ends, loose=())
    for index, word in reply.loose:
        renewed = _heard(renewed, *_placed(renewed, word, index), renewed.last)
    return renewed


def hear(reply: Reply, word: str, index: int | None) -> Reply:
    """With one more word; the same object when it brings nothing new."""
    credible = index is not None and 0 <= index <= reply.last + _FARTHEST
    place = index if index is not None and credible else reply.last + 1
    heard, loose = _placed(reply, word, place)
    if heard == reply.heard and loose == reply.loose and place <= reply.last:
        return reply
    return _heard(reply, heard, loose, max(reply.last, place))


def extended(old: str, new: str) -> str:
    """The text after `new` came: it takes the place of `old` where it begins with it, else it
    is added, so that no words are lost."""
    if not new.strip():
        return old
    return new if _begins_with(new, old) else f"{old} {new}"


def _placed(reply: Reply, word: str, index: int) -> tuple[int, Loose]:
    """How much of the text has been heard with this word, and what stands behind that."""
    end = _end_in_text(reply, word, index)
    if end is None:
        return reply.heard, _loosened(reply.loose, word, index)
    if end <= reply.heard:
        return reply.heard, reply.loose
    return end, reply.loose and tuple(w for w in reply.loose if w[0] > index)


def _end_in_text(reply: Reply, word: str, index: int) -> int | None:
    """Where the word, and the punctuation behind it, ends in the intended text."""
    found = -1
    if index < len(reply.ends):
        start = reply.ends[index - 1] if index else 0
        found = reply.intended.find(word, start, reply.ends[index])
    if found < 0:
        late = index <= reply.last
        start, stop = (0, reply.heard) if late else (reply.heard, len(reply.intended))
        found = reply.intended.find(word, start, stop)
    return None if found < 0 else _with_punctuation(reply.intended, found + len(word))


def _with_punctuation(text: str, end: int) -> int:
    while end < len(text) and not text[end].isalnum() and not text[end].isspace():
        end += 1
    return end


def _loosened(loose: Loose, word: str, index: int) -> Loose:
    if (index, word) in loose:
        return loose
    at = bisect_right(loose, index, key=lambda placed: placed[0])
    return (*loose[:at], (index, word), *loose[at:])


def _begins_with(text: str, start: str) -> bool:
    """Whether it does, in whatever case and whatever sign `start` ends with, and without cutting
    a word in two: "Hello, you" begins with "Hello.", and "nothing" does not with "no"."""
    stem, whole = start.casefold(), text.casefold()
    while stem and not stem[-1].isalnum():
        stem = stem[:-1]
    rest = whole[len(stem) :]
    cut = stem and rest and _is_cased(stem[-1]) and _is_cased(rest[0])
    return whole.startswith(stem) and not cut


def _is_cased(character: str) -> bool:
    return character.lower() != character.upper()
