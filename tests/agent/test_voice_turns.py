"""Who speaks when: a caller is heard, answered, waited for, and may interrupt."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from local_agent import Agent, Call, Message, Piece, Text, Turn, UseTool
from local_agent.voice.turns import Change
from tests.agent.caller import Caller, spoken
from tests.agent.calls import call_to, measured, quiet, speeches_of

BARGE_IN_LIMIT = 0.5
"""Seconds from the user's first sound to the agent's silence."""


async def test_a_spoken_question_is_heard_and_answered_in_speech(mara: Agent) -> None:
    async with call_to(mara, recognisers=1) as (_, caller):
        greeting = await caller.event("bot.finished")
        assert greeting["text"] == "Hello, this is Mara."
        caller.microphone.speak(spoken("question"))
        answer = await caller.event("bot.finished", 2)
        _check_transcript(caller)
        _check_answer(caller, answer["message_id"])
        reply = caller.when("bot.speaking", 2)
        assert caller.loud_after(reply)[0] - caller.microphone.spoke_until < 1.5


def _check_transcript(caller: Caller) -> None:
    names = caller.names()
    start = names.index("speech.started")
    assert [name for name in names[start:] if name not in ("turn.pause", "turn.resumed")][:7] == [
        "speech.started",
        "speech.ended",
        "turn.end",
        "user.message",
        "llm.tool_call",
        "llm.tool_result",
        "llm.response",
    ]
    assert [message["text"] for message in caller.all("user.message")] == [
        "what are the opening hours on friday"
    ]
    assert caller.all("user.speaking")


def _check_answer(caller: Caller, message_id: str) -> None:
    (called,) = caller.all("llm.tool_call")[0]["tool_calls"]
    (result,) = caller.all("llm.tool_result")
    assert (called["name"], called["arguments"]) == ("get_opening_hours", {"day": "friday"})
    assert result["tool_call_id"] == called["id"]
    words = [word for word in caller.all("bot.word") if word["message_id"] == message_id]
    assert " ".join(word["word"] for word in words) == "On Friday we are open from nine to six."
    assert [word["word_index"] for word in words] == list(range(len(words)))
    times = [at for at, event in caller.events if event in words]
    assert 1.0 < times[-1] - times[0] < 5.0
    sources = {metric["source"] for metric in caller.all("audio.metrics")}
    assert sources == {"user", "bot"}
    assert max(m["vad_prob"] for m in caller.all("audio.metrics") if m["source"] == "user") > 0.9


async def test_barge_in_stops_the_sound_at_once(mara: Agent) -> None:
    interrupted: list[tuple[str, Message]] = []

    @mara.on("bot.interrupted")
    def note(call: Call, heard: str) -> None:
        interrupted.append((heard, call.history[-1]))

    async with call_to(mara, recognisers=1, config={"greeting": "Yes?"}) as (_, caller):
        await caller.event("bot.finished")
        caller.microphone.speak(spoken("long_answer"))
        await caller.event("bot.speaking", 2)
        await caller.until(lambda: len(caller.all("bot.word")) > 8)
        began = asyncio.get_running_loop().time()
        caller.microphone.speak(spoken("barge_in"))
        cut = await caller.event("bot.interrupted")
        said = await caller.event("user.message", 2)
        assert cut["message_id"] == caller.all("bot.speaking")[1]["message_id"]
        assert said["text"] == "wait a minute"
        assert caller.when("bot.interrupted") - began < BARGE_IN_LIMIT
        answer = caller.when("bot.speaking", 3) if len(caller.all("bot.speaking")) > 2 else None
        late = [at for at in caller.loud_after(began) if answer is None or at < answer]
        assert late[-1] - began < BARGE_IN_LIMIT
    ((heard, remembered),) = interrupted
    assert heard.startswith("Our salon began with one chair")
    assert not heard.endswith("this week.")
    assert remembered == Message("assistant", heard)


@pytest.mark.parametrize(
    ("said", "spoken_replies"),
    [("", ["You said: hello"]), ("never mind", ["You said: never mind"])],
)
async def test_a_reply_waits_for_what_the_user_is_saying(
    said: str, spoken_replies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript = asyncio.get_running_loop().create_future()
    async with call_to(quiet()) as (server, caller):
        (session,) = server.calls.live
        speeches = speeches_of(server, monkeypatch)
        # The test is the ear: no sound is sure to be heard as speech without words.
        session.turn_changed(Change.STARTED)
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await speeches.get()).text == "You said: hello"
        session.turn_ended(transcript)
        transcript.set_result(said)
        assert (await caller.event("user.message", 2))["text"] == said
        await caller.event("bot.finished")
        assert [event["text"] for event in caller.all("bot.speaking")] == spoken_replies
        history = [m.text for m in session.call.history if m.role == "assistant" and m.text]
        assert history == spoken_replies


async def test_what_is_said_before_a_tool_is_told_spoken_and_cut_off_as_any_other_speech() -> None:
    class Looks:
        async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
            match turn.messages[-1].role, turn.messages[-1].text:
                case "user", "stop":
                    yield Text("Okay.")
                case "user", _:
                    yield Text("One moment, I shall have a long look at my diary.")
                    yield UseTool("1", "look", {})
                case _:
                    yield Text("It is free.")

    agent, found = Agent("a", brain=Looks()), asyncio.Event()
    kept: list[Message] = []

    @agent.tool
    async def look() -> None:
        await found.wait()

    @agent.on("call.ended")
    def keep(call: Call) -> None:
        kept.extend(call.history)

    async with call_to(agent) as (_, caller):
        caller.send({"action": "inject_text", "text": "look"})
        await caller.until(lambda: len(caller.all("bot.word")) > 3)
        caller.send({"action": "inject_text", "text": "stop"})
        await caller.event("bot.interrupted")
        found.set()
        await caller.event("bot.finished")
        responses = [(r["text"][:10], r["finish_reason"]) for r in caller.all("llm.response")]
        assert responses == [
            ("One moment", "tool_calls"),
            ("It is free", "stop"),
            ("Okay.", "stop"),
        ]
        heard = " ".join(word["word"] for word in caller.all("bot.word")[:-1])
    assert heard.startswith("One moment, I shall")
    assert "diary" not in heard
    assert [(message.role, message.text) for message in kept] == [
        ("user", "look"),
        ("assistant", heard),
        ("tool", "null"),
        ("assistant", ""),  # what was said in the meantime is answered instead
        ("user", "stop"),
        ("assistant", "Okay."),
    ]
    assert [use.id for use in kept[1].tool_calls] == ["1"]


async def test_muted_nothing_is_heard() -> None:
    async with call_to(quiet()) as (_, caller):
        caller.send({"action": "mute"})
        await measured(caller, 2)
        caller.microphone.speak(spoken("barge_in"))
        await measured(caller, 12)
        assert caller.names() == []
        assert {m["rms"] for m in caller.all("audio.metrics")[2:]} == {0.0}
        caller.send({"action": "unmute"})
        caller.microphone.speak(spoken("barge_in"))
        assert (await caller.event("user.message"))["text"] == "wait a minute"


async def test_a_turn_ends_though_the_browser_sends_no_silence() -> None:
    async with call_to(quiet()) as (_, caller):
        await measured(caller, 3)
        caller.microphone.dead = True
        caller.microphone.speak(spoken("barge_in"))
        await caller.event("user.message")
        # What was understood is not the point: a machine under load hears gaps where none were.
        turn = [name for name in caller.names() if name not in ("turn.pause", "turn.resumed")]
        assert turn[:4] == ["speech.started", "speech.ended", "turn.end", "user.message"]
