"""The row of `chat.history` (2-sessions, 2.2): earlier messages, each shown once.

What the list held before this connection may be in the history, and is skipped: each entry is
matched with one message of the same role and text, in the order of the list (chat_matching).
What the list lacks is added behind the entry before it, or in front of everything. A reply that
a drop tore off is completed by the entry that begins with it, and a message of which nobody knew
whether it arrived is known to have. What was said on this very connection is no part of the
history, even where the words are the same.

Entries get new ids: an id tells when a message was made here, not where it stands.
"""

from collections import defaultdict

from web_client.protocol import ChatHistory, HistoryEntry
from web_client.state.chat_matching import matched
from web_client.state.chat_state import ChatCore, ChatMessage, Role
from web_client.state.common import edit, show
from web_client.state.effects import Effect, MessageChanged
from web_client.state.messages import Messages
from web_client.state.renew import replace
from web_client.state.table import Effects

_FRONT = 0


def history(core: ChatCore, event: ChatHistory, now: float) -> tuple[ChatCore, Effects]:
    entries = [entry for entry in event.messages if entry.text.strip()]
    known = matched([(_role(entry), entry.text.strip()) for entry in entries], core)
    behind: defaultdict[int, list[ChatMessage]] = defaultdict(list)
    effects: list[Effect] = []
    place, number = _FRONT, core.next_id
    for entry, found in zip(entries, known, strict=True):
        if found is None:
            behind[place].append(_added(number, entry))
            effects.append(MessageChanged(number))
            number += 1
        else:
            place = found.id
            core, confirmed = _confirmed(core, found, entry)
            effects.extend(confirmed)
    return _woven(core, behind, number), tuple(effects)


def _role(entry: HistoryEntry) -> Role:
    return "user" if entry.role == "user" else "bot"


def _added(number: int, entry: HistoryEntry) -> ChatMessage:
    role = _role(entry)
    message = ChatMessage(number, role, entry.text, is_history=True)
    return replace(message, status="sent") if role == "user" else message


def _confirmed(
    core: ChatCore, message: ChatMessage, entry: HistoryEntry
) -> tuple[ChatCore, Effects]:
    """What was in doubt is known: that the user's message arrived, how the reply goes on."""
    if message.status == "failed":
        return edit(core, message.id, status="sent")
    return edit(core, message.id, text=entry.text) if message.id in core.torn else (core, ())


def _woven(core: ChatCore, behind: dict[int, list[ChatMessage]], number: int) -> ChatCore:
    if number == core.next_id:
        return core
    messages = list(behind[_FRONT])
    for message in core.state.messages:
        messages += [message, *behind.get(message.id, ())]
    held = core.held | set(range(core.next_id, number))
    return replace(show(core, messages=Messages.of(messages)), held=held, next_id=number)
