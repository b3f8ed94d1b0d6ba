"""Turns and replies of a chat (2-sessions, 2.2): who may say what, and when.

A turn begins when a message goes on the wire, or when the agent begins to write or to use a
tool; it ends with `chat.done`, an error, a drop, or silence for too long. While it runs, what
the user sends waits in the outbox, since a second message would fall between a tool call and
its result (1-protocol, 1.2), and stands behind all that comes of the turn: the list shows the
order of the conversation. A message that can't be sent any more is `failed`.

A reply that ended without its `chat.done` is *cut*. What still comes for it completes its text,
and neither begins nor ends a turn, since the turn it belongs to is over.
"""

from web_client.protocol import ChatDone, ChatToken, Message
from web_client.state.chat_state import ChatCore, ChatMessage, ChatState, StreamedReply
from web_client.state.common import NO_ERROR, UP, edit, show
from web_client.state.effects import MessageChanged, Send, StartTimer, StopTimer
from web_client.state.renew import renewal, replace
from web_client.state.table import Effects

_Step = tuple[ChatCore, Effects]
_CUT = 8
"""How many replies without a `chat.done` are kept in mind."""

_heard = renewal(ChatCore, "state", "in_turn", "asked", "heard_at", "doubt")
_streaming = renewal(ChatState, "messages", "typing", "streaming_text")
_written = renewal(ChatMessage, "text")


# The turn


def heard(core: ChatCore, now: float) -> _Step:
    """Something came for the turn, which begins if none runs."""
    on = _heard(core, core.state, True, None, now, None)
    return show(on, typing=True), _turn_begins(core)


def _turn_begins(core: ChatCore) -> Effects:
    """What a turn begins with, if none runs."""
    return () if core.in_turn else (StartTimer("turn", core.turn_timeout),)


def end_turn(core: ChatCore) -> _Step:
    core, cut = cut_live(core)
    stopped = (StopTimer("turn"),) if core.in_turn else ()
    core = replace(core, in_turn=False, asked=None)
    return show(core, typing=False, streaming_text=""), cut + stopped


def drop(core: ChatCore) -> _Step:
    """The connection is gone. Whether a message without any answer arrived, nobody knows: it
    is marked, so that the user can send it again."""
    lost = () if core.asked is None else (core.asked,)
    core, ended = end_turn(core)
    core, failed = _fail_all(core, lost)
    return core, ended + failed


def give_up(core: ChatCore) -> _Step:
    """The connection is gone and nobody tries again: what waits can't be sent."""
    core, dropped = drop(core)
    core, failed = _fail_all(core, core.outbox)
    return show(replace(core, outbox=()), queued=0), dropped + failed


def _fail_all(core: ChatCore, numbers: tuple[int, ...]) -> _Step:
    effects: Effects = ()
    for number in numbers:
        core, failed = edit(core, number, status="failed")
        effects += failed
    return core, effects


def post(core: ChatCore, number: int, now: float) -> _Step:
    """Put a message into the outbox, and on the wire if nothing is before it."""
    core = replace(core, outbox=(*core.outbox, number))
    core = show(core, queued=len(core.outbox))
    if core.state.status in UP:
        core = show(core, typing=True, **NO_ERROR)
    core, sent = send_next(core, now)
    return core, sent or (MessageChanged(number),)


def send_next(core: ChatCore, now: float) -> _Step:
    if core.in_turn or not core.outbox or core.state.status != "connected":
        return core, ()
    number, *rest = core.outbox
    core, shown = edit(core, number, status="sent")
    core = replace(core, outbox=tuple(rest), in_turn=True, asked=number, heard_at=now)
    core = show(core, typing=True, queued=len(rest))
    send = Send(Message(_text(core, number)))
    return core, (*shown, send, StartTimer("turn", patience(core)))


def patience(core: ChatCore) -> float:
    """Seconds of silence that a turn has."""
    return core.turn_timeout if core.doubt is None else core.doubt


def _text(core: ChatCore, number: int) -> str:
    return core.state.messages.found(number)[1].text


# The reply


def add_to_turn(core: ChatCore, message: ChatMessage) -> _Step:
    """With a new message, whose id is `core.next_id`, before those that wait at the end."""
    messages = core.state.messages
    said = messages.last(lambda held: held.status != "queued")
    place = 0 if said is None else said + 1
    core = replace(core, next_id=core.next_id + 1)
    return show(core, messages=messages.insert(place, message)), (MessageChanged(message.id),)


def new_reply(
    core: ChatCore, message_id: str | None, text: str, is_streaming: bool = False
) -> ChatMessage:
    return ChatMessage(core.next_id, "bot", text, message_id, is_streaming)


def is_live(core: ChatCore, message_id: str | None) -> bool:
    """Whether this is the reply that streams; one without a name is always that one."""
    return core.live is not None and (
        message_id is None or core.live.message_id in (None, message_id)
    )


def cut_before(core: ChatCore, message_id: str | None) -> StreamedReply | None:
    if message_id is None or not core.cut:
        return None
    return next((reply for reply in core.cut if reply.message_id == message_id), None)


def cut_live(core: ChatCore) -> _Step:
    """What streams ends where it is."""
    if core.live is None:
        return core, ()
    live = core.live
    core, written = edit(core, live.id, is_streaming=False)
    return replace(core, live=None, cut=(*core.cut, live)[-_CUT:]), written


def finish(core: ChatCore, event: ChatDone) -> _Step:
    """The final text in its bubble; a reply without any text gets none."""
    if core.live is not None and is_live(core, event.message_id):
        live, core = core.live, replace(core, live=None)
        final = {"text": event.text} if event.text else {}
        return edit(core, live.id, is_streaming=False, **final)
    if not event.text:
        return core, ()
    return add_to_turn(core, new_reply(core, event.message_id, event.text))


def goes_on(core: ChatCore, event: ChatToken, live: StreamedReply, now: float) -> _Step:
    """What streams has one more token, and the turn is heard of."""
    state = core.state
    index, message = state.messages.found(live.id)
    text = _grown(message.text, event)
    if text == message.text:
        return heard(show(core, streaming_text=text), now)
    messages = state.messages.replace(index, _written(message, text))
    on = _heard(core, _streaming(state, messages, True, text), True, None, now, None)
    return on, (*_turn_begins(core), MessageChanged(live.id))


def completed(core: ChatCore, event: ChatToken, late: StreamedReply) -> _Step:
    """What was cut has one more token: its turn is over."""
    return edit(core, late.id, text=_grown(_text(core, late.id), event))


def _grown(text: str, event: ChatToken) -> str:
    """The text with what is new; a late, shorter one never shrinks it."""
    if event.is_delta:
        return text + event.text
    return event.text if len(event.text) >= len(text) else text
