"""The table of a chat (2-sessions, 2.2): what each event does to it.

A turn begins when a message goes on the wire, or when the agent begins to write or to use a
tool; it ends with `chat.done`, an error, a drop, or silence for too long. While it runs, what
the user sends waits in the outbox, since a second message would fall between a tool call and
its result (1-protocol, 1.2). A message that can't be sent any more is `failed`.

A reply that ended without its `chat.done` is *cut*. What still comes for it completes its text,
and neither begins nor ends a turn, since the turn it belongs to is over.
"""

from dataclasses import replace

from web_client.errors import TimedOut
from web_client.protocol import (
    ChatConnected,
    ChatDone,
    ChatError,
    ChatHistory,
    ChatToken,
    ChatToolCall,
    ChatToolResult,
    Ignored,
    Malformed,
    Message,
    SessionFailed,
    SetChatContext,
    UnknownEvent,
)
from web_client.state.chat_history import history
from web_client.state.chat_state import ChatCore, ChatMessage, StreamedReply
from web_client.state.common import (
    NO_ERROR,
    add,
    edit,
    fail,
    remembered,
    server_failed,
    show,
    tool_answered,
    tool_begun,
    unchanged,
    while_up,
)
from web_client.state.effects import EndSession, MessageChanged, Send, StartTimer, StopTimer
from web_client.state.local import (
    AudioBlocked,
    ConfigureRequested,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    MuteSet,
    PeerConnected,
    ReconnectStarted,
    RetryRequested,
    TimerFired,
    ToolDismissed,
    UserSent,
)
from web_client.state.table import Effects, Table

_Step = tuple[ChatCore, Effects]
_CUT = 8
"""How many replies without a `chat.done` are kept in mind."""


# What the server says


def connected(core: ChatCore, event: ChatConnected, now: float) -> _Step:
    if core.state.status == "connected":
        return show(core, session_id=event.session_id), ()
    held = frozenset(message.id for message in core.state.messages) - frozenset(core.outbox)
    torn = tuple(reply.id for reply in core.cut)
    core = replace(core, held=held, torn=torn, cut=(), ended=())
    core = show(core, status="connected", session_id=event.session_id, **NO_ERROR)
    contexts = tuple(Send(SetChatContext(*context)) for context in core.contexts.items())
    core, sent = _send_next(core, now)
    return core, contexts + sent


def token(core: ChatCore, event: ChatToken, now: float) -> _Step:
    if event.message_id is not None and event.message_id in core.ended:
        return core, ()
    late = _cut_before(core, event.message_id)
    if late is not None:
        return edit(core, late.id, text=_grown(core, late, event))
    core, cut = (core, ()) if _is_live(core, event.message_id) else _cut_live(core)
    core, begun = _heard(core, now)
    if core.live is None:
        text = event.text
        core = replace(core, live=StreamedReply(event.message_id, core.next_id))
        core, written = add(core, _reply(core, event.message_id, text, is_streaming=True))
    else:
        text = _grown(core, core.live, event)
        core, written = edit(core, core.live.id, text=text)
    return show(core, streaming_text=text), cut + begun + written


def done(core: ChatCore, event: ChatDone, now: float) -> _Step:
    if event.message_id is not None and event.message_id in core.ended:
        return core, ()
    late = _cut_before(core, event.message_id)
    core = replace(core, ended=remembered(core.ended, event.message_id))
    if late is not None:
        core = replace(core, cut=tuple(reply for reply in core.cut if reply is not late))
        return edit(core, late.id, text=event.text) if event.text else (core, ())
    core, written = _finish(core, event)
    core, ended = _end_turn(core)
    core, sent = _send_next(core, now)
    return core, written + ended + sent


def tool_call(core: ChatCore, event: ChatToolCall, now: float) -> _Step:
    effects: Effects = ()
    for call in event.tool_calls:
        if call.id in core.tools:
            continue
        core, begun = _heard(core, now)
        core = replace(core, tools={**core.tools, call.id: (core.next_id, call.name)})
        early = core.early.get(call.id)
        text = tool_begun(call.name) if early is None else tool_answered(early or call.name)
        core, shown = add(core, ChatMessage(core.next_id, "system", text, tool_call_id=call.id))
        effects += begun + shown
    return core, effects


def tool_result(core: ChatCore, event: ChatToolResult, now: float) -> _Step:
    effects: Effects = ()
    for result in event.results:
        if result.tool_call_id in core.tools:
            bubble, name = core.tools[result.tool_call_id]
            core, shown = edit(core, bubble, text=tool_answered(result.name or name))
            effects += shown
        else:
            core = replace(core, early={**core.early, result.tool_call_id: result.name})
    return (_heard(core, now)[0] if core.in_turn else core), effects


def turn_failed(core: ChatCore, event: ChatError, now: float) -> _Step:
    core, ended = _end_turn(core)
    core, raised = server_failed(core, event.error)
    core, sent = _send_next(core, now)
    return core, ended + raised + sent


def session_failed(core: ChatCore, event: SessionFailed, now: float) -> _Step:
    core, ended = _give_up(core)
    core, raised = server_failed(core, event.error)
    return show(core, status="error"), (*ended, *raised, EndSession("server"))


# What the page, the person and the connection do


def connecting(core: ChatCore, event: ConnectRequested, now: float) -> _Step:
    if core.state.status not in ("idle", "error"):
        return core, ()
    return show(core, status="connecting", typing=bool(core.outbox), **NO_ERROR), ()


def reconnecting(core: ChatCore, event: ReconnectStarted, now: float) -> _Step:
    core, ended = _drop(core)
    return show(core, status="reconnecting"), ended


def connection_failed(core: ChatCore, event: ConnectionFailed, now: float) -> _Step:
    core, ended = _give_up(core)
    core, raised = fail(core, event.code, event.message)
    return show(core, status="error"), ended + raised


def disconnected(core: ChatCore, event: DisconnectRequested, now: float) -> _Step:
    if core.state.status == "idle":
        return core, ()
    # What is on the wire was sent: only a drop leaves that in doubt.
    core, ended = _give_up(replace(core, asked=None))
    return show(core, status="idle", **NO_ERROR), ended


def destroyed(core: ChatCore, event: DestroyRequested, now: float) -> _Step:
    core, ended = _give_up(core)
    return show(core, status="destroyed"), ended


def user_sent(core: ChatCore, event: UserSent, now: float) -> _Step:
    core, shown = add(core, ChatMessage(core.next_id, "user", event.text, status="queued"))
    number = core.next_id - 1
    if core.state.status == "error":
        return edit(core, number, status="failed")[0], shown
    return _post(core, number, now)


def retried(core: ChatCore, event: RetryRequested, now: float) -> _Step:
    failed = (m.id for m in core.state.messages if m.status == "failed")
    if event.id not in failed:
        return core, ()
    core, _ = edit(core, event.id, status="queued")
    return _post(core, event.id, now)


def context_set(core: ChatCore, event: ContextSet, now: float) -> _Step:
    core = replace(core, contexts={**core.contexts, event.key: event.value})
    up = core.state.status == "connected"
    return core, (Send(SetChatContext(event.key, event.value)),) if up else ()


def timer_fired(core: ChatCore, event: TimerFired, now: float) -> _Step:
    if event.name != "turn" or not core.in_turn:
        return core, ()
    left = core.heard_at + core.turn_timeout - now
    if left > 0:
        return core, (StartTimer("turn", left),)
    core, ended = _end_turn(core)
    seconds = f"{core.turn_timeout:g}"
    core, raised = fail(core, TimedOut.code, f"No answer came within {seconds} seconds.")
    core, sent = _send_next(core, now)
    return core, ended + raised + sent


CHAT: Table[ChatCore] = {
    ChatConnected: while_up(connected),
    ChatHistory: while_up(history),
    ChatToken: while_up(token),
    ChatDone: while_up(done),
    ChatToolCall: while_up(tool_call),
    ChatToolResult: while_up(tool_result),
    ChatError: while_up(turn_failed),
    SessionFailed: while_up(session_failed),
    UnknownEvent: unchanged,
    Malformed: unchanged,
    Ignored: unchanged,
    ConnectRequested: connecting,
    ReconnectStarted: while_up(reconnecting),
    ConnectionFailed: connection_failed,
    DisconnectRequested: disconnected,
    DestroyRequested: destroyed,
    UserSent: user_sent,
    RetryRequested: retried,
    ContextSet: context_set,
    TimerFired: timer_fired,
    # Of a call alone:
    PeerConnected: unchanged,
    MuteSet: unchanged,
    ConfigureRequested: unchanged,
    ToolDismissed: unchanged,
    AudioBlocked: unchanged,
}


# The turn


def _heard(core: ChatCore, now: float) -> _Step:
    """Something came for the turn, which begins if none runs."""
    begun = () if core.in_turn else (StartTimer("turn", core.turn_timeout),)
    core = replace(core, in_turn=True, asked=None, heard_at=now)
    return show(core, typing=True), begun


def _end_turn(core: ChatCore) -> _Step:
    core, cut = _cut_live(core)
    stopped = (StopTimer("turn"),) if core.in_turn else ()
    core = replace(core, in_turn=False, asked=None)
    return show(core, typing=False, streaming_text=""), cut + stopped


def _drop(core: ChatCore) -> _Step:
    """The connection is gone. Whether a message without any answer arrived, nobody knows: it
    is marked, so that the user can send it again."""
    lost = () if core.asked is None else (core.asked,)
    core, ended = _end_turn(core)
    core, failed = _fail_all(core, lost)
    return core, ended + failed


def _give_up(core: ChatCore) -> _Step:
    """The connection is gone and nobody tries again: what waits can't be sent."""
    core, dropped = _drop(core)
    core, failed = _fail_all(core, core.outbox)
    return show(replace(core, outbox=()), queued=0), dropped + failed


def _fail_all(core: ChatCore, numbers: tuple[int, ...]) -> _Step:
    effects: Effects = ()
    for number in numbers:
        core, failed = edit(core, number, status="failed")
        effects += failed
    return core, effects


def _post(core: ChatCore, number: int, now: float) -> _Step:
    """Put a message into the outbox, and on the wire if nothing is before it."""
    core = replace(core, outbox=(*core.outbox, number))
    waiting = core.state.status != "idle"
    core = show(core, queued=len(core.outbox), typing=waiting, **NO_ERROR)
    core, sent = _send_next(core, now)
    return core, sent or (MessageChanged(number),)


def _send_next(core: ChatCore, now: float) -> _Step:
    if core.in_turn or not core.outbox or core.state.status != "connected":
        return core, ()
    number, *rest = core.outbox
    core, shown = edit(core, number, status="sent")
    core = replace(core, outbox=tuple(rest), in_turn=True, asked=number, heard_at=now)
    core = show(core, typing=True, queued=len(rest))
    send = Send(Message(_message(core, number).text))
    return core, (*shown, send, StartTimer("turn", core.turn_timeout))


def _message(core: ChatCore, number: int) -> ChatMessage:
    """The message of this id. Raises LookupError if there is none."""
    index = core.state.messages.last(lambda message: message.id == number)
    if index is None:
        raise LookupError(number)
    return core.state.messages[index]


# The reply


def _reply(
    core: ChatCore, message_id: str | None, text: str, is_streaming: bool = False
) -> ChatMessage:
    return ChatMessage(core.next_id, "bot", text, message_id, is_streaming)


def _is_live(core: ChatCore, message_id: str | None) -> bool:
    """Whether this is the reply that streams; one without a name is always that one."""
    return core.live is not None and (
        message_id is None or core.live.message_id in (None, message_id)
    )


def _cut_before(core: ChatCore, message_id: str | None) -> StreamedReply | None:
    named = (reply for reply in core.cut if message_id is not None)
    return next((reply for reply in named if reply.message_id == message_id), None)


def _cut_live(core: ChatCore) -> _Step:
    """What streams ends where it is."""
    if core.live is None:
        return core, ()
    live = core.live
    core, written = edit(core, live.id, is_streaming=False)
    return replace(core, live=None, cut=(*core.cut, live)[-_CUT:]), written


def _finish(core: ChatCore, event: ChatDone) -> _Step:
    """The final text in its bubble; a reply without any text gets none."""
    if core.live is not None and _is_live(core, event.message_id):
        live, core = core.live, replace(core, live=None)
        final = {"text": event.text} if event.text else {}
        return edit(core, live.id, is_streaming=False, **final)
    if not event.text:
        return core, ()
    return add(core, _reply(core, event.message_id, event.text))


def _grown(core: ChatCore, reply: StreamedReply, event: ChatToken) -> str:
    """The text with what is new; a late, shorter one never shrinks it."""
    text = _message(core, reply.id).text
    if event.is_delta:
        return text + event.text
    return event.text if len(event.text) >= len(text) else text
