"""`agent_info` (1-protocol, 1.5): what is known, or nothing; never an error of the network."""

import asyncio
import json

import pytest
from pydantic import ValidationError

from tests.sessions.loop import other_tasks, settled
from web_client import AgentInfo, Channel, agent_info
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import Answer, FakePorts

PATH = "/api/sdk/agent-info/florencia"


def answer(**members: object) -> HttpResponse:
    return HttpResponse(200, json.dumps(members))


async def test_what_the_server_says(ports: FakePorts) -> None:
    channels = [{"type": "webrtc"}, {"type": "phone", "numbers": ["+54"], "phone": "+54"}]
    ports.network.answers[PATH] = answer(agent="florencia", channels=channels, new="thing")
    info = await agent_info("florencia", "wss://voice.test/", ports=ports)
    phone = Channel(type="phone", numbers=("+54",), phone="+54")
    assert info == AgentInfo(agent="florencia", channels=(Channel(type="webrtc"), phone))
    assert [request.url for request in ports.network.requests] == [f"https://voice.test{PATH}"]
    assert ports.open == []


async def test_one_channel_that_is_none_does_not_hide_the_others(ports: FakePorts) -> None:
    channels = [{"type": None}, 7, {"type": "smoke signals"}]
    ports.network.answers[PATH] = answer(agent="florencia", channels=channels)
    info = await agent_info("florencia", ports=ports)
    assert info is not None
    assert [channel.type for channel in info.channels] == ["smoke signals"]


@pytest.mark.parametrize(
    "failure",
    [
        NetworkFailed("offline"),
        HttpResponse(404, "no such agent"),
        HttpResponse(500, answer(agent="florencia").text),
        HttpResponse(200, "<html>"),
        HttpResponse(200, "[]"),
        HttpResponse(200, ""),
        answer(agent=None),
        answer(agent="florencia", channels="webrtc"),
    ],
)
async def test_a_failure_is_nothing_known(ports: FakePorts, failure: Answer) -> None:
    ports.network.answers[PATH] = failure
    assert await agent_info("florencia", ports=ports) is None
    assert ports.open == []


@pytest.mark.parametrize("stubborn", [False, True])
async def test_a_silent_server_is_nothing_known(ports: FakePorts, stubborn: bool) -> None:
    ports.network.answers[PATH] = answer(agent="florencia")
    ports.gate.hold_at, ports.gate.stubborn = 0, stubborn
    asking = asyncio.ensure_future(agent_info("florencia", ports=ports))
    await settled()
    ports.clock.advance(4.9)
    await settled()
    assert not asking.done()
    ports.clock.advance(0.2)
    assert await asking is None
    ports.gate.release()
    await settled()
    assert ports.open == []
    assert other_tasks() == set()


@pytest.mark.parametrize(("agent", "server"), [("", None), ("florencia", "ftp://x"), ("a", "x")])
async def test_a_question_that_is_none_is_refused(
    ports: FakePorts, agent: str, server: str | None
) -> None:
    with pytest.raises(ValidationError):
        await agent_info(agent, server, ports=ports)
    assert ports.network.requests == []
