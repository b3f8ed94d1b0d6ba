"""What the agent says aloud: its voice, its speed, and what of it was heard."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from local_agent import Call, Message
from local_agent.voice import synthesis
from local_agent.voice.synthesis import Synthesiser, SynthesisFailed, VoiceUnknown
from tests.agent.caller import spoken
from tests.agent.calls import call_to, measured, quiet, speeches_of


async def test_speed_and_language_change_within_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async with call_to(quiet()) as (server, caller):
        speeches = speeches_of(server, monkeypatch)
        caller.send({"action": "inject_text", "text": "hello there, how are you today?"})
        await caller.event("bot.finished")
        caller.send({"action": "configure", "tts": {"speed": 2.0}, "language": "es"})
        caller.send({"action": "inject_text", "text": "hello there, how are you today?"})
        await caller.event("bot.finished", 2)
        usual, fast = [speeches.get_nowait().samples.size for _ in range(2)]
        assert 0 < fast < 0.7 * usual
        (call,) = server.calls.live
        assert call.call.language == "es"


async def test_a_region_without_a_voice_of_its_own_speaks_as_its_language() -> None:
    synthesiser = Synthesiser()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(synthesiser.close)
        for region in ("fr-FR", "en-GB", "es-AR"):
            own = await synthesiser.speech("hello there", region.partition("-")[0])
            spoken_there = await synthesiser.speech("hello there", region)
            # espeak-ng never speaks a text twice in quite the same way.
            assert spoken_there.samples.size == pytest.approx(own.samples.size, rel=0.1)
        with pytest.raises(VoiceUnknown):
            await synthesiser.speech("hello there", "zz-FR")


async def test_a_voice_that_is_not_there_is_an_error_and_the_call_speaks_on() -> None:
    async with call_to(quiet()) as (_, caller):
        caller.send({"action": "configure", "voice": "zz"})
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("llm.error"))["error"] == "There is no voice 'zz'."
        assert (await caller.event("bot.finished"))["text"] == "You said: hello"


async def test_what_the_agent_says_by_itself_is_remembered_as_heard() -> None:
    agent = quiet(greeting="Hello.")
    kept: list[Message] = []

    @agent.on("user.message")
    async def announce(call: Call, text: str) -> None:
        if text == "go":
            await call.say("One moment please, I shall have a long look at it.")
            await call.forward("+34 600 000 000")

    @agent.on("call.ended")
    def keep(call: Call) -> None:
        kept.extend(call.history)

    async with call_to(agent) as (_, caller):
        await caller.event("bot.finished")
        caller.send({"action": "inject_text", "text": "go"})
        assert (await caller.event("call.forwarded"))["number"] == "+34 600 000 000"
        await caller.until(lambda: len(caller.all("bot.word")) > 4)
        caller.send({"action": "inject_text", "text": "stop"})
        await caller.event("bot.finished", 2)
        heard = " ".join(word["word"] for word in caller.all("bot.word")[1:-1])
    assert [(message.role, message.text) for message in kept] == [
        ("assistant", "Hello."),
        ("assistant", heard),
        ("user", "go"),
        ("assistant", ""),  # it waited to be said, and was never heard
        ("user", "stop"),
        ("assistant", "Okay."),
    ]


async def test_the_synthesis_process_is_replaced_when_it_died() -> None:
    async with call_to(quiet(greeting="Hello.")) as (server, caller):
        await caller.event("bot.finished")
        died = server.calls.equipment.synthesiser.pid
        assert died
        os.kill(died, signal.SIGKILL)
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("bot.finished", 2))["text"] == "You said: hello"
        assert server.calls.equipment.synthesiser.pid not in (None, died)
        assert caller.all("llm.error") == []


async def test_who_hangs_up_during_a_synthesis_leaves_nothing_for_the_next_call() -> None:
    synthesiser = Synthesiser()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(synthesiser.close)
        usual = await synthesiser.speech("yes")
        cut = asyncio.create_task(synthesiser.speech("my number is five five five, " * 20))
        await asyncio.sleep(0)  # it has asked, and waits for the answer
        cut.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cut
        after = await synthesiser.speech("yes")
        assert after.samples.size == pytest.approx(usual.samples.size, rel=0.1)


async def test_without_espeak_the_agent_answers_in_text_word_by_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "espeak_process.py"
    (tmp_path / "espeakng_loader.py").write_text("raise ImportError('there is no espeak')")
    script.write_text(synthesis._SCRIPT.read_text())
    monkeypatch.setattr(synthesis, "_SCRIPT", script)
    async with call_to(quiet()) as (_, caller):
        await measured(caller, 3)
        caller.microphone.speak(spoken("barge_in"))
        assert (await caller.event("bot.finished"))["text"] == "Okay."
        caller.send({"action": "inject_text", "text": "one two three"})
        await caller.event("bot.finished", 2)
        assert caller.when("bot.finished", 2) - caller.when("bot.speaking", 2) > 1.0
    assert (
        " ".join(word["word"] for word in caller.all("bot.word")) == "Okay. You said: one two three"
    )
    assert [error["error"] for error in caller.all("llm.error")] == [
        "The agent can't speak: there is no espeak."
    ]
    assert not caller.loud_after(0)


async def test_a_synthesis_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "espeak_process.py"
    script.write_text("import time\ntime.sleep(600)")
    monkeypatch.setattr(synthesis, "_SCRIPT", script)
    monkeypatch.setattr(synthesis, "TIME_LIMIT", 0.2)
    synthesiser = Synthesiser()
    with pytest.raises(SynthesisFailed, match="does not answer"):
        await synthesiser.speech("hello")
    assert synthesiser.pid is None
