"""One call: what is heard becomes turns, turns become replies, replies become speech.

(4-local-agent, 4.2; the events are 1-protocol, 1.3.)

Turns are answered one after another. When the user begins to speak, the agent falls silent at
once, and remembers of its reply only what was heard. A reply that is ready while the user is
speaking stays unsaid: the answer to what is being said comes next.
"""

import asyncio
import contextlib
import json
import logging
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from local_agent.agent import Agent
from local_agent.brain import Message
from local_agent.call import Call
from local_agent.conversation import Conversation, Replied, ToolAnswered, ToolsCalled, TurnEvent
from local_agent.frames import BadFrame, context_in, read_frame, text_in
from local_agent.limits import CallClock
from local_agent.tokens import Grant, Metadata
from local_agent.voice.config import VoiceConfig
from local_agent.voice.ear import Ear
from local_agent.voice.metrics import Metrics
from local_agent.voice.mouth import Mouth, Utterance
from local_agent.voice.peer import Peer
from local_agent.voice.recogniser import Recogniser, Recognisers
from local_agent.voice.sound import Level, Samples
from local_agent.voice.synthesis import Synthesiser, SynthesisFailed, Word
from local_agent.voice.turns import Change

log = logging.getLogger(__name__)

_CHANGES = {
    Change.STARTED: "speech.started",
    Change.PAUSED: "turn.pause",
    Change.RESUMED: "turn.resumed",
}

_MAX_TURNS = 16
"""How many turns may wait for their answers."""

_TICK = 0.5
"""Seconds between two looks at the limits."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What all calls share."""

    recognisers: Recognisers
    synthesiser: Synthesiser


class VoiceSession:
    """One call, from its offer to its end. `ended` is called once, when all is released."""

    def __init__(
        self,
        agent: Agent,
        grant: Grant,
        equipment: Equipment,
        *,
        metadata: Metadata,
        config: dict[str, Any],
        ended: Callable[["VoiceSession"], None],
    ) -> None:
        self.id = uuid.uuid4().hex
        self.agent = agent
        self.call = Call(self.id, "webrtc", self, browser=metadata, sealed=grant.metadata)
        self._config = VoiceConfig(self.call)
        self._config.apply(config)
        self._equipment = equipment
        self._ended = ended
        self._conversation = Conversation(agent, self.call)
        self._texts: asyncio.Queue[str] = asyncio.Queue(_MAX_TURNS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None
        self._replies = 0
        self._clock = CallClock(agent.limits, asyncio.get_running_loop().time())
        self._spoken: dict[str, Message] = {}
        self._mouth = Mouth(self)
        self._peer = Peer(self, self._mouth)
        self._metrics = Metrics(self._emit)
        self._recogniser: Recogniser | None = None
        self._ear: Ear | None = None

    async def answer(self, sdp: str) -> str:
        """Take the call: the answer's SDP. Raises BadOffer, with nothing left behind."""
        try:
            await self.agent.tell("call.preparing", self.call)
            self._recogniser = await self._equipment.recognisers.lend()
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
        await self._speak(text, None)

    async def hang_up(self) -> None:
        # Not awaited: whoever hangs up may be a tool in one of the tasks that end now.
        self.gone()

    # What the peer connection reports.

    def connected(self) -> None:
        if not self._tasks:
            self._spawn(self._answer_turns())
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
        self._spoken.pop(utterance.message_id, None)
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
                self._interrupt()
                self._user_said(text_in(frame))
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
        if said := await text:
            self._user_said(said)

    def _user_said(self, text: str) -> None:
        self._clock.user_spoke()
        self._emit("user.message", text=text)
        try:
            self._texts.put_nowait(text)
        except asyncio.QueueFull:
            self._emit("llm.error", error="Too many messages wait for their answers.")

    async def _answer_turns(self) -> None:
        while True:
            text = await self._texts.get()
            try:
                async with contextlib.aclosing(self._conversation.turn(text)) as events:
                    async for event in events:
                        self._tell(event)
                        reply = event
                if isinstance(reply, Replied) and self._texts.empty():
                    await self._speak(reply.text, self.call.history[-1])
            except Exception:
                # A brain may fail in any way; this turn is lost, the call is not.
                log.exception("call %s: the turn failed", self.id)
                self._emit("llm.error", error="The agent could not reply.")

    def _tell(self, event: TurnEvent) -> None:
        match event:
            case ToolsCalled(calls):
                named = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in calls]
                self._emit(
                    "llm.tool_call", tool_calls=named, msg_id=self._next_id(), call_id=self.id
                )
            case ToolAnswered(call, result):
                self._emit("llm.tool_result", tool_call_id=call.id, name=call.name, result=result)
            case Replied(text):
                self._emit("llm.response", text=text, finish_reason="stop")

    async def _speak(self, text: str, remembered: Message | None) -> None:
        synthesiser = self._equipment.synthesiser
        try:
            speech = await synthesiser.speech(text, self._config.voice)
        except SynthesisFailed as error:
            self._emit("llm.error", error=f"The agent can't speak: {error}.")
            return
        if self._ear and self._ear.in_turn:
            return
        utterance = Utterance(self._next_id(), speech)
        if remembered:
            self._spoken[utterance.message_id] = remembered
        if speech.samples.size:
            self._mouth.say(utterance)

    def _interrupt(self) -> None:
        stopped = self._mouth.hush()
        if stopped is None or stopped.position == 0:
            return
        self._emit("bot.interrupted", message_id=stopped.message_id)
        heard = " ".join(stopped.heard)
        if remembered := self._spoken.pop(stopped.message_id, None):
            remembered.text = heard
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

    def _next_id(self) -> str:
        self._replies += 1
        return f"{self.id[:8]}-{self._replies}"
