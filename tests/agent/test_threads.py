"""Threads: what was said is there again, in the agent's memory and on the page."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from local_agent import (
    Agent,
    Call,
    Message,
    Piece,
    Rule,
    Scripted,
    Server,
    Text,
    Turn,
    UseTool,
    threads,
)
from local_agent.threads import MAX_NAME, ThreadName, Threads
from tests.agent.caller import PATIENCE, calling
from tests.agent.calls import check_released, ending
from tests.agent.chatter import Socket, ask, chatting, reply, serving, until
from tests.agent.conftest import Client, Clock


@pytest.fixture
def agent() -> Agent:
    """Remembers, and says how many messages it remembers."""
    rules = [
        Rule("how many", lambda turn, _found: f"{len(turn.messages)} messages"),
        Rule("pin", tool="pin", about=lambda pin: f"It is {pin}."),
        Rule("time", tool="clock", about=lambda time: f"It is {time}."),
    ]
    agent = Agent("a", brain=Scripted(rules, pace=0))

    @agent.tool(ephemeral=True)
    def pin() -> str:
        return "1234"

    @agent.tool
    def clock() -> str:
        return "noon"

    return agent


async def _history(socket: Socket) -> list[tuple[str, str]]:
    (frame,) = await until(socket, "chat.history")
    return [(message["role"], message["text"]) for message in frame["messages"]]


async def test_a_thread_goes_on_in_the_next_run_of_the_server(agent: Agent, tmp_path: Path) -> None:
    file = tmp_path / "threads.sqlite"
    async with _chat_in_a_new_server(agent, file) as socket:
        await ask(socket, "the time")
    async with _chat_in_a_new_server(agent, file) as socket:
        assert await _history(socket) == [("user", "the time"), ("assistant", "It is noon.")]
        # These, the tool's call and its result, and the question.
        assert await reply(socket, "how many") == "5 messages"


@asynccontextmanager
async def _chat_in_a_new_server(agent: Agent, file: Path) -> AsyncIterator[Socket]:
    server = Server([agent], recognisers=0, threads=file)
    token = server.create_token("chat", "a")
    async with serving(server) as client, chatting(client, token, thread="t/1 ü") as socket:
        yield socket


class _Talks:
    """A brain that talks before and between its tools; of the second it says nothing."""

    async def reply(self, turn: Turn) -> AsyncIterator[Piece]:
        match turn.messages[-1].name:
            case "":
                yield Text("Let me ")
                yield Text("look.")
                yield UseTool(f"pin {len(turn.messages)}", "pin", {})
            case "pin":
                yield UseTool(f"clock {len(turn.messages)}", "clock", {})
            case _:
                yield Text("It is ")
                yield Text("noon.")


async def test_a_reply_with_tools_in_it_is_one_also_in_the_history(agent: Agent) -> None:
    agent.brain = _Talks()
    server = Server([agent], recognisers=0)
    calls: list[Call] = []

    @agent.on("chat.started")
    def note(call: Call) -> None:
        calls.append(call)

    @agent.on("bot.finished")
    async def add(call: Call, text: str) -> None:
        if text != "Anything else?":
            await call.say("Anything else?")

    async with serving(server) as client:
        token = server.create_token("chat", "a")
        async with chatting(client, token, thread="t") as socket:
            *frames, done = await ask(socket, "the time")
            tokens = [frame for frame in frames if frame["event"] == "chat.token"]
            assert [frame["text"] for frame in tokens] == [
                "Let me ",
                "Let me look.",
                "Let me look.\n\nIt is ",
                "Let me look.\n\nIt is noon.",
            ]
            assert {frame["message_id"] for frame in tokens} == {done["message_id"]}
            assert done["text"] == "Let me look.\n\nIt is noon."
            await until(socket, "chat.done")
        said = [(message.role, message.text) for message in calls[0].history]
        assert said == [
            ("user", "the time"),
            ("assistant", "Let me look."),
            ("assistant", ""),
            ("tool", '"noon"'),
            ("assistant", "It is noon."),
            ("assistant", "Anything else?"),
        ]
        token = server.create_token("chat", "a")
        async with chatting(client, token, thread="t") as socket:
            assert await _history(socket) == [
                ("user", "the time"),
                ("assistant", "Let me look.\n\nIt is noon."),
                ("assistant", "Anything else?"),
            ]


async def test_a_new_thread_or_none_sends_no_history(agent: Agent) -> None:
    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        for query in ({"thread": "new"}, {"thread": ""}, {}):
            token = server.create_token("chat", "a")
            async with chatting(client, token, **query) as socket:
                assert await reply(socket, "how many") == "1 messages"


async def test_the_sealed_thread_wins_and_no_page_can_name_it(agent: Agent) -> None:
    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        sealed = {"threadId": "ada"}
        async with chatting(client, server.create_token("chat", "a", sealed)) as socket:
            await ask(socket, "hello")
        async with chatting(client, server.create_token("chat", "a"), thread="ada") as socket:
            assert await reply(socket, "how many") == "1 messages"
        token = server.create_token("chat", "a", sealed)
        async with chatting(client, token, thread="other") as socket:
            assert await _history(socket) == [("user", "hello"), ("assistant", "You said: hello")]


async def test_a_thread_that_the_page_names_is_its_users_own(agent: Agent) -> None:
    server = Server([agent], recognisers=0)

    def token(**sealed: str) -> str:
        return server.create_token("chat", "a", sealed)

    async with serving(server) as client:
        async with chatting(client, token(userId="ada"), thread="main") as socket:
            await ask(socket, "hello")
        for other in (token(userId="eve"), token()):
            async with chatting(client, other, thread="main") as socket:
                assert await reply(socket, "how many") == "1 messages"
        async with chatting(client, token(userId="ada", role="admin"), thread="main") as socket:
            assert await _history(socket) == [("user", "hello"), ("assistant", "You said: hello")]


@pytest.mark.parametrize("nothing", [None, ""])
async def test_a_sealed_name_that_is_nothing_names_no_thread_and_no_user(
    agent: Agent, nothing: str | None
) -> None:
    server = Server([agent], recognisers=0)

    def token(user: str | None) -> str:
        return server.create_token("chat", "a", {"threadId": nothing, "userId": user})

    async with serving(server) as client:
        async with chatting(client, token("ada")) as socket:
            await ask(socket, "hello")
        async with chatting(client, token("eve")) as socket:
            assert await reply(socket, "how many") == "1 messages"
        # What nobody sealed is for the page to name, and nobody's own.
        async with chatting(client, token(nothing), thread="main") as socket:
            await ask(socket, "hello")
        async with chatting(client, server.create_token("chat", "a"), thread="main") as socket:
            assert await _history(socket) == [("user", "hello"), ("assistant", "You said: hello")]


async def test_an_ephemeral_result_is_in_no_memory(agent: Agent) -> None:
    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "a"), thread="t") as socket:
            frames = await ask(socket, "my pin")
            assert frames[1]["result"] == "1234"
            assert frames[-1]["text"] == "It is 1234."
        saved = server._threads._read(ThreadName("a", False, "t"))
        assert saved == [Message("user", "my pin"), Message("assistant", "It is 1234.")]


async def test_two_tabs_share_a_thread(agent: Agent) -> None:
    server = Server([agent], recognisers=0)
    async with serving(server) as client:
        first, second = (server.create_token("chat", "a") for _ in range(2))
        async with (
            chatting(client, first, thread="t") as one,
            chatting(client, second, thread="t") as other,
        ):
            await ask(one, "hello")
            assert await reply(other, "how many") == "3 messages"
            assert await reply(one, "how many") == "5 messages"


async def test_agents_have_threads_of_their_own(agent: Agent) -> None:
    server = Server([agent, Agent("b", brain=agent.brain)], recognisers=0)
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "a"), thread="t") as socket:
            await ask(socket, "hello")
        async with chatting(client, server.create_token("chat", "b"), thread="t") as socket:
            assert await reply(socket, "how many") == "1 messages"


async def test_a_chat_is_carried_over_into_a_call(agent: Agent) -> None:
    server = Server([agent], recognisers=0)
    sealed = {"threadId": "ada"}
    async with serving(server) as client:
        async with chatting(client, server.create_token("chat", "a", sealed)) as socket:
            await ask(socket, "the time")
        async with calling(client, server.create_token("webrtc", "a", sealed)) as caller:
            caller.send({"action": "inject_text", "text": "how many"})
            assert (await caller.event("llm.response"))["text"] == "5 messages"
        async with chatting(client, server.create_token("chat", "a", sealed)) as socket:
            assert ("user", "how many") in await _history(socket)


@pytest.mark.parametrize(("sealed", "asked"), [({}, "t"), ({"threadId": "t"}, "")])
async def test_a_name_that_is_too_long_is_refused(
    client: Client, server: Server, sealed: dict[str, Any], asked: str
) -> None:
    long = {key: value * (MAX_NAME + 1) for key, value in sealed.items()}
    query = {
        "token": server.create_token("chat", "mara", long),
        "thread": asked * (MAX_NAME + 1),
    }
    async with client.ws_connect("/chat/ws", params=query) as socket:
        assert "200 characters" in (await socket.receive_json())["error"]
        await socket.receive()
        assert socket.close_code == 4401


async def test_a_sealed_name_that_is_too_long_opens_no_call(client: Client, server: Server) -> None:
    token = server.create_token("webrtc", "mara", {"threadId": "t" * (MAX_NAME + 1)})
    body = {"sdp": "m=audio", "type": "offer", "token": token}
    async with client.post("/webrtc/offer", json=body) as response:
        assert response.status == 400
        assert "200 characters" in (await response.json())["error"]


async def test_every_message_is_kept_as_it_was(tmp_path: Path) -> None:
    said = [
        Message("user", "¿qué hora es?\n\0"),
        Message("assistant", "", tool_calls=[UseTool("call_1", "clock", {"zone": ["a", None]})]),
        Message("tool", '{"hour": 12}', tool_call_id="call_1", name="clock"),
    ]
    name = ThreadName("a", True, "'; DROP TABLE threads; --")
    for _ in range(2):
        async with _database(Threads(tmp_path / "file")) as kept:
            thread = kept.open(name)
            thread.history[:] = said
            thread.save()
    async with _database(Threads(tmp_path / "file")) as kept:
        assert kept.open(name).history == said


async def test_the_oldest_threads_go_first(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(threads, "MAX_THREADS", 2)
    async with _database(Threads(None, clock)) as kept:
        for name in ("one", "two", "one", "three"):
            clock.now += 1
            thread = kept.open(ThreadName("a", False, name))
            thread.history.append(Message("user", name))
            thread.save()
        del thread
        left = [
            len(kept.open(ThreadName("a", False, name)).history) for name in ("one", "two", "three")
        ]
        assert left == [2, 0, 1]


async def test_a_call_whose_thread_cannot_be_saved_is_released(
    agent: Agent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ended = ending(agent)
    server = Server([agent], recognisers=0, threads=tmp_path / "file")
    token = server.create_token("webrtc", "a", {"threadId": "t"})
    async with serving(server) as client:
        async with calling(client, token):
            other = _locking(tmp_path / "file")
        await asyncio.wait_for(ended.wait(), PATIENCE)
        check_released(server)
        other.close()
    assert "database is locked" in caplog.text


async def test_a_turn_that_cannot_be_saved_is_saved_with_the_next(
    agent: Agent, tmp_path: Path
) -> None:
    file = tmp_path / "threads.sqlite"
    async with _chat_in_a_new_server(agent, file) as socket:
        other = _locking(file)
        assert await reply(socket, "hello") == "You said: hello"
        # It's answered once the turn is over: nothing went wrong in between.
        await socket.send_json({"event": "nonsense"})
        assert (await socket.receive_json())["event"] == "frame.error"
        other.close()
        await ask(socket, "how many")
    async with _chat_in_a_new_server(agent, file) as socket:
        assert ("user", "hello") in await _history(socket)


def _locking(file: Path) -> sqlite3.Connection:
    """Another process that writes, and is slow about it."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other


@asynccontextmanager
async def _database(kept: Threads) -> AsyncIterator[Threads]:
    async for _ in kept.serve(web.Application()):
        yield kept
