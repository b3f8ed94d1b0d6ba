"""Faults on demand: each is asked for over HTTP and seen by a client."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from local_agent import Agent, Rule, Scripted, Server
from tests.agent.caller import calling
from tests.agent.chatter import ask, chatting, reply, serving, until
from tests.agent.conftest import Client

TOKEN = "/chat/token?agent_id=a"


@pytest.fixture
def server() -> Server:
    rules = [Rule("count", "one two three")]
    agent = Agent("a", brain=Scripted(rules, pace=0), allowed_origins=["http://127.0.0.1:*"])
    return Server([agent], recognisers=0, faults=True)


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    async with serving(server) as client:
        yield client
    assert not server.chats
    assert not server.calls.live


async def _fault(client: Client, fault: str, **details: Any) -> dict[str, int]:
    async with client.post("/_faults", json={"fault": fault, **details}) as response:
        answer: dict[str, int] = await response.json()
        assert response.status == 200, answer
        return answer


async def test_there_are_none_unless_the_server_is_told(private: Agent) -> None:
    async with serving(Server([private], recognisers=0)) as client:
        async with client.post("/_faults", json={"fault": "drop"}) as response:
            assert response.status == 405
        async with client.get("/_faults") as response:
            assert response.status == 404


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"fault": "earthquake"},
        {"fault": "refuse"},
        {"fault": "refuse", "path": "*", "status": 200},
        {"fault": "delay", "path": "*", "seconds": -1},
        {"fault": "drop_after", "frames": 0},
        {"fault": "drop", "channel": "phone"},
        {"fault": "drop", "colour": "red"},
    ],
)
async def test_what_is_no_fault_is_refused(client: Client, body: Any) -> None:
    async with client.post("/_faults", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"].endswith(".")


async def test_requests_are_refused_as_often_as_told(client: Client) -> None:
    await _fault(client, "refuse", path="*/token", status=418, error="No tea.", times=2)
    for status in (418, 418, 200):
        async with client.get(TOKEN, headers={"Origin": "http://127.0.0.1:1"}) as response:
            assert response.status == status
            # A page of another origin can read the refusal, as it could read a real one.
            assert response.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:1"
            body = await response.json()
            assert (body.get("error") == "No tea.") is (status == 418)


async def test_an_offer_is_answered_with_an_error(client: Client, server: Server) -> None:
    await _fault(client, "refuse", path="/webrtc/offer", status=500)
    body = {"sdp": "m=audio", "type": "offer", "token": server.create_token("webrtc", "a")}
    async with client.post("/webrtc/offer", json=body) as response:
        assert response.status == 500
        assert await response.json() == {"error": "A fault on demand."}


async def test_a_request_is_delayed(client: Client) -> None:
    await _fault(client, "delay", path="/chat/token", seconds=0.2)
    began = time.monotonic()
    async with client.get(TOKEN) as response:
        assert response.status == 200
    assert time.monotonic() - began >= 0.2


async def test_a_socket_is_dropped_after_some_frames(client: Client, server: Server) -> None:
    await _fault(client, "drop_after", frames=3)
    async with client.ws_connect(
        "/chat/ws", params={"token": server.create_token("chat", "a")}
    ) as socket:
        await socket.send_json({"event": "message", "text": "count"})
        frames = [message.json() async for message in socket]
        assert [frame.get("text") for frame in frames] == [None, "one ", "one two "]
        assert socket.close_code == aiohttp.WSCloseCode.ABNORMAL_CLOSURE


ONE, TWO, THREE = "one ", "one two ", "one two three"


@pytest.mark.parametrize(
    ("fault", "texts"),
    [
        ("duplicate_events", [ONE, ONE, TWO, THREE, THREE]),
        ("reorder_events", [TWO, ONE, THREE, THREE]),
        ("garble_events", [TWO, THREE, THREE]),
        ("delay_events", [ONE, TWO, THREE, THREE]),
    ],
)
async def test_frames_are_tampered_with(
    client: Client, server: Server, fault: str, texts: list[str]
) -> None:
    async with chatting(client, server.create_token("chat", "a")) as socket:
        await _fault(client, fault, event="chat.token", seconds=0.1)
        await socket.send_json({"event": "message", "text": "count"})
        heard: list[str] = []
        broken: list[str] = []
        while not heard or '"chat.done"' not in heard[-1]:
            frame = await socket.receive_str(timeout=5)
            (heard if frame.endswith("}") else broken).append(frame)
        assert [json.loads(frame)["text"] for frame in heard] == texts
        assert len(broken) == (fault == "garble_events")
        # It was for one frame only.
        assert len(await ask(socket, "count")) == 4


async def test_a_stalled_socket_is_half_open_and_goes_on(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a")) as socket:
        assert (await _fault(client, "stall", channel="scribe"))["hit"] == 0
        assert (await _fault(client, "stall", channel="chat"))["hit"] == 1
        await socket.send_json({"event": "message", "text": "count"})
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.2)
        assert not socket.closed
        await client.delete("/_faults")
        assert (await until(socket, "chat.done"))[-1]["text"] == THREE
        await _fault(client, "stall", seconds=0.1)
        assert await reply(socket, "count") == THREE


async def test_a_session_is_ended_with_a_reason(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a")) as socket:
        await _fault(client, "end", reason="Closing time.")
        assert await socket.receive_json() == {"event": "error", "error": "Closing time."}
        assert (await socket.receive()).data == aiohttp.WSCloseCode.OK


async def test_a_long_frame_is_as_long_as_told(client: Client, server: Server) -> None:
    async with chatting(client, server.create_token("chat", "a")) as socket:
        await _fault(client, "oversized", bytes=200_000)
        assert len(await socket.receive_str()) == 200_000
        assert await reply(socket, "count") == THREE


async def test_what_waits_can_be_seen_and_forgotten(client: Client, server: Server) -> None:
    await _fault(client, "drop_after", frames=9)
    assert (await _fault(client, "refuse", path="/chat/*"))["armed"] == 2
    async with client.get("/_faults") as response:
        answer = await response.json()
        assert [fault["fault"] for fault in answer["armed"]] == ["drop_after", "refuse"]
        assert answer["sessions"] == {}
    await client.delete("/_faults")
    token = server.create_token("chat", "a")
    async with chatting(client, token), client.get("/_faults") as response:
        assert await response.json() == {"armed": [], "sessions": {"chat": 1}}


async def test_a_calls_events_are_tampered_with_in_order(client: Client, server: Server) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        await _fault(client, "delay_events", event="user.message", seconds=0.3)
        await _fault(client, "duplicate_events", event="llm.response")
        caller.send({"action": "inject_text", "text": "count"})
        began = time.monotonic()
        await caller.event("llm.response", 2)
        assert caller.when("user.message") - began >= 0.3
        names = [name for name in caller.names() if name.startswith(("user.", "llm."))]
        assert names == ["user.message", "llm.response", "llm.response"]


async def test_a_frozen_call_says_nothing_and_thaws(client: Client, server: Server) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        await caller.event("audio.metrics")
        await _fault(client, "stall", channel="webrtc")
        sounds = len(caller.levels)
        caller.send("ping")
        await asyncio.sleep(0.5)
        # What was under way at that moment may still arrive.
        assert len(caller.levels) - sounds < 10
        await client.delete("/_faults")
        caller.send({"action": "inject_text", "text": "count"})
        assert (await caller.event("llm.response"))["text"] == THREE


@pytest.mark.parametrize("fault", ["drop", "end"])
async def test_a_call_is_closed(client: Client, server: Server, fault: str) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        assert (await _fault(client, fault))["hit"] == 1
        await caller.until(lambda: caller.closed)


async def test_a_call_is_timed_out(client: Client, server: Server) -> None:
    async with calling(client, server.create_token("webrtc", "a")) as caller:
        await _fault(client, "end", reason="idle_timeout")
        assert (await caller.event("session.timeout"))["reason"] == "idle_timeout"
        await caller.until(lambda: caller.closed)
