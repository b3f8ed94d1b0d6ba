"""Conversations as users' tests write them: `web_client.testing.Dialogue`."""

import asyncio
import re
import runpy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tests.sessions.loop import other_tasks, settled
from web_client import ChatSession, DictationSession, Messages, VoiceSession, testing
from web_client.state.chat_state import ChatMessage
from web_client.state.voice_state import VoiceMessage
from web_client.testing import Dialogue, FakePorts, fake_ports

QUESTION = "What are the opening hours on Friday?"
ANSWER = "On Friday we are open from nine to six."
README = Path(testing.__file__).with_name("README.md").read_text()


def opening_hours() -> Dialogue:
    return (
        Dialogue()
        .bot("Hello, this is Mara.")
        .user(QUESTION)
        .calls("get_opening_hours", day="friday")
        .returns({"opens": "nine", "closes": "six"})
        .bot(ANSWER)
    )


def lines(messages: Messages[ChatMessage] | Messages[VoiceMessage]) -> list[str]:
    return [f"{message.role}: {message.text}" for message in messages]


AS_SHOWN = [
    "bot: Hello, this is Mara.",
    f"user: {QUESTION}",
    "system: ✓ get_opening_hours",
    f"bot: {ANSWER}",
]


async def test_a_chat() -> None:
    dialogue = opening_hours()
    async with ChatSession(agent="mara", ports=fake_ports(dialogue)) as chat:
        grown: list[str] = []
        chat.on("chat.token", lambda event: grown.append(event.text))
        chat.set_context("page", "prices")
        chat.send(QUESTION)
        await dialogue.ended()
        assert lines(chat.state.messages) == AS_SHOWN
        assert not chat.state.typing
        assert "On Friday we" in grown


async def test_a_call() -> None:
    dialogue = opening_hours()
    ports = fake_ports(dialogue)
    async with VoiceSession(agent="mara", ports=ports) as call:
        await dialogue.ended()
        assert lines(call.state.messages) == AS_SHOWN
        [tool] = call.state.tool_calls
        assert tool.arguments == {"day": "friday"}
        assert tool.result == {"opens": "nine", "closes": "six"}
        assert (call.state.phase, call.state.agent_speaking) == ("listening", False)
    assert ports.open == []


async def test_a_dictation() -> None:
    dialogue = Dialogue().user("A table for two.").user("At eight.")
    dictation = DictationSession(agent="mara", ports=fake_ports(dialogue))
    partials: list[str] = []
    dictation.on("partial", lambda event: partials.append(event.text))
    async with dictation:
        await dialogue.ended()
        assert await dictation.stop() == "A table for two. At eight."
        assert partials == ["A", "A table", "A table for", "At"]


async def test_the_one_in_the_readme(tmp_path: Path) -> None:
    [example] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (tmp_path / "example.py").write_text(example)
    await runpy.run_path(str(tmp_path / "example.py"))["test_opening_hours"]()


async def test_what_the_readme_names_is_there() -> None:
    ports = fake_ports()
    async with (
        ChatSession(agent="mara", ports=ports),
        VoiceSession(agent="mara", ports=ports),
        DictationSession(agent="mara", ports=ports),
    ):
        named = re.findall(r"ports((?:\.\w+(?:\[-1\])?)+)", README)
        for path in named:
            thing: Any = ports
            for name, last in re.findall(r"\.(\w+)(\[-1\])?", path):
                thing = getattr(thing, name)[-1] if last else getattr(thing, name)
    assert {field.name for field in fields(FakePorts)} <= {path.split(".")[1] for path in named}


async def test_it_goes_on_after_a_lost_connection() -> None:
    dialogue = Dialogue().user("One.").drops().bot("Two.").user("Three.").bot("Four.")
    ports = fake_ports(dialogue)
    async with ChatSession(agent="mara", ports=ports) as chat:
        chat.send("One.")
        await settled()
        assert chat.state.status == "reconnecting"
        ports.clock.advance(1)
        await settled()
        chat.send("Three.")
        await dialogue.ended()
        assert chat.state.messages[-1].text == "Four."


async def test_a_call_that_drops() -> None:
    dialogue = Dialogue().bot("One.").drops().bot("Two.")
    ports = fake_ports(dialogue)
    async with VoiceSession(agent="mara", ports=ports) as call:
        await settled()
        assert call.state.status == "reconnecting"
        ports.clock.advance(1)
        await dialogue.ended()
        assert lines(call.state.messages) == ["bot: One.", "bot: Two."]


async def test_a_pause_is_time_to_look() -> None:
    dialogue = Dialogue().bot("One.").pauses().bot("Two.").pauses()
    async with VoiceSession(agent="mara", ports=fake_ports(dialogue)) as call:
        await settled()
        assert lines(call.state.messages) == ["bot: One."]
        dialogue.go_on()
        await settled()
        assert lines(call.state.messages) == ["bot: One.", "bot: Two."]
        dialogue.go_on()
        await dialogue.ended()


@pytest.mark.parametrize("kind", [ChatSession, VoiceSession, DictationSession])
async def test_an_error_is_a_line_too(
    kind: type[ChatSession | VoiceSession | DictationSession],
) -> None:
    dialogue = Dialogue().fails("Out of breath.")
    async with kind(agent="mara", ports=fake_ports(dialogue)) as session:
        await dialogue.ended()
        assert session.state.error == "Out of breath."


async def test_saying_something_else_fails_the_test() -> None:
    dialogue = Dialogue().user("Yes.").bot("Good.")
    async with ChatSession(agent="mara", ports=fake_ports(dialogue)) as chat:
        chat.send("No.")
        with pytest.raises(AssertionError, match=r"The user says 'Yes\.' here, not 'No\.'"):
            await dialogue.ended()
        assert len(chat.state.messages) == 1


async def test_saying_nothing_fails_the_test() -> None:
    dialogue = Dialogue().user("Yes.")
    async with ChatSession(agent="mara", ports=fake_ports(dialogue)):
        with pytest.raises(AssertionError, match=r"stands at User\(text=.Yes"):
            await dialogue.ended(within=0)


async def test_nobody_answers_a_dictation() -> None:
    dialogue = Dialogue().user("Hello?").bot("Hello.")
    async with DictationSession(agent="mara", ports=fake_ports(dialogue)):
        with pytest.raises(AssertionError, match="Nobody answers"):
            await dialogue.ended()


def test_a_result_has_its_call() -> None:
    with pytest.raises(ValueError, match="No tool was called"):
        Dialogue().returns(7)


async def test_hanging_up_leaves_nobody_talking() -> None:
    dialogue = Dialogue().bot("Hello.").user("Yes.").bot("Good.")
    ports: FakePorts = fake_ports(dialogue)
    async with ChatSession(agent="mara", ports=ports) as chat:
        await settled()
        chat.disconnect()
    await settled()
    assert ports.open == []
    assert other_tasks() == set()
    ended = asyncio.ensure_future(dialogue.ended(within=60))
    await settled()
    assert not ended.done()
    ended.cancel()
