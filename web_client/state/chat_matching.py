"""Which entries of a `chat.history` are which messages of the list (2-sessions, 2.2).

Both tell the same conversation in the same order, so no two pairs ever cross. The server may
hold only the latest part of it, the list may lack what came while there was no connection, and
the same words are often said again. So the entries are read from the oldest on, from the newest
back, and from the newest message that has arrived to both sides. The server knows that message:
a reading that finds it holds, and of several the one that knows most entries again. Within it
each entry is the **newest** message that keeps the order: a history that lacks its beginning ends
where the list does.

But a message in doubt is the last to be believed: of two with the same words, and nothing between
them that is known to have arrived, the one in doubt is the one that is missing.

All this is linear in what both hold; the longest common part would be quadratic.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from web_client.state.chat_state import ChatCore, ChatMessage, Role

_Name = tuple[Role, str, int]
"""Role, text, and the id of a message that was torn off, which is like no other; else 0."""
_Places = list[int]
_NOWHERE = -1


def matched(entries: Sequence[tuple[Role, str]], core: ChatCore) -> list[ChatMessage | None]:
    """For each entry its message, each message once; None for what the list lacks."""
    held = _held(core)
    wanted: list[_Name] = [(role, text, 0) for role, text in entries]
    arrived = held.newest_arrived()
    readings = [_first(wanted, held), _last(wanted, held), _around(arrived, wanted, held)]
    places = max(readings, key=lambda places: (arrived in places, _known(places)))
    places = _without_doubt(_moved_on(places, held), held)
    return [None if place == _NOWHERE else held.messages[place] for place in places]


@dataclass(frozen=True, slots=True)
class _Held:
    """The messages that entries may stand for."""

    messages: tuple[ChatMessage, ...]
    names: tuple[_Name, ...]

    def mirrored(self) -> "_Held":
        return _Held(self.messages[::-1], self.names[::-1])

    def between(self, start: int, end: int) -> "_Held":
        return _Held(self.messages[start:end], self.names[start:end])

    def newest_arrived(self) -> int | None:
        """Whole, and not in doubt."""
        places = reversed(range(len(self.names)))
        return next((p for p in places if not (self.names[p][2] or self.doubtful(p))), None)

    def doubtful(self, place: int) -> bool:
        return self.messages[place].status == "failed"

    def torn(self) -> _Places:
        return [place for place, (_, _, torn) in enumerate(self.names) if torn]

    def completed_by(self, entry: _Name, place: int) -> bool:
        role, beginning, _ = self.names[place]
        return entry[0] == role and entry[1].startswith(beginning)


def _held(core: ChatCore) -> _Held:
    messages = [m for m in core.state.messages if m.id in core.held and m.text.strip()]
    names = [(m.role, m.text.strip(), m.id if m.id in core.torn else 0) for m in messages]
    return _Held(tuple(messages), tuple(names))


def _first(wanted: Sequence[_Name], held: _Held) -> _Places:
    """The first place for each that is behind the one before; else one that was torn off."""
    left: defaultdict[_Name, deque[int]] = defaultdict(deque)
    for place, name in enumerate(held.names):
        left[name].append(place)
    torn, last, places = held.torn(), _NOWHERE, []
    for name in wanted:
        found = left.get(name, deque())
        while found and found[0] <= last:
            found.popleft()
        begun = (p for p in torn if p > last and held.completed_by(name, p))
        place = found[0] if found else next(begun, _NOWHERE)
        places.append(place)
        last = max(last, place)
    return places


def _last(wanted: Sequence[_Name], held: _Held) -> _Places:
    """The same from the other end."""
    end = len(held.names) - 1
    places = _first(wanted[::-1], held.mirrored())
    return [_NOWHERE if place == _NOWHERE else end - place for place in reversed(places)]


def _around(anchor: int | None, wanted: Sequence[_Name], held: _Held) -> _Places:
    """With the newest entry that may be the message at `anchor` as that one; none if none is."""
    name = None if anchor is None else held.names[anchor]
    at = next((at for at in reversed(range(len(wanted))) if wanted[at] == name), None)
    if anchor is None or at is None:
        return [_NOWHERE] * len(wanted)
    before = _last(wanted[:at], held.between(0, anchor))
    behind = _first(wanted[at + 1 :], held.between(anchor + 1, len(held.names)))
    moved = (place if place == _NOWHERE else anchor + 1 + place for place in behind)
    return [*before, anchor, *moved]


def _known(places: _Places) -> int:
    return len(places) - places.count(_NOWHERE)


def _moved_on(places: _Places, held: _Held) -> _Places:
    """The same words at the newest places that keep the order."""
    moved = iter(_last([held.names[place] for place in places if place != _NOWHERE], held))
    return [place if place == _NOWHERE else next(moved) for place in places]


def _without_doubt(places: _Places, held: _Held) -> _Places:
    """With a message that has arrived in the place of one in doubt, where it is as likely."""
    arrived, before = _NOWHERE, []
    for place in range(len(held.messages)):
        before.append(arrived)
        arrived = arrived if held.doubtful(place) else place
    last, settled = _NOWHERE, []
    for place in places:
        if place != _NOWHERE:
            sure = before[place]
            doubtful = held.messages[place].status == "failed"
            same = doubtful and sure > last and held.names[sure] == held.names[place]
            last = place = sure if same else place
        settled.append(place)
    return settled
