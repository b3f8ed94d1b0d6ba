"""Whatever a person, a page, a network and a server do, in whatever order.

What every session may meet, and what always holds: no exception gets out of a session, also
where listeners raise or call it back; there are never two live attempts nor two microphones;
each snapshot differs from the one before and is announced; nothing is open where nothing may be,
nor once its page was left; and when the world is whole again, so is the session.

`any_conversation`, `any_microphone` and `any_socket` add what holds for some of them.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.sessions.loop import other_tasks, settled
from tests.sizes import NIGHTLY, size
from web_client import (
    ChatSession,
    DictationSession,
    SessionDestroyed,
    SessionError,
    StatusEvent,
    VoiceSession,
)
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import FakePorts, fake_ports

# The usual run plays the same games each time; what is new is found at night.
AMOUNT = settings(
    max_examples=size(200, 5000),
    stateful_step_count=size(40, 50),
    deadline=None,
    derandomize=not NIGHTLY,
)
HEARD_OR_SEEN = {"socket", "peer", "microphone", "recorder", "playback", "wake lock"}
KEPT = 200
"""How many of the frames that were received can come once more."""

REFUSALS = [HttpResponse(403, "no"), HttpResponse(200, "{}"), NetworkFailed("offline")]


class Anything(RuleBasedStateMachine):
    """A session in a world that is the test's. The loop runs only when a rule lets it."""

    session: ChatSession | VoiceSession | DictationSession

    def __init__(self) -> None:
        super().__init__()
        logging.disable()  # raising listeners are logged, and here they raise by the thousand
        self.loop = asyncio.new_event_loop()
        self.faults: list[object] = []
        self.loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.ports: FakePorts = fake_ports()
        self.usual: dict[str, Any] = dict(self.ports.network.answers)
        self.waiters: list[asyncio.Future[None]] = []
        self.frames: list[str] = []
        self.ways_out: list[Callable[[], None]] = []
        self.do(self.begin)
        self.announced = self.session.state
        self.session.on("change", self.changed)

    def begin(self) -> None:
        raise NotImplementedError

    @initialize(connected=st.booleans())
    def begin_connected_or_not(self, connected: bool) -> None:
        """Much of what may happen needs a connection, and chance seldom makes one."""
        if connected:
            self.connect()
            self.let_run()

    def do(self, act: Callable[[], object]) -> None:
        """Run one act inside the loop; what was ready before it runs too."""

        async def acting() -> None:
            act()

        self.loop.run_until_complete(acting())

    # What always holds

    def changed(self, event: Any) -> None:
        """A listener's errors are logged and no more, so this one keeps what is wrong."""
        if event.state == self.announced:
            self.faults.append("a change that changed nothing")
        self.announced = event.state

    @invariant()
    def every_change_was_announced(self) -> None:
        assert self.session.state is self.announced

    @invariant()
    def nothing_got_out(self) -> None:
        assert not self.faults, self.faults

    @invariant()
    def one_attempt_and_one_microphone(self) -> None:
        held = self.ports.open
        assert held.count("socket") + held.count("peer") <= 1
        for thing in ("recorder", "playback", "online listener"):
            assert held.count(thing) <= 1

    @invariant()
    def who_is_not_connected_holds_nothing(self) -> None:
        """What came in the very round in which it was given up is released in the next one."""
        if self.is_over() and self.ports.open:
            self.do(lambda: None)
        if self.is_over():
            assert not self.ports.open, self.ports.open

    def is_over(self) -> bool:
        return self.session.state.status in ("idle", "error")

    # What the page and the person do

    @rule()
    def connect(self) -> None:
        self.do(lambda: self.waiters.append(self.session.connect()))

    @rule()
    def disconnect(self) -> None:
        self.do(self.session.disconnect)

    @rule(name=st.sampled_from(["change", "message", "status", "error", "event", "chat.token"]))
    def a_listener_raises(self, name: str) -> None:
        def listener(_event: object) -> None:
            raise RuntimeError("a listener's own fault")

        self.ways_out.append(self.session.on(name, listener))

    @rule()
    def an_async_listener_raises(self) -> None:
        async def listener(_event: object) -> None:
            await asyncio.sleep(0)
            raise RuntimeError("a listener's own fault")

        self.ways_out.append(self.session.on("status", listener))

    @rule(
        status=st.sampled_from(["connecting", "connected", "reconnecting", "idle", "error"]),
        act=st.sampled_from(["connect", "disconnect", "say", "leave"]),
    )
    def a_listener_calls_back(self, status: str, act: str) -> None:
        """Up to three times: two that answer each other would go on for ever."""
        acts: dict[str, Callable[[], object]] = {
            "connect": lambda: self.waiters.append(self.session.connect()),
            "disconnect": self.session.disconnect,
            "say": self.say,
            "leave": self.leave,
        }
        left = [acts[act]] * 3

        def listener(event: StatusEvent) -> None:
            if event.status == status and left:
                left.pop()()

        self.ways_out.append(self.session.on("status", listener))

    @rule()
    def leave(self) -> None:
        """Somebody stops listening."""
        if self.ways_out:
            self.ways_out.pop(0)()

    def say(self) -> None:
        raise NotImplementedError

    # What the network does

    @rule()
    def let_run(self) -> None:
        self.loop.run_until_complete(settled())
        if self.session.state.status in ("idle", "connected", "error"):
            assert all(waiter.done() for waiter in self.waiters)

    @rule(seconds=st.sampled_from([0.1, 1, 5, 30, 120]))
    def advance(self, seconds: float) -> None:
        self.do(lambda: self.ports.clock.advance(seconds))

    @rule(fraction=st.floats(0, 1, exclude_max=True))
    def chance(self, fraction: float) -> None:
        self.ports.random.value = fraction

    @rule(
        path=st.sampled_from(["/token", "/ice-servers", "/offer"]),
        answer=st.none() | st.sampled_from(REFUSALS),
    )
    def requests_are_answered_or_not(self, path: str, answer: Any) -> None:
        for known, usual in self.usual.items():
            if known.endswith(path):
                self.ports.network.answers[known] = answer or usual

    @rule(stubborn=st.booleans())
    def the_next_answer_takes_long(self, stubborn: bool) -> None:
        self.ports.gate.stubborn = stubborn
        self.ports.gate.hold_at = len(self.ports.gate.passed)

    @rule()
    def it_comes_at_last(self) -> None:
        """And is released in the loop's next round, if it comes too late for anybody."""
        self.do(self.ports.gate.release)
        self.loop.run_until_complete(settled())

    @rule()
    def come_online(self) -> None:
        self.do(self.ports.network.come_online)

    # What becomes of the page

    @rule()
    def the_page_is_left(self) -> None:
        """From now on no timer runs and nobody looks; who calls back may begin anew."""
        self.do(self.ports.presence.leave)
        self.do(lambda: None)
        if not self.ways_out:
            assert not HEARD_OR_SEEN & set(self.ports.open)

    @rule()
    def the_page_is_shown_again(self) -> None:
        self.do(self.ports.presence.come_back)

    # What the server says

    def receive(self, text: str) -> None:
        """On the connection there is; not when there is none."""
        raise NotImplementedError

    def hear(self, text: str) -> None:
        self.frames = [*self.frames, text][-KEPT:]
        self.do(lambda: self.receive(text))

    @precondition(lambda self: self.frames)
    @rule(place=st.integers(0, KEPT), times=st.integers(1, 3))
    def something_comes_once_more(self, place: int, times: int) -> None:
        """Twice in a row, or after what should have come later.

        By its place: Hypothesis would keep whatever a strategy is made of, and that is much.
        """
        for text in self.frames[place % len(self.frames)], self.frames[-1]:
            for _ in range(times):
                self.do(partial(self.receive, text))

    # The end

    def whole_again(self) -> None:
        """The world works, nobody interferes, and a call is made: it must get through."""
        while self.ways_out:
            self.leave()
        self.ports.network.answers.update(self.usual)
        self.ports.gate.stubborn = False
        self.it_comes_at_last()
        self.do(self.session.disconnect)
        assert self.ports.open == []
        self.connect()
        self.let_run()
        self.every_change_was_announced()
        assert self.session.state.status == "connected"

    def teardown(self) -> None:
        try:
            self.whole_again()
            self.do(self.session.destroy)
            assert self.ports.open == []
            self.loop.run_until_complete(settled())
            self.loop.run_until_complete(self._nothing_runs())
            self.nothing_got_out()
            self._every_method_refuses()
        finally:
            self.loop.close()
            logging.disable(logging.NOTSET)

    async def _nothing_runs(self) -> None:
        assert other_tasks() == set()
        assert all(waiter.done() for waiter in self.waiters)

    def _every_method_refuses(self) -> None:
        for method in self.methods():
            try:
                method()
            except SessionDestroyed:
                continue
            raise AssertionError("a destroyed session went on")

    def methods(self) -> list[Callable[[], object]]:
        """Those that a destroyed session refuses, at once."""
        session = self.session
        return [session.connect, session.disconnect, lambda: session.subscribe(list)]


async def bearing(work: Any) -> None:
    """What a page does with an async method: a typed error is told to the person."""
    with contextlib.suppress(SessionError):
        await work
