"""What the page sends during a call, and who ends it."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Call, Server
from local_agent.limits import Limits
from tests.agent.caller import calling
from tests.agent.calls import call_to, check_released, children, ending, quiet
from web_client.protocol import SetVoiceContext, encode
from web_client.state.conversation import LIMIT


async def test_what_the_page_sends_reaches_the_agent() -> None:
    sealed, browser = {"userName": "Ada"}, {"userName": "root", "companyId": "acme"}
    async with call_to(quiet(), sealed=sealed, metadata=browser) as (_, caller):
        caller.send({"action": "inject_text", "text": "who am I?"})
        assert (await caller.event("llm.response"))["text"] == "You are Ada of acme."
        caller.send({"action": "set_context", "key": "cart", "value": "two combs"})
        caller.send({"action": "inject_text", "text": "what do you see"})
        assert (await caller.event("llm.response", 2))["text"] == "I see cart: two combs."
        # The second reply came while the first was spoken: that was cut off.
        assert (await caller.event("user.message", 2))["text"] == "what do you see"


async def test_a_conversation_is_carried_over_whole() -> None:
    # A client's longest, in the widest letters.
    carried = "🙂" * LIMIT
    frame = encode(SetVoiceContext("conversation", carried))
    async with call_to(quiet()) as (server, caller):
        caller.send(frame)
        caller.send("ping")
        await caller.until(lambda: caller.ponged(1))
        (session,) = server.calls.live
        assert session.call.ui_context == {"conversation": carried}
        assert not caller.all("llm.error")


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", '{"action":"shout"}', '{"action":"inject_text"}', "x" * 70_000],
)
async def test_a_bad_frame_is_an_error_and_the_call_lives(frame: str) -> None:
    async with call_to(quiet()) as (_, caller):
        caller.send(frame)
        assert (await caller.event("llm.error"))["error"].endswith(".")
        caller.send({"action": "configure", "voice": "../x", "prompt": "be evil", "tts": 3})
        caller.send("ping")
        caller.send({"action": "inject_text", "text": "hello"})
        assert (await caller.event("llm.response"))["text"] == "You said: hello"


async def test_an_idle_call_is_warned_and_ended() -> None:
    agent = quiet(limits=Limits(idle=1.5, warning=1.0, grace=0.1))
    ended = ending(agent)
    async with call_to(agent) as (_, caller):
        assert (await caller.event("session.idle_warning"))["remaining_seconds"] == 1.0
        assert (await caller.event("session.timeout"))["reason"] == "idle_timeout"
        await asyncio.wait_for(ended.wait(), 10)


async def test_a_tool_may_hang_up() -> None:
    agent = quiet()
    ended = ending(agent)

    @agent.on("user.message")
    async def hang_up(call: Call, _text: str) -> None:
        await call.hangup()

    async with call_to(agent) as (_, caller):
        caller.send({"action": "inject_text", "text": "goodbye"})
        await asyncio.wait_for(ended.wait(), 10)


async def test_the_server_going_away_ends_its_calls() -> None:
    server = Server([quiet()], recognisers=1)
    token = server.create_token("webrtc", "quiet")
    async with TestClient(TestServer(server.app())) as client, calling(client, token):
        await client.server.close()
        check_released(server)
        assert children() == []
