"""The row of `chat.history` (2-sessions, 2.2): earlier messages, each shown once.

What the list held before this connection may be in the history, and is skipped: each entry is
matched with one message of the same role and text that no other entry has taken. What the list
lacks is added behind the entry before it, or in front of everything. A reply that a drop tore
off is completed by the entry that begins with it, and a message of which nobody knew whether it
arrived is known to have. What was said on this very connection is no part of the history, even
where the words are the same.

Entries get new ids: an id tells when a message was made here, not where it stands.
"""

from collections import defaultdict, deque
from dataclasses import replace

from web_client.protocol import ChatHistory, HistoryEntry
from web_client.state.chat_state import ChatCore, ChatMessage, Role
from web_client.state.common import edit, show
from web_client.state.effects import MessageChanged
from web_client.state.messages import Messages
from web_client.state.table import Effects

_Places = dict[tuple[Role, str], deque[int]]
_FRONT = 0


def history(core: ChatCore, event: ChatHistory, now: float) -> tuple[ChatCore, Effects]:
    places = _held(core)
    behind: defaultdict[int, list[ChatMessage]] = defaultdict(list)
    effects: Effects = ()
    place, number = _FRONT, core.next_id
    for entry in event.messages:
        if not entry.text.strip():
            continue
        found = _found(core, places, entry)
        if found is None:
            behind[place].append(_added(number, entry))
            effects += (MessageChanged(number),)
            number += 1
        else:
            place = found
            core, confirmed = _confirmed(core, place, entry)
            effects += confirmed
    return _woven(core, behind, number), effects


def _held(core: ChatCore) -> _Places:
    places: _Places = defaultdict(deque)
    for message in core.state.messages:
        if message.id in core.held and message.role != "system":
            places[message.role, message.text.strip()].append(message.id)
    return places


def _role(entry: HistoryEntry) -> Role:
    return "user" if entry.role == "user" else "bot"


def _found(core: ChatCore, places: _Places, entry: HistoryEntry) -> int | None:
    """The message that the entry stands for, which no other entry can stand for any more."""
    role, text = _role(entry), entry.text.strip()
    if places.get((role, text)):
        return places[role, text].popleft()
    for (torn_role, torn), numbers in places.items():
        if torn_role == role and text.startswith(torn) and numbers and numbers[0] in core.torn:
            return numbers.popleft()
    return None


def _added(number: int, entry: HistoryEntry) -> ChatMessage:
    role = _role(entry)
    message = ChatMessage(number, role, entry.text, is_history=True)
    return replace(message, status="sent") if role == "user" else message


def _confirmed(core: ChatCore, number: int, entry: HistoryEntry) -> tuple[ChatCore, Effects]:
    if _role(entry) == "user":
        return edit(core, number, status="sent")
    return edit(core, number, text=entry.text) if number in core.torn else (core, ())


def _woven(core: ChatCore, behind: dict[int, list[ChatMessage]], number: int) -> ChatCore:
    if number == core.next_id:
        return core
    messages = list(behind[_FRONT])
    for message in core.state.messages:
        messages += [message, *behind.get(message.id, ())]
    held = core.held | set(range(core.next_id, number))
    return replace(show(core, messages=Messages.of(messages)), held=held, next_id=number)
