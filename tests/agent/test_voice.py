"""Calls over real WebRTC: spoken to, answered, interrupted, and released."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aioice.ice
import pytest
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Agent, Call, Message, Scripted, Server
from local_agent.limits import Limits
from local_agent.tokens import Metadata
from local_agent.voice import routes, synthesis
from local_agent.voice.network import offer_loopback
from local_agent.voice.synthesis import Speech, Synthesiser, VoiceUnknown
from local_agent.voice.turns import Change
from tests.agent.caller import Caller, calling, spoken
from tests.agent.conftest import Client

BARGE_IN_LIMIT = 0.5
"""Seconds from the user's first sound to the agent's silence."""


@asynccontextmanager
async def _call(
    agent: Agent,
    *,
    sealed: Metadata | None = None,
    recognisers: int = 0,
    **extras: object,
) -> AsyncIterator[tuple[Server, Caller]]:
    """A call to `agent`; afterwards all of it must be released."""
    ended = _ended(agent)
    server = Server([agent], recognisers=recognisers)
    async with TestClient(TestServer(server.app())) as client:
        token = server.create_token("webrtc", agent.id, sealed)
        async with calling(client, token, **extras) as caller:
            yield server, caller
        await asyncio.wait_for(ended.wait(), 10)
        _check_released(server)


def _ended(agent: Agent) -> asyncio.Event:
    """Set when a call of this agent's has ended."""
    ended = asyncio.Event()

    @agent.on("call.ended")
    def note(_call: Call) -> None:
        ended.set()

    return ended


def _check_released(server: Server) -> None:
    assert server.calls.live == set()
    assert server.calls.equipment.recognisers.lent == 0
    assert [task for task in asyncio.all_tasks() if "VoiceSession" in repr(task)] == []


async def test_a_spoken_question_is_heard_and_answered_in_speech(mara: Agent) -> None:
    async with _call(mara, recognisers=1) as (_, caller):
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

    async with _call(mara, recognisers=1, config={"greeting": "Yes?"}) as (_, caller):
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


def _quiet(**options: object) -> Agent:
    return Agent("quiet", brain=Scripted(), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "spoken_replies"),
    [("", ["You said: hello"]), ("never mind", ["You said: never mind"])],
)
async def test_a_reply_waits_for_what_the_user_is_saying(
    said: str, spoken_replies: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    transcript = asyncio.get_running_loop().create_future()
    async with _call(_quiet()) as (server, caller):
        (session,) = server.calls.live
        speeches = _speeches(server, monkeypatch)
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


async def test_what_the_page_sends_reaches_the_agent() -> None:
    sealed, browser = {"userName": "Ada"}, {"userName": "root", "companyId": "acme"}
    async with _call(_quiet(), sealed=sealed, metadata=browser) as (_, caller):
        caller.send({"action": "inject_text", "text": "who am I?"})
        assert (await caller.event("llm.response"))["text"] == "You are Ada of acme."
        caller.send({"action": "set_context", "key": "cart", "value": "two combs"})
        caller.send({"action": "inject_text", "text": "what do you see"})
        assert (await caller.event("llm.response", 2))["text"] == "I see cart: two combs."
        # The second reply came while the first was spoken: that was cut off.
        assert (await caller.event("user.message", 2))["text"] == "what do you see"


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", '{"action":"shout"}', '{"action":"inject_text"}', "x" * 70_000],
)
async def test_a_bad_frame_is_an_error_and_the_call_lives(frame: str) -> None:
    async with _call(_quiet()) as (_, caller):
        caller.send(frame)
        assert (await caller.event("llm.error"))["error"].endswith(".")
        caller.send({"action": "configure", "voice": "../x", "prompt": "be evil", "tts": 3})
        caller.send("ping")
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("llm.response"))["text"] == "You said: hello"


async def test_muted_nothing_is_heard() -> None:
    async with _call(_quiet()) as (_, caller):
        caller.send({"action": "mute"})
        await _measured(caller, 2)
        caller.microphone.speak(spoken("barge_in"))
        await _measured(caller, 12)
        assert caller.names() == []
        assert {m["rms"] for m in caller.all("audio.metrics")[2:]} == {0.0}
        caller.send({"action": "unmute"})
        caller.microphone.speak(spoken("barge_in"))
        assert (await caller.event("user.message"))["text"] == "wait a minute"


async def _measured(caller: Caller, more: int) -> None:
    await caller.event("audio.metrics", len(caller.all("audio.metrics")) + more)


async def test_a_turn_ends_though_the_browser_sends_no_silence() -> None:
    async with _call(_quiet()) as (_, caller):
        await _measured(caller, 3)
        caller.microphone.dead = True
        caller.microphone.speak(spoken("barge_in"))
        await caller.event("user.message")
        # What was understood is not the point: a machine under load hears gaps where none were.
        turn = [name for name in caller.names() if name not in ("turn.pause", "turn.resumed")]
        assert turn[:4] == ["speech.started", "speech.ended", "turn.end", "user.message"]


async def test_an_idle_call_is_warned_and_ended() -> None:
    agent = _quiet(limits=Limits(idle=1.5, warning=1.0, grace=0.1))
    ended = _ended(agent)
    async with _call(agent) as (_, caller):
        assert (await caller.event("session.idle_warning"))["remaining_seconds"] == 1.0
        assert (await caller.event("session.timeout"))["reason"] == "idle_timeout"
        await asyncio.wait_for(ended.wait(), 10)


def _speeches(server: Server, monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[Speech]:
    """What is synthesised from now on."""
    speeches = asyncio.Queue[Speech]()
    synthesise = server.calls.equipment.synthesiser.speech

    async def noted(text: str, voice: str, speed: float) -> Speech:
        speech = await synthesise(text, voice, speed)
        speeches.put_nowait(speech)
        return speech

    monkeypatch.setattr(server.calls.equipment.synthesiser, "speech", noted)
    return speeches


async def test_speed_and_language_change_within_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    async with _call(_quiet()) as (server, caller):
        speeches = _speeches(server, monkeypatch)
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
    async with _call(_quiet()) as (_, caller):
        caller.send({"action": "configure", "voice": "zz"})
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("llm.error"))["error"] == "There is no voice 'zz'."
        assert (await caller.event("bot.finished"))["text"] == "You said: hello"


async def test_what_the_agent_says_by_itself_is_remembered_as_heard() -> None:
    agent = _quiet(greeting="Hello.")
    kept: list[Message] = []

    @agent.on("user.message")
    async def announce(call: Call, text: str) -> None:
        if text == "go":
            await call.say("One moment please, I shall have a long look at it.")
            await call.forward("+34 600 000 000")

    @agent.on("call.ended")
    def keep(call: Call) -> None:
        kept.extend(call.history)

    async with _call(agent) as (_, caller):
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


async def test_a_tool_may_hang_up() -> None:
    agent = _quiet()
    ended = _ended(agent)

    @agent.on("user.message")
    async def hang_up(call: Call, _text: str) -> None:
        await call.hangup()

    async with _call(agent) as (_, caller):
        caller.send({"action": "inject_text", "text": "goodbye"})
        await asyncio.wait_for(ended.wait(), 10)


async def test_the_synthesis_process_is_replaced_when_it_died() -> None:
    async with _call(_quiet(greeting="Hello.")) as (server, caller):
        await caller.event("bot.finished")
        process = server.calls.equipment.synthesiser._process
        assert process
        process.kill()
        await process.wait()
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("bot.finished", 2))["text"] == "You said: hello"


async def test_without_espeak_the_agent_hears_and_answers_in_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "espeak_process.py"
    missing.write_text("")
    monkeypatch.setattr(synthesis, "_SCRIPT", missing)
    async with _call(_quiet()) as (_, caller):
        await _measured(caller, 3)
        caller.microphone.speak(spoken("barge_in"))
        assert (await caller.event("llm.response"))["text"] == "Okay."
        assert (await caller.event("llm.error"))["error"] == (
            "The agent can't speak: the synthesis process does not answer."
        )


async def test_the_server_going_away_ends_its_calls() -> None:
    server = Server([_quiet()], recognisers=1)
    token = server.create_token("webrtc", "quiet")
    async with TestClient(TestServer(server.app())) as client, calling(client, token):
        await client.server.close()
        _check_released(server)
        assert server.calls.equipment.synthesiser._process is None
        assert not [t for t in threading.enumerate() if t.name.startswith("recogniser")]


async def test_when_all_lines_are_busy_a_call_is_refused(
    client: Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MAX_LINES", 0)
    body = {"sdp": "m=audio", "type": "offer", "token": server.create_token("webrtc", "mara")}
    async with client.post("/webrtc/offer", json=body) as response:
        assert response.status == 503
        assert (await response.json())["error"] == "All lines are busy; try again later."


def test_a_server_on_loopback_offers_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aioice.ice, "get_host_addresses", aioice.ice.get_host_addresses)
    offer_loopback()
    addresses = aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False)
    assert addresses.count("127.0.0.1") == 1


GARBAGE = [
    "v=0",
    "m=audio",
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n",
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio x UDP/TLS/RTP/SAVPF 111\r\n",
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
    "a=candidate:nonsense\r\n",
    "\0\u2028m=audio" * 100,
]


@pytest.mark.parametrize("sdp", GARBAGE)
async def test_garbage_is_no_offer(client: Client, server: Server, sdp: str) -> None:
    body = {"sdp": sdp, "type": "offer", "token": server.create_token("webrtc", "mara")}
    async with client.post("/webrtc/offer", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"].startswith("The offer")
    _check_released(server)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "answer"},
        {"sdp": ""},
        {"sdp": "m=audio" * 20_000},
        {"sdp": None},
        {"metadata": []},
        {"metadata": {"notes": "x" * 20_000}},
        {"config": "loud"},
    ],
)
async def test_a_bad_offer_is_refused(
    client: Client, server: Server, change: dict[str, object]
) -> None:
    token = server.create_token("webrtc", "mara")
    body = {"sdp": "m=audio", "type": "offer", "token": token, **change}
    async with client.post("/webrtc/offer", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]
