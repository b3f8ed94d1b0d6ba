"""From what the user said to what the agent says, in speech.

Turns are answered one after another. What the agent says before it calls tools is spoken before
they run. When the user begins to speak, the agent falls silent at once, and remembers of its reply
only what was heard. A reply that is ready while the user is speaking waits for what they say: it is
said where that was nothing (a cough), and else neither said nor remembered, since the answer to
what was said comes next. So it goes, too, where something came, spoken or typed, while the reply's
voice was being made.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from local_agent.brain import Message
from local_agent.conversation import (
    MAX_TURNS,
    TOO_MANY_TURNS,
    Conversation,
    Replied,
    ToolAnswered,
    ToolsCalled,
    TurnEvent,
)
from local_agent.failures import FAILURES, is_ending
from local_agent.voice.config import VoiceConfig
from local_agent.voice.mouth import Mouth, Utterance
from local_agent.voice.synthesis import Speech, Synthesiser, SynthesisFailed, VoiceUnknown, unspoken

log = logging.getLogger(__name__)

Emit = Callable[..., None]


class Replies:
    """The replies of one call; `emit` sends an event."""

    def __init__(
        self,
        conversation: Conversation,
        synthesiser: Synthesiser,
        mouth: Mouth,
        config: VoiceConfig,
        *,
        emit: Emit,
    ) -> None:
        self._conversation = conversation
        self._call = conversation.call
        self._synthesiser = synthesiser
        self._mouth = mouth
        self._config = config
        self._emit = emit
        self._texts: asyncio.Queue[str] = asyncio.Queue(MAX_TURNS)
        self._spoken: dict[str, Message] = {}
        self._turns = self._heard = 0
        self._understood = asyncio.Event()
        self._voiced = True
        self._count = 0

    def add(self, text: str) -> None:
        """The user said `text`: it is answered after what waits already."""
        try:
            self._texts.put_nowait(text)
            self._heard += 1
        except asyncio.QueueFull:
            self._emit("llm.error", error=TOO_MANY_TURNS)

    def user_began(self) -> None:
        """The user began a turn; `user_ended` follows."""
        self._turns += 1
        self._understood.clear()

    def user_ended(self, text: str) -> None:
        """The turn was understood as `text`, perhaps nothing."""
        self._turns -= 1
        if text:
            self.add(text)
        if not self._turns:
            self._understood.set()

    async def run(self) -> None:
        """Answer, until cancelled."""
        # A tool may keep to itself that it was cancelled.
        while not is_ending():
            text = await self._texts.get()
            try:
                await self._answer(text)
            except FAILURES:
                if is_ending():
                    raise
                # A brain may fail in any way; this turn is lost, the call is not.
                log.exception("call %s: the turn failed", self._call.id)
                self._emit("llm.error", error="The agent could not reply.")

    async def say(self, text: str) -> None:
        """Say `text`, after what is being said, and remember it."""
        message = Message("assistant", text)
        if await self._speak(message):
            self._conversation.said(message)

    def interrupt(self) -> str | None:
        """Fall silent; what was heard of the reply, or None where none was being spoken."""
        stopped = self._mouth.hush()
        cut, self._spoken = self._spoken, {}
        for message in cut.values():
            message.text = ""
        if stopped is None or stopped.position == 0:
            return None
        self._emit("bot.interrupted", message_id=stopped.message_id)
        heard = cut[stopped.message_id].text = " ".join(stopped.heard)
        return heard

    def finished(self, utterance: Utterance) -> None:
        """It was said to its end."""
        self._spoken.pop(utterance.message_id, None)

    async def _answer(self, text: str) -> None:
        reply: Message | None = None
        async with contextlib.aclosing(self._conversation.turn(text)) as events:
            async for event in events:
                self._tell(event)
                if isinstance(event, ToolsCalled) and event.message.text.strip():
                    # Nobody has to wait in silence for what the tools take their time for.
                    await self._say_or_forget(event.message)
                reply = event.message if isinstance(event, Replied) else None
        if reply:
            await self._say_or_forget(reply)

    async def _say_or_forget(self, message: Message) -> None:
        said = False
        try:
            said = self._texts.empty() and await self._speak(message)
        finally:
            if not said:
                message.text = ""

    async def _speak(self, message: Message) -> bool:
        """Whether the message is being said, or waits for its turn."""
        before = self._heard
        speech = await self._speech(message.text)
        if not speech.samples.size:
            return False
        while self._turns:
            await self._understood.wait()
        if self._heard != before:
            return False
        utterance = Utterance(self._next_id(), speech)
        self._spoken[utterance.message_id] = message
        self._mouth.say(utterance)
        return True

    async def _speech(self, text: str) -> Speech:
        config = self._config
        try:
            speech = await self._synthesiser.speech(text, config.voice, config.speed)
        except VoiceUnknown as problem:
            self._emit("llm.error", error=str(problem))
            if config.forget_voice():
                return await self._speech(text)
            return unspoken(text)
        except SynthesisFailed as error:
            if self._voiced:
                self._emit("llm.error", error=f"The agent can't speak: {error}.")
            self._voiced = False
            # Its words are still for reading, and the conversation goes on.
            return unspoken(text)
        self._voiced = True
        return speech

    def _tell(self, event: TurnEvent) -> None:
        match event:
            case ToolsCalled(Message(text=text, tool_calls=calls)):
                if text.strip():
                    self._emit("llm.response", text=text, finish_reason="tool_calls")
                named = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in calls]
                self._emit(
                    "llm.tool_call",
                    tool_calls=named,
                    msg_id=self._next_id(),
                    call_id=self._call.id,
                )
            case ToolAnswered(call, result):
                self._emit("llm.tool_result", tool_call_id=call.id, name=call.name, result=result)
            case Replied(Message(text=text)):
                self._emit("llm.response", text=text, finish_reason="stop")

    def _next_id(self) -> str:
        self._count += 1
        return f"{self._call.id[:8]}-{self._count}"
