"""A dictation among anything: what was said arrives whole and once, what was heard stays, and the
microphone goes out (1-protocol, 1.4)."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.sessions.any_microphone import AnyMicrophone
from tests.sessions.any_socket import AnySocket
from tests.sessions.anything import AMOUNT
from tests.sessions.dictations import STOP
from tests.sessions.nonsense import HUGE, NOTHING, SCRIBE
from web_client import DictationSession, MicrophoneError
from web_client.testing import ScriptedSocket

Frames = dict[int, list[bytes]]
"""By the recorder that heard them: each dictation has one of its own."""


class Stopping:
    """One `stop()`, and what was committed when it was called."""

    def __init__(self, text: str, cancelled: int, stop: Coroutine[Any, Any, str]) -> None:
        self.text = text
        self.cancelled = cancelled
        self.gives = asyncio.ensure_future(stop)


class AnyDictation(AnyMicrophone, AnySocket):
    session: DictationSession

    def begin(self) -> None:
        self.spoken: Frames = defaultdict(list)
        self.stopping: list[Stopping] = []
        self.cancelled = 0
        self.taken_back = False
        self.hearing = False
        self.ports.network.serve = self.ports.network.begin_dictation
        self.session = DictationSession(agent="florencia", ports=self.ports)

    # What always holds

    def changed(self, event: Any) -> None:
        before = self.announced
        super().changed(event)
        if not self._may_change(before, event.state):
            self.faults.append(f"{before} became {event.state}")

    def _may_change(self, before: Any, after: Any) -> bool:
        """What is committed stays, and what runs is committed by whatever interrupts it; but for
        a person who takes it back, or begins anew."""
        if before.status in ("idle", "error") and after.status == "connecting":
            return bool(after.transcript == "")
        if self.taken_back and not after.transcript:
            self.taken_back = False
            return True
        stays = after.transcript == before.transcript
        return bool(after.text.startswith(before.text) and (stays or self.hearing))

    @invariant()
    def who_records_has_a_microphone_and_nobody_else_keeps_one(self) -> None:
        state = self.session.state
        if state.is_recording:
            assert "microphone" in self.ports.open
            assert state.status not in ("idle", "error")
        elif state.status == "finishing":
            assert "microphone" not in self.ports.open

    @invariant()
    def what_runs_is_shown_behind_what_is_committed(self) -> None:
        state = self.session.state
        assert state.transcript.startswith(state.text)
        assert state.transcript.endswith(state.partial)
        assert state.status not in ("idle", "error") or not state.partial

    @invariant()
    def all_that_was_said_arrives_once_and_in_order(self) -> None:
        arrived = self._arrived()
        for recorder, frames in arrived.items():
            spoken = self.spoken[recorder]
            assert frames == spoken[: len(frames)]
        if self.session.state.status == "connected":
            recorder = len(self.ports.media.recorders) - 1
            assert arrived.get(recorder, []) == self.spoken[recorder]

    def _arrived(self) -> Frames:
        arrived: Frames = defaultdict(list)
        for socket in self.sockets:
            for sent in socket.sent:
                if isinstance(sent, bytes):
                    arrived[sent[0]].append(sent)
        return arrived

    @invariant()
    def the_server_is_told_once_that_it_is_all(self) -> None:
        for socket in self.sockets:
            assert STOP not in socket.sent[:-1]

    # What the person does

    @precondition(lambda self: self.ports.media.recorders)
    @rule(times=st.integers(1, 3))
    def speak(self, times: int) -> None:
        for _ in range(times):
            self.do(self.say)

    def say(self) -> None:
        """A frame like no other, if anybody records."""
        if not self.ports.media.recorders:
            self.session.connect()
            return
        number = len(self.ports.media.recorders) - 1
        recorder = self.ports.media.recorders[number]
        if recorder.microphone is not None and not recorder.finished and not recorder.closed:
            spoken = self.spoken[number]
            spoken.append(bytes([number % 256, len(spoken) % 256, len(spoken) // 256]))
            recorder.hear(spoken[-1])

    @rule()
    def stop(self) -> None:
        self.do(self._stop)

    def _stop(self) -> None:
        text = self.session.state.text
        self.stopping.append(Stopping(text, self.cancelled, self.session.stop()))

    @rule()
    def cancel(self) -> None:
        self.do(self._cancel)

    def _cancel(self) -> None:
        self.cancelled += 1
        # A listener may cancel what is being cancelled.
        self.taken_back |= bool(self.session.state.transcript)
        self.session.cancel()
        assert self.session.state.transcript == ""

    @rule(
        status=st.sampled_from(["connected", "finishing", "reconnecting", "idle", "error"]),
        act=st.sampled_from(["stop", "cancel"]),
    )
    def a_listener_ends_it(self, status: str, act: str) -> None:
        acts: dict[str, Callable[[], None]] = {"stop": self._stop, "cancel": self._cancel}
        left = [acts[act]] * 3

        def listener(event: Any) -> None:
            if event.status == status and left:
                left.pop()()

        self.ways_out.append(self.session.on("status", listener))

    @precondition(lambda self: self.session.state.status in ("idle", "error"))
    @rule()
    def begin_anew(self) -> None:
        """What there is to lose, is lost to somebody who speaks and is heard."""
        self.connect()
        self.let_run()
        self.speak(2)

    @precondition(lambda self: self.session.state.status == "connected")
    @rule(times=st.integers(0, 2))
    def the_line_breaks_while_somebody_speaks(self, times: int) -> None:
        self.socket_drops(1006)
        assert not self.session.state.partial
        for _ in range(times):
            self.do(self.say)
        self.advance(30)
        self.let_run()

    @rule()
    def let_run(self) -> None:
        super().let_run()
        if self.session.state.status in ("idle", "error"):
            assert all(stopping.gives.done() for stopping in self.stopping)
        for stopping in self.stopping:
            if stopping.gives.done():
                self._gave_what_was_heard(stopping)

    def _gave_what_was_heard(self, stopping: Stopping) -> None:
        given = stopping.gives.result()
        was_taken_back = stopping.cancelled < self.cancelled and not given
        assert was_taken_back or given.startswith(stopping.text)

    @rule(fault=st.sampled_from([None, MicrophoneError("This page can't record.")]))
    def the_page_can_record_or_not(self, fault: MicrophoneError | None) -> None:
        self.ports.media.recorder_fault = fault

    # What the server says

    def receive(self, text: str) -> None:
        self.hearing = True
        super().receive(text)
        self.hearing = False

    @rule(event=st.sampled_from(["partial", "final"]), text=st.sampled_from(["one", "two", "我"]))
    def server_writes_down(self, event: str, text: str) -> None:
        self.hear(json.dumps({"event": event, "text": text}))

    @rule(text=SCRIBE | SCRIBE | SCRIBE | NOTHING)
    def server_says(self, text: str) -> None:
        self.hear(text)

    @rule(which=st.integers(0, len(HUGE) - 1))
    def server_says_much(self, which: int) -> None:
        self.hear(HUGE[which])

    # The end

    def whole_again(self) -> None:
        """And somebody is heard, to the last word."""
        self.ports.media.recorder_fault = None
        super().whole_again()
        self.say()
        self.do(partial(self.receive, '{"event": "final", "text": "The end."}'))
        self.stop()
        self.let_run()
        assert self.stopping[-1].gives.result() == "The end."
        self.all_that_was_said_arrives_once_and_in_order()
        self._all_of_it_arrived(self.sockets[-1])
        assert self.ports.open == []

    def _all_of_it_arrived(self, socket: ScriptedSocket) -> None:
        assert socket.sent == [*self.spoken[len(self.ports.media.recorders) - 1], STOP]

    def methods(self) -> list[Callable[[], object]]:
        return [*super().methods(), self.session.cancel]


TestAnyDictation = AnyDictation.TestCase
TestAnyDictation.settings = AMOUNT
