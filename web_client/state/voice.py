"""The table of a call (2-sessions, 2.3): what each event does to it.

The rows of the user's side stand in voice_user, voice_mute and voice_typed, those of the agent's
in voice_reply, tools in voice_tools. Here is the call itself: how it begins, is interrupted, goes
on and ends.

What the page asks for before there is a channel is kept and sent when there is one: first
whether the user is muted, so that not a word of a muted user is heard; then the contexts, the
configuration and the texts. After a reconnect the server's session is a new one, so all but the
texts is sent again, with the transcript so far as the context `conversation`; and of the texts
those that may never have been heard (voice_typed).
"""

from web_client.protocol import (
    AudioMetrics,
    BotFinished,
    BotInterrupted,
    BotSpeaking,
    BotWord,
    Configure,
    Ignored,
    InjectText,
    LlmError,
    LlmResponse,
    LlmThinking,
    LlmToolCall,
    LlmToolResult,
    Malformed,
    Mute,
    SessionIdleWarning,
    SessionTimeout,
    SetVoiceContext,
    SpeechEnded,
    SpeechStarted,
    TurnEnd,
    TurnPause,
    TurnResumed,
    UnknownEvent,
    UserMessage,
    UserSpeaking,
    VoiceFrame,
)
from web_client.state.common import NO_ERROR, fail, server_failed, show, unchanged, while_up
from web_client.state.conversation import conversation
from web_client.state.effects import EndSession, Send, StartTimer, StopTimer
from web_client.state.local import (
    AudioBlocked,
    CancelRequested,
    ConfigureRequested,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    EndReason,
    MuteSet,
    Noticed,
    PeerConnected,
    PushToTalkSet,
    ReconnectStarted,
    RecordingEnded,
    RecordingStarted,
    RetryRequested,
    StopRequested,
    TalkHeld,
    TimerFired,
    ToolDismissed,
    UserSent,
)
from web_client.state.renew import replace
from web_client.state.table import Effects, Table
from web_client.state.voice_mute import (
    let_go,
    mute_set,
    push_to_talk_set,
    tail_over,
    talk_held,
    tell,
)
from web_client.state.voice_reply import (
    bot_finished,
    bot_interrupted,
    bot_speaking,
    bot_word,
    fall_silent,
    let_sound,
)
from web_client.state.voice_state import VoiceCore, VoiceState
from web_client.state.voice_tools import tool_call, tool_dismissed, tool_result
from web_client.state.voice_typed import (
    llm_response,
    put_on_wire,
    stood,
    take_back,
    user_sent,
)
from web_client.state.voice_user import (
    audio_metrics,
    close_turn,
    count_down,
    idle_warning,
    silent,
    speech_ended,
    speech_started,
    turn_end,
    turn_pause,
    turn_resumed,
    turned,
    user_message,
    user_speaking,
    user_stirred,
)

_Step = tuple[VoiceCore, Effects]
_REASONS: dict[str, EndReason] = {"idle_timeout": "idle_timeout", "max_duration": "max_duration"}


# The call


def connecting(core: VoiceCore, event: ConnectRequested, now: float) -> _Step:
    if core.state.status not in ("idle", "error"):
        return core, ()
    state = core.state
    fresh = VoiceCore(
        state=VoiceState("connecting", is_muted=state.is_muted, push_to_talk=state.push_to_talk),
        tracked_tools=core.tracked_tools,
        next_id=core.next_id,
        contexts=core.contexts,
        config=core.config,
        texts=core.texts,
        silenced=core.silenced,
        held=core.held,
    )
    return fresh, ()


def peer_connected(core: VoiceCore, event: PeerConnected, now: float) -> _Step:
    if core.state.status not in ("connecting", "reconnecting"):
        return core, ()
    frames = _kept_frames(core)
    started = now if core.started_at is None else core.started_at
    muted = core.state.is_muted
    core = replace(put_on_wire(core), resumed=False, started_at=started, told_muted=muted)
    core = turned(show(core, status="connected", **NO_ERROR), "listening")
    core, ticking = _tick(core, now)
    return core, tuple(Send(frame) for frame in frames) + ticking


def reconnecting(core: VoiceCore, event: ReconnectStarted, now: float) -> _Step:
    core, quiet = _hang_up(core, now)
    core = replace(take_back(core), resumed=core.started_at is not None)
    return show(core, status="reconnecting"), quiet


def connection_failed(core: VoiceCore, event: ConnectionFailed, now: float) -> _Step:
    core, quiet = _hang_up(core, now)
    core, raised = fail(core, event.code, event.message)
    # A call that never was did not end; one without a microphone was not ended by the network.
    ended = core.started_at is not None and not event.code.startswith("microphone")
    core = let_go(replace(take_back(core), started_at=None, config={}))
    reason = "network" if ended else None
    return show(core, status="error", end_reason=reason), quiet + raised


def disconnected(core: VoiceCore, event: DisconnectRequested, now: float) -> _Step:
    if core.state.status == "idle":
        return core, ()
    return _end(core, event.reason, now)


def timed_out(core: VoiceCore, event: SessionTimeout, now: float) -> _Step:
    core, ended = _end(core, _REASONS.get(event.reason, "server"), now)
    return core, (*ended, EndSession())


def destroyed(core: VoiceCore, event: DestroyRequested, now: float) -> _Step:
    core, quiet = _hang_up(core, now)
    return show(core, status="destroyed"), quiet


def llm_failed(core: VoiceCore, event: LlmError, now: float) -> _Step:
    return server_failed(turned(core, "listening"), event.error)


# What the person and the page do


def context_set(core: VoiceCore, event: ContextSet, now: float) -> _Step:
    core = replace(core, contexts={**core.contexts, event.key: event.value})
    return core, _sent(core, SetVoiceContext(event.key, event.value))


def configured(core: VoiceCore, event: ConfigureRequested, now: float) -> _Step:
    if "action" in event.config:
        return core, ()
    core = replace(core, config={**core.config, **event.config})
    return core, _sent(core, Configure(event.config))


def audio_blocked(core: VoiceCore, event: AudioBlocked, now: float) -> _Step:
    return show(core, audio_blocked=event.blocked), ()


def noticed(core: VoiceCore, event: Noticed, now: float) -> _Step:
    seconds = event.seconds
    timer = StopTimer("notice") if seconds is None else StartTimer("notice", seconds)
    return show(core, notice=event.text), (timer,)


def timer_fired(core: VoiceCore, event: TimerFired, now: float) -> _Step:
    if event.name == "clock" and core.started_at is not None:
        return _tick(stood(core), now)
    if event.name == "hush":
        return let_sound(core)
    if event.name == "notice":
        return show(core, notice=None), ()
    if event.name == "tail":
        return tail_over(core)
    if event.name == "silence":
        return tell(core)
    if event.name == "idle" and core.state.idle_warning is not None:
        return count_down(core, now)
    return core, ()


VOICE: Table[VoiceCore] = {
    SpeechStarted: while_up(speech_started),
    SpeechEnded: while_up(speech_ended),
    UserSpeaking: while_up(user_speaking),
    UserMessage: while_up(user_message),
    TurnPause: while_up(turn_pause),
    TurnResumed: while_up(turn_resumed),
    TurnEnd: while_up(turn_end),
    BotSpeaking: while_up(bot_speaking),
    BotWord: while_up(bot_word),
    BotFinished: while_up(bot_finished),
    BotInterrupted: while_up(bot_interrupted),
    AudioMetrics: while_up(audio_metrics),
    LlmThinking: unchanged,
    LlmResponse: while_up(llm_response),
    LlmError: while_up(llm_failed),
    LlmToolCall: while_up(tool_call),
    LlmToolResult: while_up(tool_result),
    SessionIdleWarning: while_up(idle_warning),
    SessionTimeout: while_up(timed_out),
    UnknownEvent: unchanged,
    Malformed: unchanged,
    Ignored: unchanged,
    ConnectRequested: connecting,
    ReconnectStarted: while_up(reconnecting),
    ConnectionFailed: connection_failed,
    PeerConnected: peer_connected,
    DisconnectRequested: disconnected,
    DestroyRequested: destroyed,
    UserSent: user_sent,
    ContextSet: context_set,
    MuteSet: mute_set,
    PushToTalkSet: push_to_talk_set,
    TalkHeld: talk_held,
    ConfigureRequested: configured,
    ToolDismissed: tool_dismissed,
    AudioBlocked: while_up(audio_blocked),
    Noticed: while_up(noticed),
    TimerFired: timer_fired,
    # Of a chat alone:
    RetryRequested: unchanged,
    # Of a dictation alone:
    RecordingStarted: unchanged,
    StopRequested: unchanged,
    RecordingEnded: unchanged,
    CancelRequested: unchanged,
}


def _kept_frames(core: VoiceCore) -> tuple[VoiceFrame, ...]:
    """What is to be on the wire before anything else of this connection."""
    contexts = dict(core.contexts)
    if core.resumed:
        parts = (contexts.get("conversation"), conversation(core.state.messages))
        contexts["conversation"] = "\n".join(part for part in parts if part)
    return (
        *((Mute(),) if core.state.is_muted else ()),
        *(SetVoiceContext(key, value) for key, value in contexts.items()),
        *((Configure(core.config),) if core.config else ()),
        *(InjectText(text) for text in core.texts),
    )


def _sent(core: VoiceCore, frame: VoiceFrame) -> Effects:
    """The frame now, if there is a channel: what is kept goes out when there is one."""
    return (Send(frame),) if core.state.status == "connected" else ()


def _tick(core: VoiceCore, now: float) -> _Step:
    """The duration in whole seconds, and a timer for the next one."""
    lasted = now - (now if core.started_at is None else core.started_at)
    return show(core, duration=int(lasted)), (StartTimer("clock", int(lasted) + 1 - lasted),)


def _hang_up(core: VoiceCore, now: float) -> _Step:
    """There is no connection any more: nobody is heard, and what was said stays."""
    core, closed = close_turn(core)
    core, quiet = fall_silent(core)
    core, stopped = user_stirred(core)
    if core.started_at is not None:
        core = _tick(core, now)[0]
        stopped += (StopTimer("clock"),)
    core = show(silent(core), phase="idle", audio_blocked=False, notice=None)
    return core, closed + quiet + stopped


def _end(core: VoiceCore, reason: EndReason, now: float) -> _Step:
    core, quiet = _hang_up(core, now)
    core = let_go(replace(core, started_at=None, config={}, texts=(), asked=(), resumed=False))
    return show(core, status="idle", end_reason=reason, **NO_ERROR), quiet
