"""The life of a call (2-sessions, 2.3): how it begins, is interrupted, goes on and ends.

What the page asks for before there is a channel is kept and sent when there is one: first
whether the user is muted, so that not a word of a muted user is heard; then the contexts, the
configuration and the texts. After a reconnect the server's session is a new one, so all but the
texts is sent again, with the transcript so far as the context `conversation`; and of the texts
those that may never have been heard (voice_typed).
"""

from web_client.protocol import (
    Configure,
    InjectText,
    Mute,
    SessionTimeout,
    SetVoiceContext,
    VoiceFrame,
)
from web_client.state.common import NO_ERROR, fail, show
from web_client.state.conversation import conversation, latest
from web_client.state.effects import EndSession, Send, StartTimer, StopTimer
from web_client.state.local import (
    ConnectionFailed,
    ConnectRequested,
    DestroyRequested,
    DisconnectRequested,
    EndReason,
    PeerConnected,
    ReconnectStarted,
)
from web_client.state.renew import replace
from web_client.state.table import Effects
from web_client.state.voice_mute import let_go
from web_client.state.voice_reply import fall_silent
from web_client.state.voice_state import VoiceCore, VoiceState
from web_client.state.voice_typed import give_up, put_on_wire, take_back
from web_client.state.voice_user import close_turn, silent, turned, user_stirred

_Step = tuple[VoiceCore, Effects]
_REASONS: dict[str, EndReason] = {"idle_timeout": "idle_timeout", "max_duration": "max_duration"}


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
        failed=core.failed,
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
    core, ticking = tick(core, now)
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
    core = _over(take_back(core))
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
    return show(give_up(core), status="destroyed"), quiet


def tick(core: VoiceCore, now: float) -> _Step:
    """The duration in whole seconds, and a timer for the next one."""
    lasted = now - (now if core.started_at is None else core.started_at)
    return show(core, duration=int(lasted)), (StartTimer("clock", int(lasted) + 1 - lasted),)


def _hang_up(core: VoiceCore, now: float) -> _Step:
    """There is no connection any more: nobody is heard, and what was said stays."""
    core, closed = close_turn(core)
    core, quiet = fall_silent(core)
    core, stopped = user_stirred(core)
    if core.started_at is not None:
        core = tick(core, now)[0]
        stopped += (StopTimer("clock"),)
    core = show(silent(core), phase="idle", audio_blocked=False, notice=None)
    return core, closed + quiet + stopped


def _end(core: VoiceCore, reason: EndReason, now: float) -> _Step:
    core, quiet = _hang_up(core, now)
    if reason == "user":
        # What is on the wire was said: nobody waits for an answer any more.
        core = replace(core, asked=())
    core = replace(_over(give_up(core)), resumed=False)
    return show(core, status="idle", end_reason=reason, **NO_ERROR), quiet


def _over(core: VoiceCore) -> VoiceCore:
    """A configuration is for one call: for this one, unless it never was."""
    config = core.config if core.started_at is None else {}
    return let_go(replace(core, started_at=None, config=config))


def _kept_frames(core: VoiceCore) -> tuple[VoiceFrame, ...]:
    """What is to be on the wire before anything else of this connection."""
    contexts = dict(core.contexts)
    if core.resumed:
        parts = (contexts.get("conversation"), conversation(core.state.messages))
        if said := latest(part for part in parts if part):
            contexts["conversation"] = said
    return (
        *((Mute(),) if core.state.is_muted else ()),
        *(SetVoiceContext(key, value) for key, value in contexts.items()),
        *((Configure(core.config),) if core.config else ()),
        *(InjectText(text) for text in core.texts),
    )
