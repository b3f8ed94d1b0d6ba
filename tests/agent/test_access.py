"""Origins, CORS, and the login that seals who somebody is."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from local_agent import Server
from local_agent.origins import origin_allowed
from tests.agent.conftest import Client

PAGE = "http://localhost:9999"
FOREIGN = "https://evil.example"


@pytest.mark.parametrize(
    ("origin", "allowed", "matches"),
    [
        ("https://shop.example", "https://shop.example", True),
        ("https://shop.example", "https://shop.example/", True),
        ("http://shop.example", "https://shop.example", False),
        ("https://shop.example.evil.example", "https://shop.example", False),
        ("https://shopXexample", "https://shop.example", False),
        ("https://a.site.example", "https://*.site.example", True),
        ("https://a.b.site.example", "https://*.site.example", True),
        ("https://site.example", "https://*.site.example", False),
        ("https://evilsite.example", "https://*.site.example", False),
        ("https://evil.example/.site.example", "https://*.site.example", False),
        ("http://localhost:3000", "http://localhost:*", True),
        ("http://localhost", "http://localhost:*", True),
        ("http://localhost:3000.evil.example", "http://localhost:*", False),
        ("https://localhost:3000", "http://localhost:*", False),
        ("null", "http://localhost:*", False),
    ],
)
def test_origin_patterns(origin: str, allowed: str, matches: bool) -> None:
    assert origin_allowed(origin, [allowed]) is matches


@pytest.mark.parametrize("route", ["/chat/token", "/webrtc/token"])
async def test_direct_tokens_follow_the_allowed_origins(client: Client, route: str) -> None:
    asked = {"agent_id": "mara"}
    async with client.get(route, params=asked, headers={"Origin": PAGE}) as response:
        assert response.status == 200
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
        assert response.headers["Cache-Control"] == "no-store"
        body = await response.json()
        assert body["server"].startswith("ws://127.0.0.1:")
        assert body["expiresIn"] == 60
    async with client.get(route, params=asked, headers={"Origin": FOREIGN}) as response:
        assert response.status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "no tokens to this page's origin" in (await response.json())["error"]


async def test_the_servers_own_pages_send_no_origin(client: Client) -> None:
    async with client.get("/chat/token", params={"agent_id": "mara"}) as response:
        assert response.status == 200


async def test_a_rebound_host_name_gets_no_token(client: Client) -> None:
    headers = {"Host": "evil.example:8765"}
    async with client.get("/chat/token", params={"agent_id": "mara"}, headers=headers) as response:
        assert response.status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8765", 200),
        ("127.0.0.1", 200),
        ("[::1]:8765", 200),
        ("LocalHost", 200),
        ("evil.example:8765", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost@evil.example", 403),
        ("evil.example@localhost", 403),
        ("localhost:8765:80", 403),
        ("[", 403),
        ("", 403),
    ],
)
async def test_on_loopback_a_rebound_host_name_opens_nothing(
    server: Server, host: str, status: int
) -> None:
    async with TestClient(TestServer(server.app(loopback=True))) as client:
        headers = {"Host": host}
        async with client.post("/api/login", json={"name": "Ada"}, headers=headers) as response:
            assert response.status == status
        async with client.get("/", headers=headers) as response:
            assert (response.status == 403) is (status == 403)


async def test_an_agent_without_allowed_origins_gives_no_direct_token(client: Client) -> None:
    asked = {"agent_id": "private"}
    async with client.get("/chat/token", params=asked, headers={"Origin": PAGE}) as response:
        assert response.status == 403
        assert (await response.json())["error"] == (
            "The agent 'private' gives tokens to logged-in users only."
        )


async def test_preflights(client: Client) -> None:
    for origin, allowed in ((PAGE, PAGE), (FOREIGN, None)):
        async with client.options("/webrtc/offer", headers={"Origin": origin}) as response:
            assert response.status == 204
            assert response.headers.get("Access-Control-Allow-Origin") == allowed
            assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    ("route", "status"),
    [
        ("/chat/token?agent_id=nobody", 404),
        ("/chat/token", 404),
        ("/api/sdk/agent-info/nobody", 404),
        ("/chat/ws", 426),
        ("/webrtc/offer", 404),
        ("/api/nothing", 404),
    ],
)
async def test_refusals_are_json_sentences(client: Client, route: str, status: int) -> None:
    async with client.get(route) as response:
        assert response.status == status
        assert (await response.json())["error"].endswith(".")


async def test_discovery(client: Client) -> None:
    async with client.get("/api/sdk/agent-info/mara", headers={"Origin": PAGE}) as response:
        assert await response.json() == {
            "agent": "mara",
            "channels": [
                {"type": "webrtc"},
                {"type": "chat"},
                {"type": "whatsapp", "numbers": ["+1 212 555 0123"]},
                {"type": "phone", "numbers": ["+1 212 555 0199"]},
            ],
        }
        assert response.headers["Access-Control-Allow-Origin"] == PAGE
    async with client.get("/api/sdk/agent-info/private") as response:
        assert (await response.json())["channels"] == [{"type": "webrtc"}, {"type": "chat"}]
    async with client.get("/webrtc/ice-servers") as response:
        assert await response.json() == {"iceServers": []}


async def _log_in(client: Client, name: str = "Ada Lovelace") -> None:
    async with client.post("/api/login", json={"name": name}) as response:
        assert response.status == 200
        cookie = response.cookies["pinecall_login"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"


async def test_the_login_seals_who_it_is(client: Client, server: Server) -> None:
    await _log_in(client)
    body = {"agent": "private", "channel": "chat", "metadata": {"userName": "root"}}
    async with client.post("/api/token", json=body) as response:
        assert response.status == 200
        assert "Access-Control-Allow-Origin" not in response.headers
        token = (await response.json())["token"]
    assert server.tokens.accept(token, "chat").metadata == {
        "userId": "ada-lovelace",
        "userName": "Ada Lovelace",
        "companyId": "acme",
    }


async def test_without_login_no_token(client: Client) -> None:
    body = {"agent": "mara", "channel": "chat"}
    async with client.post("/api/token", json=body) as response:
        assert response.status == 401
        assert (await response.json())["error"] == "You are not logged in."
    await _log_in(client)
    await client.post("/api/logout")
    async with client.post("/api/token", json=body) as response:
        assert response.status == 401


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("/api/login", {"name": ""}, 400),
        ("/api/login", {"name": "   "}, 400),
        ("/api/login", {"name": 7}, 400),
        ("/api/login", ["Ada"], 400),
        ("/api/token", {"agent": "mara", "channel": "phone"}, 400),
        ("/api/token", {"agent": {"id": "mara"}, "channel": "chat"}, 400),
        ("/api/token", {"agent": "nobody", "channel": "chat"}, 404),
    ],
)
async def test_bad_bodies(client: Client, route: str, body: Any, status: int) -> None:
    await _log_in(client)
    async with client.post(route, json=body) as response:
        assert response.status == status
        assert (await response.json())["error"]


async def test_a_body_that_is_no_json(client: Client) -> None:
    json_type = {"Content-Type": "application/json"}
    for raw, headers, status in (
        (b"{", json_type, 400),
        (b"[" * 100_000, json_type, 400),
        (b"\xff", json_type, 400),
        (b'{"name":"Ada"}', {"Content-Type": "application/json; charset=foo"}, 400),
        (b"x" * 300_000, json_type, 413),
        (b'{"name":"Ada"}', {"Content-Type": "text/plain"}, 415),
    ):
        async with client.post("/api/login", data=raw, headers=headers) as response:
            assert response.status == status
            assert (await response.json())["error"]
