"""One call, from its offer to its end (4-local-agent, 4.2; the events are 1-protocol, 1.3).

It stands between the peer connection, the ear, the replies and the mouth, and tells each what
the others report. It owns every task of the call; when the call ends, however it ends, all of
them are cancelled and all that was lent is given back.
"""

import asyncio
import json
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from local_agent.agent import Agent
from local_agent.call import Call
from local_agent.conversation import Conversation
from local_agent.frames import BadFrame, context_in, read_frame, text_in
from local_agent.limits import CallClock
from local_agent.threads import Thread
from local_agent.tokens import Grant, Metadata
from local_agent.voice.config import VoiceConfig
from local_agent.voice.ear import Ear
from local_agent.voice.metrics import Metrics
from local_agent.voice.mouth import Mouth, Utterance
from local_agent.voice.peer import NewPeer
from local_agent.voice.recogniser import Recogniser, Recognisers, RecognitionFailed
from local_agent.voice.replies import Replies
from local_agent.voice.sound import Level, Samples
from local_agent.voice.synthesis import Synthesiser, Word
from local_agent.voice.turns import Change

_CHANGES = {
    Change.STARTED: "speech.started",
    Change.PAUSED: "turn.pause",
    Change.RESUMED: "turn.resumed",
}

_TICK = 0.5
"""Seconds between two looks at the limits."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What all calls share."""

    recognisers: Recognisers
    synthesiser: Synthesiser
    new_peer: NewPeer


class VoiceSession:
    """One call, from its offer to its end. `ended` is called once, when all is released."""

    def __init__(
        self,
        agent: Agent,
        grant: Grant,
        equipment: Equipment,
        *,
        thread: Thread,
        metadata: Metadata,
        config: dict[str, Any],
        ended: Callable[["VoiceSession"], None],
    ) -> None:
        self.id = uuid.uuid4().hex
        self.agent = agent
        self._thread = thread
        self.call = Call(
            self.id,
            "webrtc",
            self,
            browser=metadata,
            sealed=grant.metadata,
            history=thread.history,
        )
        self._config = VoiceConfig(self.call)
        self._config.apply(config)
        self._equipment = equipment
        self._ended = ended
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._clock = CallClock(agent.limits, asyncio.get_running_loop().time())
        self._mouth = Mouth(self)
        self._peer = equipment.new_peer(self, self._mouth)
        self._metrics = Metrics(self._emit)
        self._recogniser: Recogniser | None = None
        self._ear: Ear | None = None
        self._replies = Replies(
            Conversation(agent, self.call, thread.save),
            equipment.synthesiser,
            self._mouth,
            self._config,
            emit=self._emit,
        )

    async def answer(self, sdp: str) -> str:
        """Take the call: the answer's SDP. Raises BadOffer, with nothing left behind."""
        try:
            await self.agent.tell("call.preparing", self.call)
            self._recogniser = self._equipment.recognisers.lend()
            self._ear = Ear(self._recogniser, self)
            return await self._peer.answer(sdp)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """End the call; returns when everything is released."""
        self.gone()
        if self._closing:
            await asyncio.shield(self._closing)

    async def say(self, text: str) -> None:
        """Say `text`, after what is being said."""
        await self._replies.say(text)

    async def hang_up(self) -> None:
        # Not awaited: whoever hangs up may be a tool in one of the tasks that end now.
        self.gone()

    async def report(self, event: str, **members: object) -> None:
        self._emit(event, **members)

    # What the peer connection reports.

    def connected(self) -> None:
        if not self._tasks:
            self._spawn(self._replies.run())
            self._spawn(self._watch_limits())
            self._spawn(self._greet())

    def heard(self, samples: Samples) -> None:
        if self._ear:
            self._ear.hear(samples)

    def told(self, frame: object) -> None:
        if frame == "ping":
            # Not JSON, so a client ignores it; but it sees that somebody is there.
            self._peer.send("pong")
            return
        try:
            self._obey(read_frame(frame))
        except (BadFrame, ValueError) as error:
            self._emit("llm.error", error=str(error))

    def gone(self) -> None:
        if self._closing is None:
            self._closing = asyncio.create_task(self._close())

    # What the ear reports.

    def turn_changed(self, change: Change) -> None:
        self._clock.user_spoke()
        self._emit(_CHANGES[change])
        if change is Change.STARTED:
            self._replies.user_began()
            self._interrupt()

    def understood(self, interim: str) -> None:
        self._emit("user.speaking", text=interim)

    def turn_ended(self, text: asyncio.Future[str]) -> None:
        self._clock.user_spoke()
        self._emit("speech.ended")
        self._emit("turn.end")
        self._spawn(self._understand(text))

    def measured(self, level: Level, probability: float) -> None:
        self._metrics.user(level, probability)

    # What the mouth reports.

    def began(self, utterance: Utterance) -> None:
        text = utterance.speech.text
        self._emit("bot.speaking", message_id=utterance.message_id, text=text)

    def spoke(self, utterance: Utterance, word: Word) -> None:
        self._emit(
            "bot.word", message_id=utterance.message_id, word=word.text, word_index=word.index
        )

    def finished(self, utterance: Utterance) -> None:
        text = utterance.speech.text
        self._replies.finished(utterance)
        self._emit("bot.finished", message_id=utterance.message_id, text=text)
        self._spawn(self.agent.tell("bot.finished", self.call, text))

    def sounded(self, frame: Samples) -> None:
        self._metrics.bot(frame)

    # What the browser asks for.

    def _obey(self, frame: dict[str, Any]) -> None:
        match frame.get("action"):
            case "mute" | "unmute" as action:
                if self._ear:
                    self._ear.muted = action == "mute"
            case "configure":
                self._config.apply({key: frame[key] for key in frame if key != "action"})
            case "inject_text":
                text = text_in(frame)
                self._interrupt()
                self._user_said(text)
                self._replies.add(text)
            case "set_context":
                self.call.set_context(*context_in(frame))
            case _:
                raise BadFrame("The frame has no action that is known.")

    # The conversation.

    async def _greet(self) -> None:
        await self.agent.tell("call.started", self.call)
        greeting = self._config.greeting or self.agent.greeting
        if greeting:
            await self.say(greeting)

    async def _understand(self, text: asyncio.Future[str]) -> None:
        try:
            said = await text
        except RecognitionFailed as failure:
            self._emit("llm.error", error=str(failure))
            said = ""
        # Though it be empty: the page has to know that no answer will come to this turn.
        self._user_said(said)
        self._replies.user_ended(said)

    def _user_said(self, text: str) -> None:
        self._clock.user_spoke()
        self._emit("user.message", text=text)

    def _interrupt(self) -> None:
        heard = self._replies.interrupt()
        if heard is not None:
            self._spawn(self.agent.tell("bot.interrupted", self.call, heard))

    # Time, and the end.

    async def _watch_limits(self) -> None:
        loop = asyncio.get_running_loop()
        limits = self.agent.limits
        while True:
            await asyncio.sleep(_TICK)
            due = self._clock.tick(loop.time(), bot_speaks=self._mouth.busy)
            if due == "warning":
                self._emit("session.idle_warning", remaining_seconds=limits.warning)
                await self.agent.tell("session.idle_warning", self.call)
            elif due:
                self._emit("session.timeout", reason=due)
                await self.agent.tell("session.timeout", self.call, due)
                await asyncio.sleep(limits.grace)
                self.gone()
                return

    async def _close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._mouth.stop()
        await self._peer.close()
        if self._recogniser:
            self._equipment.recognisers.take_back(self._recogniser)
        # Once more: how much was heard of the last reply is only known now.
        self._thread.save()
        await self.agent.tell("call.ended", self.call)
        self._ended(self)

    def _emit(self, event: str, **members: object) -> None:
        self._peer.send(json.dumps({"event": event, **members}))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closing:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
