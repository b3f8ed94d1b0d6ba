"""Who is muted, and by whom (2-sessions, 2.3): the person's own mute, and push-to-talk.

`is_muted` is the truth of the microphone: it says no sooner than the microphone itself that
nothing is heard. Muting takes effect at once. Letting go of the button does not, since the last
syllable is still on its way: the microphone stays open for the tail of the speech, and then
sends silence. The server is told later still: one that stops listening in the middle of a turn
may never hear the silence that ends it.
"""

from web_client.protocol import Mute, Unmute
from web_client.state.common import UP, show
from web_client.state.effects import Send, SetMicrophone, StartTimer, StopTimer
from web_client.state.local import MuteSet, PushToTalkSet, TalkHeld
from web_client.state.renew import changed, replace
from web_client.state.table import Effects
from web_client.state.voice_state import VoiceCore
from web_client.state.voice_user import silent

_Step = tuple[VoiceCore, Effects]
_TAIL = 0.3
"""Seconds of the microphone after the button was let go."""
_SILENCE = 2.0
"""Seconds of silence after which any turn has ended, and the server may stop listening."""


def mute_set(core: VoiceCore, event: MuteSet, now: float) -> _Step:
    core, effects = settle(changed(core, silenced=event.muted))
    core, told = tell(core)
    return core, effects + told


def push_to_talk_set(core: VoiceCore, event: PushToTalkSet, now: float) -> _Step:
    core, effects = settle(show(changed(core, held=False), push_to_talk=event.on))
    core, told = tell(core)
    return core, effects + told


def talk_held(core: VoiceCore, event: TalkHeld, now: float) -> _Step:
    if core.held == event.held or not core.state.push_to_talk:
        return core, ()
    core = replace(core, held=event.held)
    if not event.held and core.state.status in UP:
        return core, (StartTimer("tail", _TAIL),)
    core, effects = settle(core)
    core, told = tell(core)
    return core, effects + told


def tail_over(core: VoiceCore) -> _Step:
    """The last syllable has gone: now silence goes, for as long as a turn needs to end."""
    core, effects = settle(core)
    if core.told_muted == core.state.is_muted:
        return core, effects
    return core, (*effects, StartTimer("silence", _SILENCE))


def settle(core: VoiceCore) -> _Step:
    """The microphone as it is to be, and the state with it."""
    muted = core.silenced or (core.state.push_to_talk and not core.held)
    if muted == core.state.is_muted:
        return core, ()
    core = show(silent(core) if muted else core, is_muted=muted)
    return core, (SetMicrophone(not muted),)


def let_go(core: VoiceCore) -> VoiceCore:
    """The call is over: nobody holds the button any more, and no tail runs."""
    return settle(changed(core, held=False))[0]


def tell(core: VoiceCore) -> _Step:
    """Whether the server is to listen, if it doesn't know."""
    muted = core.state.is_muted
    if core.told_muted == muted or core.state.status != "connected":
        return core, ()
    stop = (StopTimer("silence"),)
    return replace(core, told_muted=muted), (*stop, Send(Mute() if muted else Unmute()))
