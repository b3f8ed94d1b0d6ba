"""What is said of the replies, without a sound: the test is the voice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from local_agent import Agent, Call, Piece, Text, Turn, UseTool
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


class _Looks:
    """A brain that says something, uses a tool, and says something about it."""

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        if turn.messages[-1].role == "tool":
            yield Text("It is free.")
        elif turn.messages[-1].text == "look":
            yield Text("One moment.")
            yield UseTool("1", "look", {})
        else:
            yield Text("Well.")


class _Diary:
    """An agent that looks into its diary, and how far it is with that."""

    def __init__(self) -> None:
        self.agent = Agent("diary", brain=_Looks())
        self.opened = asyncio.Event()
        self.found = asyncio.Event()
        self.agent.tool(self.look)

    async def look(self) -> None:
        self.opened.set()
        await self.found.wait()


async def test_what_is_said_before_a_tool_is_spoken_before_it_runs() -> None:
    voice, mouth, diary = _Voice(), _Mouth(), _Diary()
    async with _replying(voice, mouth, diary.agent) as (replies, call):
        replies.add("look")
        assert await asyncio.wait_for(voice.asked.get(), 5) == "One moment."
        assert not diary.opened.is_set()
        voice.made.release()
        assert await mouth.told.get() == "One moment."
        await diary.opened.wait()
        diary.found.set()
        voice.made.release()
        assert await mouth.told.get() == "It is free."
        assert [m.text for m in call.history if m.role != "tool"] == [
            "look",
            "One moment.",
            "It is free.",
        ]


async def test_what_was_not_heard_before_a_tool_is_not_remembered_but_the_tool_is() -> None:
    voice, mouth, diary = _Voice(), _Mouth(), _Diary()
    async with _replying(voice, mouth, diary.agent) as (replies, call):
        replies.add("look")
        voice.made.release()
        await asyncio.wait_for(diary.opened.wait(), 5)
        replies.interrupt()
        diary.found.set()
        voice.made.release()
        assert await mouth.told.get() == "One moment."
        assert await mouth.told.get() == "It is free."
        _, asking, result, _ = call.history
        assert (asking.text, [use.id for use in asking.tool_calls]) == ("", ["1"])
        assert result.tool_call_id == "1"


@pytest.mark.parametrize("come", [_typed, _spoken])
async def test_what_comes_before_a_tool_runs_takes_the_place_of_what_was_to_be_said(
    come: Callable[[Replies], None],
) -> None:
    voice, mouth, diary = _Voice(), _Mouth(), _Diary()
    diary.found.set()
    async with _replying(voice, mouth, diary.agent) as (replies, call):
        replies.add("look")
        assert await asyncio.wait_for(voice.asked.get(), 5) == "One moment."
        come(replies)
        voice.made.release()
        voice.made.release()
        assert await mouth.told.get() == "Well."
        assert diary.opened.is_set()
        assert [message.text for message in call.history if message.role == "assistant"] == [
            "",
            "",
            "Well.",
        ]


async def test_a_call_that_ends_while_the_voice_is_made_remembers_nothing_of_it() -> None:
    voice, diary = _Voice(), _Diary()
    async with _replying(voice, _Mouth(), diary.agent) as (replies, call):
        replies.add("look")
        assert await asyncio.wait_for(voice.asked.get(), 5) == "One moment."
    assert [message.text for message in call.history] == ["look"]
