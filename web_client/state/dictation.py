"""The table of a dictation (1-protocol, 1.4): what each event does to it.

A segment runs, as `partial`, until the server commits it; then it joins the text. Whatever ends
a dictation, or its connection, commits what runs: nothing that was heard is lost. Only
`cancel()` takes it all back.

No sound goes out before the server is `ready`. A segment that comes before that is of nothing
which that connection was told; at most it is the echo of one that the connection before it had
to commit. It is for listeners alone, lest the text say it twice.

To stop takes three steps, and each waits for the one before: the recording ends; the server,
when it is ready, gets all of it and is told so; it answers `done`, or the time for it is up.
"""

from web_client.protocol import (
    Ignored,
    Malformed,
    ScribeDone,
    ScribeError,
    ScribeFinal,
    ScribePartial,
    ScribeReady,
    StopDictation,
    UnknownEvent,
)
from web_client.state.common import NO_ERROR, fail, server_failed, show, unchanged, while_up
from web_client.state.dictation_state import DictationCore, DictationState, joined
from web_client.state.effects import (
    EndRecording,
    EndSession,
    Send,
    SendRecording,
    StartTimer,
    StopTimer,
)
from web_client.state.local import (
    CancelRequested,
    ConnectionFailed,
    ConnectRequested,
    DestroyRequested,
    DisconnectRequested,
    ReconnectStarted,
    RecordingEnded,
    RecordingStarted,
    StopRequested,
    TimerFired,
)
from web_client.state.renew import replace
from web_client.state.table import Effects, Table

_Step = tuple[DictationCore, Effects]


# What the server says


def ready(core: DictationCore, event: ScribeReady, now: float) -> _Step:
    if core.ready:
        return core, ()
    core = replace(core, ready=True)
    if core.state.status != "finishing":
        core = show(core, status="connected")
    core, stopped = _stop_when_all_is_sent(core)
    return core, (SendRecording(), *stopped)


def partial(core: DictationCore, event: ScribePartial, now: float) -> _Step:
    if not core.ready:
        return core, ()
    return show(core, partial=event.text.strip()), ()


def final(core: DictationCore, event: ScribeFinal, now: float) -> _Step:
    if not core.ready:
        return core, ()
    # An empty one commits the segment as it stands, as in a call (2-sessions, 2.3).
    return _committed(core, event.text.strip() or core.state.partial), ()


def done(core: DictationCore, event: ScribeDone, now: float) -> _Step:
    return _over(core)


def failed(core: DictationCore, event: ScribeError, now: float) -> _Step:
    core, raised = server_failed(_quiet(core), event.error)
    return show(core, status="error"), (*raised, EndSession())


# What the page, the person and the connection do


def connecting(core: DictationCore, event: ConnectRequested, now: float) -> _Step:
    if core.state.status not in ("idle", "error"):
        return core, ()
    return DictationCore(DictationState(status="connecting"), core.done_timeout), ()


def recording_started(core: DictationCore, event: RecordingStarted, now: float) -> _Step:
    return show(core, is_recording=True), ()


def stop_requested(core: DictationCore, event: StopRequested, now: float) -> _Step:
    if core.state.status == "finishing" or not core.state.is_recording:
        return core, ()
    return show(core, status="finishing"), (EndRecording(),)


def recording_ended(core: DictationCore, event: RecordingEnded, now: float) -> _Step:
    core = show(replace(core, recorded=True), status="finishing", is_recording=False)
    return _stop_when_all_is_sent(core)


def reconnecting(core: DictationCore, event: ReconnectStarted, now: float) -> _Step:
    core = replace(_committed(core, core.state.partial), ready=False)
    return core if core.state.status == "finishing" else show(core, status="reconnecting"), ()


def connection_failed(core: DictationCore, event: ConnectionFailed, now: float) -> _Step:
    core, raised = fail(_quiet(core), event.code, event.message)
    return show(core, status="error"), raised


def disconnected(core: DictationCore, event: DisconnectRequested, now: float) -> _Step:
    return show(_quiet(core), status="idle", **NO_ERROR), ()


def cancelled(core: DictationCore, event: CancelRequested, now: float) -> _Step:
    return show(_quiet(core), status="idle", text="", **NO_ERROR), ()


def destroyed(core: DictationCore, event: DestroyRequested, now: float) -> _Step:
    return show(_quiet(core), status="destroyed"), ()


def timer_fired(core: DictationCore, event: TimerFired, now: float) -> _Step:
    if event.name != "done" or core.state.status != "finishing":
        return core, ()
    return _over(core)


DICTATION: Table[DictationCore] = {
    ScribeReady: while_up(ready),
    ScribePartial: while_up(partial),
    ScribeFinal: while_up(final),
    ScribeDone: while_up(done),
    ScribeError: while_up(failed),
    UnknownEvent: unchanged,
    Malformed: unchanged,
    Ignored: unchanged,
    ConnectRequested: connecting,
    RecordingStarted: while_up(recording_started),
    StopRequested: while_up(stop_requested),
    RecordingEnded: while_up(recording_ended),
    ReconnectStarted: while_up(reconnecting),
    ConnectionFailed: connection_failed,
    DisconnectRequested: disconnected,
    CancelRequested: cancelled,
    DestroyRequested: destroyed,
    TimerFired: timer_fired,
}


def _stop_when_all_is_sent(core: DictationCore) -> _Step:
    """Tell the server, and give it time to write down the rest."""
    if not core.is_all_sent:
        return core, ()
    return core, (Send(StopDictation()), StartTimer("done", core.done_timeout))


def _committed(core: DictationCore, segment: str) -> DictationCore:
    return show(core, text=joined(core.state.text, segment), partial="")


def _quiet(core: DictationCore) -> DictationCore:
    """Nobody listens any more: what was heard stays."""
    return show(_committed(core, core.state.partial), is_recording=False)


def _over(core: DictationCore) -> _Step:
    core = show(_quiet(core), status="idle")
    return core, (StopTimer("done"), EndSession())
