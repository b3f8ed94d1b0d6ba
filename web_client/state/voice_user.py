"""The user's side of a call (2-sessions, 2.3): speech, transcripts, turns, the idle warning.

One turn, one user bubble: a transcript goes into the last user message, unless the agent has
spoken since, or a new connection begins with what was typed (voice_typed). What is final in a turn
stays; a later text that begins with it takes its place, any other is added. A final that comes
late closes the bubble that is still interim, wherever it stands. While the agent is heard the
phase stays `speaking`, whatever the user's side does.

A final leads to `thinking`, an empty one too, where its turn has words: somebody answers those. A
turn without a word has no message that a final could belong to, and nobody answers it; there the
phase tells the truth, and that is `listening`.
"""

from math import ceil

from web_client.protocol import (
    AudioMetrics,
    SessionIdleWarning,
    SpeechEnded,
    SpeechStarted,
    TurnEnd,
    TurnPause,
    TurnResumed,
    UserMessage,
    UserSpeaking,
)
from web_client.state.common import NO_ERROR, add, edit, show
from web_client.state.effects import StartTimer, StopTimer
from web_client.state.renew import changed, replace
from web_client.state.table import Effects
from web_client.state.voice_state import Phase, VoiceCore, VoiceMessage
from web_client.state.voice_words import extended

_Step = tuple[VoiceCore, Effects]


def speech_started(core: VoiceCore, event: SpeechStarted, now: float) -> _Step:
    return user_stirred(show(changed(core, in_speech=True), user_speaking=True))


def speech_ended(core: VoiceCore, event: SpeechEnded, now: float) -> _Step:
    return silent(core), ()


def user_speaking(core: VoiceCore, event: UserSpeaking, now: float) -> _Step:
    core, stopped = user_stirred(turned(show(core, user_speaking=True), "listening"))
    text = event.text.strip()
    core, written = _transcribed(core, text, is_interim=True) if text else (core, ())
    return core, stopped + written


def user_message(core: VoiceCore, event: UserMessage, now: float) -> _Step:
    text = event.text.strip()
    core = _heard_of(core, text)
    has_words = text or _bubble_of_turn(core, is_interim=False)
    phase: Phase = "thinking" if has_words else "listening"
    core = turned(show(core, user_speaking=False, **NO_ERROR), phase)
    core, stopped = user_stirred(core)
    core, written = _transcribed(core, text, is_interim=False) if text else close_turn(core)
    return core, stopped + written


def turn_pause(core: VoiceCore, event: TurnPause, now: float) -> _Step:
    return turned(core, "pause"), ()


def turn_resumed(core: VoiceCore, event: TurnResumed, now: float) -> _Step:
    return turned(core, "listening"), ()


def turn_end(core: VoiceCore, event: TurnEnd, now: float) -> _Step:
    return turned(silent(core), "thinking"), ()


def audio_metrics(core: VoiceCore, event: AudioMetrics, now: float) -> _Step:
    if event.source != "user" or event.is_speech is None or core.state.is_muted:
        return core, ()
    if event.is_speech:
        return user_stirred(show(core, user_speaking=True))
    # Between two words of one speech there is no speech either.
    return (core if core.in_speech else show(core, user_speaking=False)), ()


def idle_warning(core: VoiceCore, event: SessionIdleWarning, now: float) -> _Step:
    return count_down(replace(core, warned_until=now + event.remaining_seconds), now)


def count_down(core: VoiceCore, now: float) -> _Step:
    """The warning in whole seconds, and a timer for the next one."""
    left = max(core.warned_until - now, 0.0)
    seconds = ceil(left)
    timer = (StartTimer("idle", left - seconds + 1),) if seconds else ()
    return show(core, idle_warning=seconds), timer


def silent(core: VoiceCore) -> VoiceCore:
    """The user is heard no more."""
    return show(changed(core, in_speech=False), user_speaking=False)


def user_stirred(core: VoiceCore) -> _Step:
    """Anything that the user does ends the idle warning."""
    if core.state.idle_warning is None:
        return core, ()
    return show(core, idle_warning=None), (StopTimer("idle"),)


def turned(core: VoiceCore, phase: Phase) -> VoiceCore:
    """In this phase, unless the agent is heard: then it is `speaking` and nothing else."""
    return core if core.state.agent_speaking else show(core, phase=phase)


def _heard_of(core: VoiceCore, text: str) -> VoiceCore:
    """This text arrived, and with it those before it: the channel keeps their order."""
    asked = [text for text, _ in core.asked]
    if text not in asked:
        return core
    return replace(core, asked=core.asked[asked.index(text) + 1 :], echoes=True)


def close_turn(core: VoiceCore) -> _Step:
    """The bubble that is still interim is final as it is."""
    bubble = _last_of_user(core)
    if bubble is None or not bubble.is_interim:
        return core, ()
    return edit(replace(core, said=bubble.text), bubble.id, is_interim=False)


def _transcribed(core: VoiceCore, text: str, is_interim: bool) -> _Step:
    bubble = _bubble_of_turn(core, is_interim)
    closed: Effects = ()
    if bubble is None:
        core, closed = close_turn(core)
        core = replace(core, said="")
    whole = extended(core.said, text)
    if not is_interim:
        core = replace(core, said=whole)
    if bubble is not None:
        return edit(core, bubble.id, text=whole, is_interim=is_interim)
    core, made = add(core, VoiceMessage(core.next_id, "user", text, is_interim))
    return core, closed + made


def _bubble_of_turn(core: VoiceCore, is_interim: bool) -> VoiceMessage | None:
    bubble = _last_of_user(core)
    if bubble is None or bubble.id < core.joins_from:
        return None
    if bubble.is_interim and not is_interim:
        return bubble
    spoken = core.state.messages.last(lambda message: message.role != "system")
    same = spoken is not None and core.state.messages[spoken] is bubble
    return bubble if same else None


def _last_of_user(core: VoiceCore) -> VoiceMessage | None:
    index = core.state.messages.last(lambda message: message.role == "user")
    return None if index is None else core.state.messages[index]
