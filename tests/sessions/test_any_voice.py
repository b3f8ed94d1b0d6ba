"""A call among anything: nobody muted is heard, and no text is lost (2-sessions, 2.3)."""

import json
from collections import Counter
from functools import partial
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.sessions.any_conversation import AnyConversation
from tests.sessions.any_microphone import AnyMicrophone
from tests.sessions.anything import AMOUNT
from tests.sessions.nonsense import HUGE, NOTHING, VOICE
from web_client import SessionError, UnsentTexts, VoiceSession
from web_client.testing import FakePeer


class AnyVoice(AnyConversation, AnyMicrophone):
    session: VoiceSession

    def begin(self) -> None:
        self.answered: dict[str, int] = {}
        self.session = VoiceSession(agent="florencia", ports=self.ports)

    @property
    def peers(self) -> list[FakePeer]:
        return self.ports.peer.made

    @property
    def arrived(self) -> Counter[str]:
        """How often the servers got each text."""
        frames = (frame for peer in self.peers for frame in peer.frames)
        return Counter(frame["text"] for frame in frames if frame["action"] == "inject_text")

    @invariant()
    def nothing_typed_is_lost_or_said_twice(self) -> None:
        """What had no answer is said again on a new connection, or when the person asks for it;
        nothing else is."""
        arrived, unsent = self.arrived, self.session.unsent
        left = Counter(unsent.queued + unsent.failed)
        for text in self.typed:
            assert arrived[text] or left[text]
            assert left[text] <= 1
        assert all(arrived[text] == times for text, times in self.answered.items())
        for peer in self.peers:
            texts = [frame["text"] for frame in peer.frames if frame["action"] == "inject_text"]
            assert len(set(texts)) == len(texts)

    @invariant()
    def muted_is_silent(self) -> None:
        if self.session.state.is_muted:
            live = [peer.microphone for peer in self.peers if not peer.closed]
            assert not any(microphone.level() for microphone in live)

    @invariant()
    def the_state_tells_what_the_microphone_does(self) -> None:
        """Muted that looks live, or live that looks muted, is a fault (6-faults, The page)."""
        live = [peer.microphone for peer in self.peers if not peer.closed]
        told = {bool(microphone.level()) for microphone in live}
        assert told <= {not self.session.state.is_muted}

    @invariant()
    def what_is_shown_agrees(self) -> None:
        state = self.session.state
        ids = [message.id for message in state.messages]
        assert ids == sorted(ids)
        assert (state.phase == "speaking") == state.agent_speaking
        assert sum(message.speaking for message in state.messages) == state.agent_speaking
        assert all(message.text for message in state.messages)

    @rule()
    def send_text(self) -> None:
        self.do(self.say)

    def say(self) -> None:
        self.session.send_text(self.type_something())

    @rule(place=st.integers(0, 30))
    def retry(self, place: int) -> None:
        failed = self.session.unsent.failed
        if failed:
            self.do(lambda: self.session.retry(failed[place % len(failed)]))

    @rule()
    def toggle_mute(self) -> None:
        self.do(self.session.toggle_mute)

    @rule(config=st.dictionaries(st.sampled_from(["voice", "language"]), st.text(max_size=2)))
    def configure(self, config: dict[str, str]) -> None:
        self.do(lambda: self.session.configure(config))
        self.do(lambda: self.session.update_options(config=config, metadata=config))

    @rule(tool=st.sampled_from(["t1", "t2", "t3"]), volume=st.floats(0, 1))
    def touch_what_there_is(self, tool: str, volume: float) -> None:
        self.do(lambda: self.session.dismiss_tool(tool))
        self.do(lambda: self.session.set_volume(volume))
        assert self.session.levels.input >= 0

    @rule(device=st.sampled_from(["", "built-in", "headphones"]))
    def choose_a_speaker(self, device: str) -> None:
        """And ask for what takes a while."""
        session = self.session

        def act() -> None:
            for work in (
                session.set_output_device(device),
                session.unlock_audio(),
                session.stats(),
            ):
                self.work_on(work)

        self.do(act)

    @rule(refused=st.booleans())
    def sound_waits_for_a_touch_or_not(self, refused: bool) -> None:
        self.ports.media.autoplay_refused = refused

    @rule(act=st.sampled_from(["press_to_talk", "release_to_talk"]))
    def the_button_moves(self, act: str) -> None:
        self.do(getattr(self.session, act))

    @rule(on=st.booleans())
    def push_to_talk(self, on: bool) -> None:
        self.do(lambda: self.session.push_to_talk(on))

    @precondition(lambda self: self.peers)
    @rule(dead=st.booleans())
    def the_line_is_dead_or_not(self, dead: bool) -> None:
        self.peers[-1].dead = dead

    @rule(works=st.booleans())
    def the_server_works_or_is_silent(self, works: bool) -> None:
        made = self.ports.peer
        made.serve = made.connect_call if works else made.silent

    @precondition(lambda self: self.peers)
    @rule(fault=st.sampled_from([None, SessionError("Choose another microphone.")]))
    def the_connection_takes_another_microphone_or_not(self, fault: SessionError | None) -> None:
        self.peers[-1].replace_fault = fault

    @rule()
    def nobody_talks_into_a_dead_microphone(self) -> None:
        self.let_run()
        live = [peer.microphone for peer in self.peers if not peer.closed]
        if not self.ports.gate.holding:
            assert not any(microphone.is_ended for microphone in live)

    @precondition(lambda self: self.peers)
    @rule(state=st.sampled_from(["connecting", "connected", "disconnected", "failed", "closed"]))
    def peer_changes(self, state: Any) -> None:
        self.do(lambda: self.peers[-1].change(state))

    @precondition(lambda self: self.peers)
    @rule(act=st.sampled_from(["open_channel", "close_channel", "add_track", "connect"]))
    def the_other_side_acts(self, act: str) -> None:
        self.do(getattr(self.peers[-1], act))

    def receive(self, text: str) -> None:
        if self.peers:
            self.peers[-1].receive(text)

    @rule(text=VOICE | VOICE | VOICE | NOTHING)
    def server_says(self, text: str) -> None:
        self.hear(text)

    @precondition(lambda self: self.peers and self.peers[-1].channel_open)
    @rule(place=st.integers(0, 30))
    def server_has_heard(self, place: int) -> None:
        """It says so of one of the texts that this connection brought it."""
        peer = self.peers[-1]
        texts = [frame["text"] for frame in peer.frames if frame["action"] == "inject_text"]
        if texts and not peer.closed:
            text = texts[place % len(texts)]
            self.hear(json.dumps({"event": "user.message", "text": text}))
            self.answered[text] = self.arrived[text]

    @rule(which=st.integers(0, len(HUGE) - 1))
    def server_says_much(self, which: int) -> None:
        self.hear(HUGE[which])

    @precondition(lambda self: self.peers)
    @rule(text=VOICE)
    def stale_peers_say(self, text: str) -> None:
        self.do(lambda: self._nothing_comes_of(text))

    def _nothing_comes_of(self, text: str) -> None:
        before = self.session.state
        for peer in self.peers[:-1]:
            peer.events.channel_opened()
            peer.events.state_changed("connected")
            peer.events.channel_received(text)
            peer.events.channel_closed()
        assert self.session.state is before

    def whole_again(self) -> None:
        """And all that was typed has arrived, once what failed was asked for."""
        self.ports.peer.serve = self.ports.peer.connect_call
        super().whole_again()
        self.nothing_typed_is_lost_or_said_twice()
        for text in self.session.unsent.failed:
            self.do(partial(self.session.retry, text))
        assert set(self.arrived) == set(self.typed)
        assert self.session.unsent == UnsentTexts()
        answer = {"event": "bot.finished", "message_id": "last", "text": "Goodbye."}
        self.receive(json.dumps(answer))
        assert self.session.state.messages[-1].text == "Goodbye."


TestAnyVoice = AnyVoice.TestCase
TestAnyVoice.settings = AMOUNT
