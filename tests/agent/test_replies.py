"""What is said of the replies, without a sound: the test is the voice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from local_agent import Agent, Call, Text, Turn
from local_agent.conversation import Conversation
from local_agent.voice.config import VoiceConfig
from local_agent.voice.mouth import Mouth, Utterance
from local_agent.voice.replies import Replies
from local_agent.voice.sound import Samples
from local_agent.voice.synthesis import Speech, Synthesiser, Word, unspoken
from tests.agent.calls import quiet


class _Voice(Synthesiser):
    """Makes a speech when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Queue[str]()
        self.made = asyncio.Semaphore(0)

    async def speech(self, text: str, voice: str = "", speed: float = 1.0) -> Speech:
        self.asked.put_nowait(text)
        await self.made.acquire()
        return unspoken(text)


class _Mouth(Mouth):
    """Notes what it is to say."""

    def __init__(self) -> None:
        super().__init__(self)
        self.told = asyncio.Queue[str]()

    def say(self, utterance: Utterance) -> None:
        self.told.put_nowait(utterance.speech.text)

    def began(self, utterance: Utterance) -> None:
        """Nothing leaves it."""

    def spoke(self, utterance: Utterance, word: Word) -> None:
        """Nothing leaves it."""

    def finished(self, utterance: Utterance) -> None:
        """Nothing leaves it."""

    def sounded(self, frame: Samples) -> None:
        """Nothing leaves it."""


class _Line:
    async def say(self, text: str) -> None:
        """Nobody asks for it."""

    async def hang_up(self) -> None:
        """Nobody asks for it."""

    async def report(self, event: str, **members: object) -> None:
        """Nobody asks for it."""


@asynccontextmanager
async def _replying(
    voice: _Voice, mouth: _Mouth, agent: Agent | None = None
) -> AsyncIterator[tuple[Replies, Call]]:
    call = Call("call", "webrtc", _Line())
    conversation = Conversation(agent or quiet(), call)
    replies = Replies(conversation, voice, mouth, VoiceConfig(call), emit=lambda *_, **__: None)
    running = asyncio.create_task(replies.run())
    try:
        yield replies, call
    finally:
        running.cancel()
        await asyncio.wait([running])


def _typed(replies: Replies) -> None:
    replies.add("two")


def _spoken(replies: Replies) -> None:
    replies.user_began()
    replies.user_ended("two")


@pytest.mark.parametrize("come", [_typed, _spoken])
async def test_what_comes_while_a_voice_is_made_takes_the_place_of_that_reply(
    come: Callable[[Replies], None],
) -> None:
    voice, mouth = _Voice(), _Mouth()
    async with _replying(voice, mouth) as (replies, call):
        replies.add("one")
        assert await voice.asked.get() == "You said: one"
        come(replies)
        voice.made.release()
        assert await voice.asked.get() == "You said: two"
        voice.made.release()
        assert await mouth.told.get() == "You said: two"
        assert [message.text for message in call.history] == ["one", "", "two", "You said: two"]


async def test_a_brain_in_which_something_was_cancelled_costs_the_turn_alone() -> None:
    class Once:
        async def reply(self, turn: Turn) -> AsyncIterator[Text]:
            if turn.messages[-1].text == "badly":
                raise asyncio.CancelledError
            yield Text("Well.")

    voice, mouth = _Voice(), _Mouth()
    async with _replying(voice, mouth, Agent("once", brain=Once())) as (replies, _):
        replies.add("badly")
        replies.add("well")
        voice.made.release()
        assert await asyncio.wait_for(mouth.told.get(), 5) == "Well."
