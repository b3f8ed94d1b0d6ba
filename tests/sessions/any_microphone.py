"""What may become of a microphone: refused, chosen, silenced, pulled out."""

import asyncio
from collections.abc import Awaitable

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.sessions.anything import Anything, bearing
from web_client import Device, DictationSession, MicrophoneRefused, VoiceSession

DEVICES = [
    Device("built-in", "audioinput", "Built-in microphone"),
    Device("headphones", "audioinput", "Headphones"),
    Device("headphones", "audiooutput", "Headphones"),
]


class AnyMicrophone(Anything):
    """None is open without a use for it (6-faults, Privacy)."""

    session: VoiceSession | DictationSession

    def __init__(self) -> None:
        self.works: list[asyncio.Future[None]] = []
        super().__init__()

    @invariant()
    def microphones_are_those_of_the_call(self) -> None:
        """While one is exchanged for another, both are open for a moment, and never three."""
        assert self.ports.open.count("microphone") <= 2

    def work_on(self, work: Awaitable[object]) -> None:
        """What takes a while; nobody waits for it."""
        self.works.append(asyncio.ensure_future(bearing(work)))

    @rule(device=st.none() | st.sampled_from(["built-in", "headphones"]))
    def choose_a_microphone(self, device: str | None) -> None:
        def act() -> None:
            self.work_on(self.session.set_input_device(device))
            self.work_on(self.session.devices())

        self.do(act)

    @rule(refusal=st.sampled_from([None, MicrophoneRefused("Allow it, then press again.")]))
    def microphones_are_to_be_had_or_not(self, refusal: MicrophoneRefused | None) -> None:
        self.ports.media.refusal = refusal

    @precondition(lambda self: self.ports.media.microphones)
    @rule()
    def microphone_is_pulled_out(self) -> None:
        self.do(self.ports.media.microphones[-1].pull_out)

    @precondition(lambda self: self.ports.media.microphones)
    @rule(silent=st.booleans())
    def the_system_silences_a_microphone(self, silent: bool) -> None:
        self.do(lambda: self.ports.media.microphones[-1].silence(silent))

    @rule(plugged=st.lists(st.sampled_from(DEVICES), unique=True))
    def something_is_plugged_in_or_pulled_out(self, plugged: list[Device]) -> None:
        self.do(lambda: self.ports.media.plug(*plugged))

    def whole_again(self) -> None:
        self.ports.media.refusal = None
        super().whole_again()
