"""The chat socket: streaming, tools, context, metadata, and frames that are no frames."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest

from local_agent import Agent, Call, Message, Rule, Scripted, Server, Text, Turn
from local_agent.conversation import MAX_TURNS, TOO_MANY_TURNS
from local_agent.frames import MAX_FRAME, MAX_KEY, MAX_TEXT, MAX_VALUE
from tests.agent.chatter import ask, chatting, reply, serving, until
from tests.agent.conftest import Client


async def test_a_reply_streams_the_whole_text_so_far(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        *tokens, done = await ask(socket, " hello ")
    assert done["text"] == "Hello! What can I do for you?"
    assert {frame["message_id"] for frame in tokens} == {done["message_id"]}
    texts = [frame["text"] for frame in tokens]
    assert len(texts) == 7
    assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
    assert texts[-1] == done["text"]


async def test_a_tool_is_called_and_answered(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        call, result, *_, done = await ask(socket, "When do you open on Friday?")
    (named,) = call["tool_calls"]
    assert (call["event"], named["name"]) == ("chat.tool_call", "get_opening_hours")
    assert named["arguments"] == {"day": "friday"}
    assert (result["event"], result["tool_call_id"]) == ("chat.tool_result", named["id"])
    assert result["result"] == {"day": "friday", "closed": False, "opens": "nine", "closes": "six"}
    assert done["text"] == "On Friday we are open from nine to six."


async def test_the_pages_context_reaches_the_prompt(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        assert await reply(socket, "what do you see") == "I see nothing on your page."
        for key, value in (("cart", "two combs"), ("page", "checkout")):
            await socket.send_json({"event": "set_context", "key": key, "value": value})
        assert await reply(socket, "what do you see") == "I see cart: two combs; page: checkout."
        await socket.send_json({"event": "set_context", "key": "cart", "value": None})
        assert await reply(socket, "what do you see") == "I see page: checkout."


async def test_sealed_metadata_reaches_the_agent(client: Client, server: Server) -> None:
    sealed = {"userName": "Ada", "companyId": "acme"}
    async with chatting(client, server.create_token("chat", "mara", sealed)) as socket:
        assert await reply(socket, "who am I?") == "You are Ada of acme."
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        assert await reply(socket, "who am I?") == "I do not know who you are."


_BAD_MESSAGES = [
    "",
    "{",
    "[]",
    "null",
    "[" * 20_000,
    "x" * (MAX_FRAME + 1),
    '{"type":"user.message","text":"hello"}',
    '{"event":"message"}',
    '{"event":"message","text":"  "}',
    '{"event":"message","text":7}',
    '{"event":"message","text":"' + "x" * (MAX_TEXT + 1) + '"}',
    '{"event":"message","text":"half of a smile: \\ud83d"}',
]
_NO_MESSAGES = [
    '{"event":"nonsense"}',
    '{"event":["message"]}',
    '{"event":"set_context","key":"\\ud83d","value":"x"}',
    '{"event":"set_context","value":"x"}',
    '{"event":"set_context","key":"","value":"x"}',
    '{"event":"set_context","key":"k","value":{"a":1}}',
    '{"event":"set_context","key":"' + "k" * (MAX_KEY + 1) + '","value":"x"}',
    '{"event":"set_context","key":"k","value":"' + "x" * (MAX_VALUE + 1) + '"}',
]


@pytest.mark.parametrize(
    ("raw", "event"),
    [(raw, "chat.error") for raw in _BAD_MESSAGES] + [(raw, "frame.error") for raw in _NO_MESSAGES],
)
async def test_a_bad_frame_is_an_error_and_the_session_lives(
    client: Client, server: Server, raw: str, event: str
) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        await socket.send_str(raw)
        frame = await socket.receive_json()
        assert frame["event"] == event
        assert frame["error"].endswith(".")
        assert await reply(socket, "hello") == "Hello! What can I do for you?"


@pytest.mark.parametrize("raw", [_NO_MESSAGES[-1], "x" * (MAX_FRAME + 1)])
async def test_what_is_no_message_ends_no_turn(client: Client, server: Server, raw: str) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        await socket.send_json({"event": "message", "text": "tell me the story"})
        await socket.send_str(raw)
        frames = await until(socket, "chat.done", "chat.error")
    assert [f["event"] for f in frames if f["event"] != "chat.token"] == [
        "frame.error",
        "chat.done",
    ]


async def test_a_binary_frame_is_an_error(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        await socket.send_bytes(b"\0\1")
        assert (await socket.receive_json())["event"] == "chat.error"


async def test_too_many_context_keys_are_an_error(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        for number in range(65):
            await socket.send_json({"event": "set_context", "key": f"k{number}", "value": "v"})
        frame = await socket.receive_json()
        assert (frame["event"], "64 context keys" in frame["error"]) == ("frame.error", True)


async def test_a_message_during_a_reply_is_answered_after_it(
    client: Client, server: Server
) -> None:
    async with chatting(client, server.create_token("chat", "mara")) as socket:
        await socket.send_json({"event": "message", "text": "tell me the story"})
        await socket.send_json({"event": "message", "text": "hello"})
        frames = await until(socket, "chat.done") + await until(socket, "chat.done")
    assert {frame["event"] for frame in frames} == {"chat.token", "chat.done"}
    story, hello = [frame["text"] for frame in frames if frame["event"] == "chat.done"]
    assert story.startswith("Our salon began")
    assert hello == "Hello! What can I do for you?"


class _Slow:
    """A brain that replies when it may."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may = asyncio.Event()

    async def reply(self, turn: Turn) -> AsyncIterator[Any]:
        self.asked.set()
        await self.may.wait()
        yield Text(turn.messages[-1].text)


async def test_too_many_messages_that_wait_are_an_error() -> None:
    brain = _Slow()
    server = Server([Agent("slow", brain=brain)], recognisers=0)
    token = server.create_token("chat", "slow")
    texts = [f"number {number}" for number in range(1 + MAX_TURNS)]
    async with serving(server) as client, chatting(client, token) as socket:
        for text in texts:
            await socket.send_json({"event": "message", "text": text})
            await asyncio.wait_for(brain.asked.wait(), 5)
        error = (await ask(socket, "one more"))[-1]
        assert error == {"event": "chat.error", "error": TOO_MANY_TURNS}
        brain.may.set()
        assert [(await until(socket, "chat.done"))[-1]["text"] for _ in texts] == texts


class _Failing:
    """A brain that fails in its second piece."""

    async def reply(self, turn: Turn) -> AsyncIterator[Any]:
        yield Text("I was about to")
        raise RuntimeError("secret detail")


async def test_a_failing_brain_costs_the_turn_and_shows_nothing() -> None:
    server = Server([Agent("failing", brain=_Failing())], recognisers=0)
    token = server.create_token("chat", "failing")
    async with serving(server) as client, chatting(client, token) as socket:
        for _ in range(2):
            *_, error = await ask(socket, "hello")
            assert error == {"event": "chat.error", "error": "The agent could not reply."}


@pytest.mark.parametrize("failure", [RuntimeError, ConnectionError, asyncio.CancelledError])
async def test_after_a_turn_that_failed_the_next_is_answered(failure: type[BaseException]) -> None:
    class Once:
        async def reply(self, turn: Turn) -> AsyncIterator[Any]:
            if turn.messages[-1].text == "badly":
                raise failure
            yield Text("Well.")

    server = Server([Agent("once", brain=Once())], recognisers=0)
    token = server.create_token("chat", "once")
    async with serving(server) as client, chatting(client, token) as socket:
        for text in ("badly", "well"):
            await socket.send_json({"event": "message", "text": text})
        await until(socket, "chat.error")
        assert (await until(socket, "chat.done"))[-1]["text"] == "Well."


async def test_a_slow_listener_refuses_nothing() -> None:
    agent = Agent("slow", brain=Scripted(pace=0))
    may_go_on = asyncio.Event()

    @agent.on("bot.finished")
    async def slow(_call: Call, _text: str) -> None:
        await may_go_on.wait()

    server = Server([agent], recognisers=0)
    token = server.create_token("chat", "slow")
    async with serving(server) as client, chatting(client, token) as socket:
        await ask(socket, "one")
        await socket.send_str("{")  # it may be a message: the page was told the end of its turn
        assert (await socket.receive_json())["event"] == "chat.error"
        await socket.send_json({"event": "message", "text": "two"})
        await socket.send_str("{")
        assert (await socket.receive_json())["event"] == "frame.error"
        may_go_on.set()
        assert (await until(socket, "chat.done", "chat.error"))[-1]["text"] == "You said: two"


async def test_listeners_are_told_and_one_that_raises_stops_nothing() -> None:
    agent = Agent("told", brain=Scripted(pace=0))
    told: list[tuple[Any, ...]] = []
    ended = asyncio.Event()

    @agent.on("user.message")
    def broken(_call: Call, _text: str) -> None:
        raise ValueError("broken listener")

    @agent.on("user.message")
    async def listener(_call: Call, text: str) -> None:
        told.append(("user.message", text))

    @agent.on("bot.finished")
    def finished(_call: Call, text: str) -> None:
        told.append(("bot.finished", text))

    @agent.on("call.ended")
    def end(call: Call) -> None:
        told.append(("call.ended", [message.role for message in call.history]))
        ended.set()

    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "told")) as socket:
            await ask(socket, "hi")
        await asyncio.wait_for(ended.wait(), 5)
        assert not server.chats
    assert told == [
        ("user.message", "hi"),
        ("bot.finished", "You said: hi"),
        ("call.ended", ["user", "assistant"]),
    ]


async def test_what_the_agent_does_by_itself() -> None:
    agent = Agent("busy", brain=Scripted([Rule("bye", tool="leave")], pace=0))
    kept: list[Message] = []
    ended = asyncio.Event()

    @agent.on("chat.started")
    async def greet(call: Call) -> None:
        await call.say("Welcome.")
        await call.forward("+34 600 000 000")
        with pytest.raises(ValueError, match="needs a number"):
            await call.forward(" ")
        kept.append(Message("user", call.forwarded[0]))

    @agent.tool
    async def leave(call: Call) -> None:
        await call.hangup()

    @agent.on("call.ended")
    def end(call: Call) -> None:
        kept.append(call.history[0])
        ended.set()

    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "busy")) as socket:
            welcome = await socket.receive_json()
            assert (welcome["event"], welcome["text"]) == ("chat.done", "Welcome.")
            number = {"event": "call.forwarded", "number": "+34 600 000 000"}
            assert await socket.receive_json() == number
            await socket.send_json({"event": "message", "text": "bye"})
            async for _ in socket:
                pass
            assert socket.close_code == aiohttp.WSCloseCode.OK
        await asyncio.wait_for(ended.wait(), 5)
        assert not server.chats
    assert kept == [Message("user", "+34 600 000 000"), Message("assistant", "Welcome.")]


async def test_what_the_agent_says_by_itself_in_a_turn_comes_after_it() -> None:
    agent = Agent("aside", brain=Scripted([Rule("look", tool="look", about=str)], pace=0))
    calls: list[Call] = []
    agent.on("chat.started")(calls.append)
    told: list[str] = []

    @agent.on("user.message")
    async def listen(call: Call, _text: str) -> None:
        await call.say("I heard you.")

    @agent.tool
    async def look(call: Call) -> str:
        await call.say("One moment.")
        return "found"

    @agent.on("bot.finished")
    async def note(call: Call, text: str) -> None:
        told.append(text)
        if text == "found":
            await call.say("Anything else?")

    server = Server([agent], recognisers=0)
    token = server.create_token("chat", "aside")
    async with serving(server) as client, chatting(client, token) as socket:
        frames = await ask(socket, "look")
        for _ in range(3):
            frames += await until(socket, "chat.done")
        events = [frame["event"] for frame in frames]
        assert events == ["chat.tool_call", "chat.tool_result", "chat.token"] + ["chat.done"] * 4
        said = [frame["text"] for frame in frames[-4:]]
        assert said == ["found", "I heard you.", "One moment.", "Anything else?"]
        assert len({frame["message_id"] for frame in frames[-4:]}) == 4
        (call,) = calls
        assert [message.role for message in call.history[:3]] == ["user", "assistant", "tool"]
        assert [message.text for message in call.history[3:]] == said
        await ask(socket, "hello")
    assert told[:4] == ["found", "Anything else?", "I heard you.", "One moment."]


async def test_a_good_bye_is_said_before_the_agent_hangs_up() -> None:
    agent = Agent("brief", brain=Scripted([Rule("bye", tool="leave")], pace=0))
    kept: list[Message] = []
    ended = asyncio.Event()

    @agent.tool
    async def leave(call: Call) -> None:
        await call.say("Good-bye.")
        await call.hangup()
        await asyncio.Event().wait()

    @agent.on("call.ended")
    def end(call: Call) -> None:
        kept.extend(call.history)
        ended.set()

    server = Server([agent], recognisers=0)
    token = server.create_token("chat", "brief")
    async with serving(server) as client:
        async with chatting(client, token) as socket:
            assert (await ask(socket, "bye"))[-1]["text"] == "Good-bye."
            assert (await socket.receive()).type == aiohttp.WSMsgType.CLOSE
        await asyncio.wait_for(ended.wait(), 5)
    assert kept[0] == Message("user", "bye")
    assert kept[-1] == Message("assistant", "Good-bye.")


async def test_leaving_in_the_middle_of_a_reply_frees_the_session() -> None:
    agent = Agent("slow", brain=Scripted([Rule("", "word " * 50)], pace=0.05))
    kept: list[Message] = []
    ended = asyncio.Event()

    @agent.on("call.ended")
    def end(call: Call) -> None:
        kept.extend(call.history)
        ended.set()

    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "slow")) as socket:
            await socket.send_json({"event": "message", "text": "go"})
            await socket.receive_json()
        await asyncio.wait_for(ended.wait(), 5)
        assert not server.chats
    assert [message.role for message in kept] == ["user"]


async def test_a_tool_that_is_deaf_to_the_end_keeps_no_session() -> None:
    agent = Agent("deaf", brain=Scripted([Rule("", tool="wait", about=str)], pace=0))
    ended = asyncio.Event()

    @agent.tool
    async def wait() -> str:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return "Go on."

    @agent.on("call.ended")
    def end(_call: Call) -> None:
        ended.set()

    server = Server([agent], recognisers=0)
    token = server.create_token("chat", "deaf")
    async with serving(server) as client:
        async with chatting(client, token) as socket:
            await socket.send_json({"event": "message", "text": "go"})
            await until(socket, "chat.tool_call")
        await asyncio.wait_for(ended.wait(), 5)
        assert not server.chats


async def test_the_server_going_away_closes_its_chats(server: Server) -> None:
    token = server.create_token("chat", "mara")
    async with serving(server) as client, chatting(client, token) as socket:
        await client.server.close()
        message = await socket.receive()
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)
        assert not server.chats
