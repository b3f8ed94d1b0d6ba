"""Tokens: single use, 60 s, locked to agent and channel; every refusal has its own sentence."""

from typing import Any

import pytest

from local_agent import Agent, Server
from local_agent.tokens import (
    MAX_METADATA,
    TokenElsewhere,
    TokenExpired,
    TokenForged,
    TokenMissing,
    Tokens,
    TokenUsed,
)
from tests.agent.conftest import SECRET, Client, Clock


def test_a_token_opens_one_connection(clock: Clock) -> None:
    tokens = Tokens(SECRET, clock)
    token = tokens.mint("chat", "mara", {"userId": 7})
    grant = tokens.accept(token, "chat")
    assert (grant.agent, grant.channel, grant.metadata) == ("mara", "chat", {"userId": 7})
    with pytest.raises(TokenUsed):
        tokens.accept(token, "chat")


def test_prefixes_tell_the_channel() -> None:
    tokens = Tokens()
    assert tokens.mint("chat", "mara").startswith("cht_")
    assert tokens.mint("webrtc", "mara").startswith("wrtc_")


def test_a_token_lives_sixty_seconds(clock: Clock) -> None:
    tokens = Tokens(SECRET, clock)
    early, late = tokens.mint("chat", "mara"), tokens.mint("chat", "mara")
    clock.now += 59.9
    tokens.accept(early, "chat")
    clock.now += 0.1
    with pytest.raises(TokenExpired):
        tokens.accept(late, "chat")


def test_a_used_token_is_still_known_as_used_until_it_expires(clock: Clock) -> None:
    tokens = Tokens(SECRET, clock)
    token = tokens.mint("chat", "mara")
    tokens.accept(token, "chat")
    clock.now += 30
    tokens.accept(tokens.mint("chat", "mara"), "chat")
    with pytest.raises(TokenUsed):
        tokens.accept(token, "chat")


def test_the_wrong_channel_is_refused_and_uses_nothing_up() -> None:
    tokens = Tokens()
    token = tokens.mint("webrtc", "mara")
    with pytest.raises(TokenElsewhere, match="for webrtc, not for chat"):
        tokens.accept(token, "chat")
    tokens.accept(token, "webrtc")


def _relabelled(token: str) -> str:
    return "wrtc_" + token.removeprefix("cht_")


def _cut(token: str) -> str:
    return token[:-1]


def _other_claims(token: str) -> str:
    claims, _, signature = token.partition(".")
    return f"{claims}A.{signature}"


@pytest.mark.parametrize("change", [_relabelled, _cut, _other_claims])
def test_a_changed_token_is_forged(change: Any) -> None:
    tokens = Tokens()
    with pytest.raises(TokenForged):
        tokens.accept(change(tokens.mint("chat", "mara")), "webrtc")


@pytest.mark.parametrize("garbage", ["x", "cht_", "cht_.", ".", "cht_ü.ü", "a" * 100_000])
def test_garbage_is_forged(garbage: str) -> None:
    with pytest.raises(TokenForged):
        Tokens().accept(garbage, "chat")


def test_a_token_of_another_server_is_forged() -> None:
    with pytest.raises(TokenForged):
        Tokens("mine").accept(Tokens("theirs").mint("chat", "mara"), "chat")


def test_no_token_is_missing() -> None:
    with pytest.raises(TokenMissing):
        Tokens().accept("", "chat")


def test_a_dict_where_the_agent_belongs_is_a_clear_type_error(server: Server) -> None:
    with pytest.raises(TypeError, match="agent_id must be a string, not dict"):
        server.create_token("chat", {"userId": 7})  # type: ignore[arg-type]


def test_what_cannot_be_minted(server: Server) -> None:
    with pytest.raises(ValueError, match='"webrtc" or "chat"'):
        server.create_token("phone", "mara")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no agent 'nobody'"):
        server.create_token("chat", "nobody")
    with pytest.raises(ValueError, match=f"{MAX_METADATA} bytes"):
        server.create_token("chat", "mara", {"notes": "x" * MAX_METADATA})
    with pytest.raises(TypeError, match="must be a mapping, not list"):
        server.create_token("chat", "mara", ["a"])  # type: ignore[arg-type]


def test_an_agent_has_tokens_once_it_is_served() -> None:
    agent = Agent("lone")
    with pytest.raises(RuntimeError, match="not served yet"):
        agent.create_token("chat")
    server = Server([agent])
    grant = server.tokens.accept(agent.create_token("chat", {"a": 1}), "chat")
    assert (grant.agent, grant.metadata) == ("lone", {"a": 1})


async def _refusal_of(client: Client, token: str) -> tuple[dict[str, Any], int | None]:
    async with client.ws_connect("/chat/ws", params={"token": token}) as socket:
        frame = await socket.receive_json()
        await socket.receive()
        return frame, socket.close_code


async def test_the_chat_socket_says_why_and_closes_with_4401(
    client: Client, server: Server, clock: Clock
) -> None:
    used, expired = (server.create_token("chat", "mara") for _ in range(2))
    async with client.ws_connect("/chat/ws", params={"token": used}):
        pass
    tokens = {
        "": "No token was given.",
        "cht_nonsense": "The token is not one of this server's.",
        used: "The token has been used already; each opens one connection.",
        server.create_token("webrtc", "mara"): "The token is for webrtc, not for chat.",
        server.tokens.mint("chat", "gone"): "The token is for an agent that is not served here.",
    }
    for token, sentence in tokens.items():
        assert await _refusal_of(client, token) == ({"event": "error", "error": sentence}, 4401)
    clock.now += 60
    frame, _ = await _refusal_of(client, expired)
    assert frame["error"] == "The token has expired; ask for a new one."


async def test_the_offer_says_why_with_a_status(client: Client, server: Server) -> None:
    answers = {}
    for token in ("", "wrtc_nonsense", server.create_token("chat", "mara")):
        body = {"sdp": "v=0", "type": "offer", "token": token}
        async with client.post("/webrtc/offer", json=body) as response:
            answers[token[:5]] = response.status, (await response.json())["error"]
    assert answers == {
        "": (401, "No token was given."),
        "wrtc_": (401, "The token is not one of this server's."),
        "cht_e": (403, "The token is for chat, not for webrtc."),
    }
