"""The table of a call (2-sessions, 2.3): what each event does to it.

The rows of the call itself stand in voice_call, those of the user's side in voice_user, voice_mute
and voice_typed, of the agent's in voice_reply, of tools in voice_tools. Here are the few that are
for nobody else.
"""

from web_client.protocol import (
    AudioMetrics,
    BotFinished,
    BotInterrupted,
    BotSpeaking,
    BotWord,
    Configure,
    Ignored,
    LlmError,
    LlmResponse,
    LlmThinking,
    LlmToolCall,
    LlmToolResult,
    Malformed,
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
from web_client.state.common import server_failed, show, unchanged, while_up
from web_client.state.effects import Send, StartTimer, StopTimer
from web_client.state.local import (
    AudioBlocked,
    ConfigureRequested,
    ConnectionFailed,
    ConnectRequested,
    ContextSet,
    DestroyRequested,
    DisconnectRequested,
    MuteSet,
    Noticed,
    PeerConnected,
    PushToTalkSet,
    ReconnectStarted,
    TalkHeld,
    TextRetried,
    TextsTakenOver,
    TimerFired,
    ToolDismissed,
    UserSent,
)
from web_client.state.renew import replace
from web_client.state.table import Effects, Table
from web_client.state.voice_call import (
    connecting,
    connection_failed,
    destroyed,
    disconnected,
    peer_connected,
    reconnecting,
    tick,
    timed_out,
)
from web_client.state.voice_mute import (
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
    let_sound,
)
from web_client.state.voice_state import VoiceCore
from web_client.state.voice_tools import tool_call, tool_dismissed, tool_result
from web_client.state.voice_typed import (
    llm_response,
    stood,
    text_retried,
    texts_taken_over,
    user_sent,
)
from web_client.state.voice_user import (
    audio_metrics,
    count_down,
    idle_warning,
    speech_ended,
    speech_started,
    turn_end,
    turn_pause,
    turn_resumed,
    turned,
    user_message,
    user_speaking,
)

_Step = tuple[VoiceCore, Effects]


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


def llm_failed(core: VoiceCore, event: LlmError, now: float) -> _Step:
    return server_failed(turned(core, "listening"), event.error)


def timer_fired(core: VoiceCore, event: TimerFired, now: float) -> _Step:
    if event.name == "clock" and core.started_at is not None:
        return tick(stood(core), now)
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
    TextRetried: text_retried,
    TextsTakenOver: texts_taken_over,
    ContextSet: context_set,
    MuteSet: mute_set,
    PushToTalkSet: push_to_talk_set,
    TalkHeld: talk_held,
    ConfigureRequested: configured,
    ToolDismissed: tool_dismissed,
    AudioBlocked: while_up(audio_blocked),
    Noticed: while_up(noticed),
    TimerFired: timer_fired,
}


def _sent(core: VoiceCore, frame: VoiceFrame) -> Effects:
    """The frame now, if there is a channel: what is kept goes out when there is one."""
    return (Send(frame),) if core.state.status == "connected" else ()
