"""The example backend of "Call me": it takes numbers, and nothing else."""

from typing import Any

import pytest

from local_agent import Server
from local_agent.callbacks import MAX_KEPT, CallMe
from tests.agent.conftest import Client

ASKED = {"agent": "mara", "phone": "+12125550123", "name": "Ada"}


async def test_who_asks_is_kept(client: Client, server: Server) -> None:
    async with client.post("/api/call-me", json=ASKED) as response:
        assert (response.status, await response.json()) == (202, {})
    assert list(server.callbacks.asked) == [CallMe(**ASKED)]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (ASKED | {"phone": "call me"}, 400, "phone: "),
        (ASKED | {"phone": "+1212555\n"}, 400, "phone: "),
        (ASKED | {"phone": "1" * 16}, 400, "phone: "),
        (ASKED | {"name": "x" * 101}, 400, "name: "),
        (ASKED | {"agent": "nobody"}, 404, "There is no agent 'nobody'."),
        ({}, 400, "agent: "),
        ([], 400, "the body: "),
    ],
)
async def test_what_is_no_number_of_anybody_is_refused(
    client: Client, server: Server, body: Any, status: int, words: str
) -> None:
    async with client.post("/api/call-me", json=body) as response:
        assert response.status == status
        assert (await response.json())["error"].startswith(words)
    assert not server.callbacks.asked


async def test_a_form_of_a_foreign_page_is_not_read(client: Client, server: Server) -> None:
    async with client.post("/api/call-me", data=ASKED) as response:
        assert response.status == 415
    headers = {"Origin": "https://evil.example"}
    async with client.options("/api/call-me", headers=headers) as response:
        assert "Access-Control-Allow-Origin" not in response.headers
    assert not server.callbacks.asked


async def test_the_oldest_is_forgotten_first(client: Client, server: Server) -> None:
    oldest = CallMe(agent="mara", phone="00000")
    server.callbacks.asked.extend([oldest, *[CallMe(agent="mara", phone="11111")] * (MAX_KEPT - 1)])
    async with client.post("/api/call-me", json=ASKED):
        pass
    assert oldest not in server.callbacks.asked
    assert server.callbacks.asked[-1] == CallMe(**ASKED)
