"""The table of a chat (2-sessions, 2.2): what each event does to it.

What the server says counts only while there is, or is to be, a connection. The rules of turns
and replies stand in chat_turn, those of earlier messages in chat_history, of silence in
chat_silence.
"""

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
    SessionFailed,
    SetChatContext,
    UnknownEvent,
)
from web_client.state.chat_history import history
from web_client.state.chat_silence import came_back, timer_fired
from web_client.state.chat_state import ChatCore, ChatMessage, StreamedReply
from web_client.state.chat_turn import (
    add_to_turn,
    completed,
    cut_before,
    cut_live,
    drop,
    end_turn,
    finish,
    give_up,
    goes_on,
    heard,
    is_live,
    new_reply,
    post,
    send_next,
)
from web_client.state.common import (
    EARLY,
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
from web_client.state.effects import EndSession, MessageChanged, Send
from web_client.state.local import (
    CameBack,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    ReconnectStarted,
    RetryRequested,
    TakenOver,
    TimerFired,
    UserSent,
)
from web_client.state.messages import Messages
from web_client.state.renew import changed, replace
from web_client.state.table import Effects, Table

_Step = tuple[ChatCore, Effects]


# What the server says


def connected(core: ChatCore, event: ChatConnected, now: float) -> _Step:
    if core.state.status == "connected":
        return show(core, session_id=event.session_id), ()
    held = frozenset(message.id for message in core.state.messages) - frozenset(core.outbox)
    torn = tuple(reply.id for reply in core.cut)
    core = replace(core, held=held, torn=torn, cut=(), ended=(), doubt=None)
    core = show(core, status="connected", session_id=event.session_id, **NO_ERROR)
    contexts = tuple(Send(SetChatContext(*context)) for context in core.contexts.items())
    core, sent = send_next(core, now)
    return core, contexts + sent


def token(core: ChatCore, event: ChatToken, now: float) -> _Step:
    if event.message_id in core.ended:
        return core, ()
    late = cut_before(core, event.message_id)
    if late is not None:
        return completed(core, event, late)
    if core.live is not None and is_live(core, event.message_id):
        return goes_on(core, event, core.live, now)
    core, cut = cut_live(core)
    core, begun = heard(core, now)
    core = replace(core, live=StreamedReply(event.message_id, core.next_id))
    reply = new_reply(core, event.message_id, event.text, is_streaming=True)
    core, written = add_to_turn(show(core, streaming_text=event.text), reply)
    return core, cut + begun + written


def done(core: ChatCore, event: ChatDone, now: float) -> _Step:
    if event.message_id in core.ended:
        return core, ()
    late = cut_before(core, event.message_id)
    core = replace(core, ended=remembered(core.ended, event.message_id), doubt=None)
    if late is not None:
        core = replace(core, cut=tuple(reply for reply in core.cut if reply is not late))
        return edit(core, late.id, text=event.text) if event.text else (core, ())
    core, written = finish(core, event)
    core, ended = end_turn(core)
    core, sent = send_next(core, now)
    return core, written + ended + sent


def tool_call(core: ChatCore, event: ChatToolCall, now: float) -> _Step:
    effects: Effects = ()
    for call in event.tool_calls:
        if call.id in core.tools:
            continue
        core, begun = heard(core, now)
        core = replace(core, tools={**core.tools, call.id: (core.next_id, call.name)})
        answered = call.id in core.early
        text = tool_answered(call.name) if answered else tool_begun(call.name)
        bubble = ChatMessage(core.next_id, "system", text, tool_call_id=call.id)
        core, shown = add_to_turn(core, bubble)
        effects += begun + shown
    return core, effects


def tool_result(core: ChatCore, event: ChatToolResult, now: float) -> _Step:
    effects: Effects = ()
    for result in event.results:
        if result.tool_call_id in core.tools:
            bubble, name = core.tools[result.tool_call_id]
            core, shown = edit(core, bubble, text=tool_answered(name))
            effects += shown
        else:
            early = tuple(dict.fromkeys((*core.early, result.tool_call_id)))
            core = replace(core, early=early[-EARLY:])
    return (heard(core, now)[0] if core.in_turn else core), effects


def turn_failed(core: ChatCore, event: ChatError, now: float) -> _Step:
    core, ended = end_turn(changed(core, doubt=None))
    core, raised = server_failed(core, event.error)
    core, sent = send_next(core, now)
    return core, ended + raised + sent


def session_failed(core: ChatCore, event: SessionFailed, now: float) -> _Step:
    core, ended = give_up(core)
    core, raised = server_failed(core, event.error)
    return show(core, status="error"), (*ended, *raised, EndSession())


# What the page, the person and the connection do


def connecting(core: ChatCore, event: ConnectRequested, now: float) -> _Step:
    if core.state.status not in ("idle", "error"):
        return core, ()
    return show(core, status="connecting", typing=bool(core.outbox), **NO_ERROR), ()


def reconnecting(core: ChatCore, event: ReconnectStarted, now: float) -> _Step:
    core, ended = drop(core)
    return show(core, status="reconnecting"), ended


def connection_failed(core: ChatCore, event: ConnectionFailed, now: float) -> _Step:
    core, ended = give_up(core)
    core, raised = fail(core, event.code, event.message)
    return show(core, status="error"), ended + raised


def disconnected(core: ChatCore, event: DisconnectRequested, now: float) -> _Step:
    if core.state.status == "idle":
        return core, ()
    # What is on the wire was sent: only a drop leaves that in doubt.
    core, ended = give_up(replace(core, asked=None))
    return show(core, status="idle", **NO_ERROR), ended


def destroyed(core: ChatCore, event: DestroyRequested, now: float) -> _Step:
    core, ended = give_up(core)
    return show(core, status="destroyed"), ended


def user_sent(core: ChatCore, event: UserSent, now: float) -> _Step:
    core, shown = add(core, ChatMessage(core.next_id, "user", event.text, status="queued"))
    number = core.next_id - 1
    if core.state.status == "error":
        return edit(core, number, status="failed")[0], shown
    return post(core, number, now)


def retried(core: ChatCore, event: RetryRequested, now: float) -> _Step:
    failed = (m.id for m in core.state.messages if m.status == "failed")
    if event.id not in failed:
        return core, ()
    core, _ = edit(core, event.id, status="queued")
    return post(core, event.id, now)


def context_set(core: ChatCore, event: ContextSet, now: float) -> _Step:
    core = replace(core, contexts={**core.contexts, event.key: event.value})
    up = core.state.status == "connected"
    return core, (Send(SetChatContext(event.key, event.value)),) if up else ()


def taken_over(core: ChatCore, event: TakenOver, now: float) -> _Step:
    origin = event.unsent.origin
    messages = tuple(m for m in event.unsent.messages if (origin, m.id) not in core.taken)
    taken = core.taken | {(origin, message.id) for message in messages}
    next_id = max(core.next_id, event.unsent.next_id)
    if any(message.id < core.next_id for message in messages):
        # Their numbers are other messages' here.
        numbered = enumerate(messages, next_id)
        messages = tuple(replace(message, id=number) for number, message in numbered)
        next_id += len(messages)
    waiting = tuple(message.id for message in messages if message.status == "queued")
    core = replace(core, next_id=next_id, outbox=core.outbox + waiting, taken=taken)
    held = Messages.of((*core.state.messages, *messages))
    core = show(core, messages=held, queued=len(core.outbox))
    core, sent = send_next(core, now)
    return core, (*(MessageChanged(message.id) for message in messages), *sent)


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
    TakenOver: taken_over,
    CameBack: came_back,
    ContextSet: context_set,
    TimerFired: timer_fired,
}
