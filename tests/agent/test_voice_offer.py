"""An offer that is none, or comes when all lines are busy, is refused."""

import aioice.ice
import pytest

from local_agent import Server
from local_agent.voice import routes
from local_agent.voice.network import offer_loopback
from tests.agent.calls import check_released
from tests.agent.conftest import Client


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
    check_released(server)


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
