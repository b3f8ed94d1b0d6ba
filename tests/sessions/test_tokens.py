"""Where a token comes from, and that it is seen nowhere else (1-protocol, 1.1)."""

import asyncio
import logging
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from web_client.errors import TokenError, TokenServerMissing
from web_client.options import ChatOptions
from web_client.protocol import chat_token_url
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.sessions.tokens import Token, obtain_token
from web_client.testing import FakePorts

SECRET = "cht_very_secret"


class Minted(BaseModel):
    token: str
    server: str
    expires_in: int = Field(30)


class Falsy:
    """As JavaScript's `null` looks to Python: neither None nor a string."""

    def __bool__(self) -> bool:
        return False


async def obtained(ports: FakePorts, **options: Any) -> Token:
    chosen = ChatOptions(agent="flo ren/cia", **options)
    return await obtain_token(chosen, ports.network, chat_token_url)


@pytest.mark.parametrize(
    "answer",
    [
        {"token": SECRET, "server": "wss://eu.example", "expiresIn": 30},
        {"token": SECRET, "server": "wss://eu.example", "expires_in": 30},
        SimpleNamespace(token=SECRET, server="wss://eu.example", expiresIn=30),
        Minted(token=SECRET, server="wss://eu.example"),
        f'{{"token": "{SECRET}", "server": "wss://eu.example", "expiresIn": 30}}',
    ],
)
async def test_a_provider_may_answer_in_any_shape(ports: FakePorts, answer: object) -> None:
    token = await obtained(ports, token_provider=lambda: answer)
    assert (token.reveal(), token.server, token.lifetime) == (SECRET, "wss://eu.example", 30)
    assert ports.network.requests == []


async def test_a_provider_may_be_async(ports: FakePorts) -> None:
    async def provide() -> Mapping[str, object]:
        return {"token": SECRET}

    token = await obtained(ports, token_provider=provide, server="https://here.example/")
    assert (token.reveal(), token.server) == (SECRET, "https://here.example/")


@pytest.mark.parametrize("server", [None, "", Falsy()])
async def test_without_a_server_the_configured_one_is_used(
    ports: FakePorts, server: object
) -> None:
    answer = SimpleNamespace(token=SECRET, server=server, expiresIn=Falsy())
    token = await obtained(ports, token_provider=lambda: answer, server="ws://here.example")
    assert (token.server, token.lifetime) == ("ws://here.example", 60)


async def test_without_any_server_there_is_an_error(ports: FakePorts) -> None:
    with pytest.raises(TokenServerMissing) as caught:
        await obtained(ports, token_provider=lambda: {"token": SECRET}, server="")
    assert caught.value.code == "token_without_server"
    with pytest.raises(TokenServerMissing):
        await obtained(ports, server="")


@pytest.mark.parametrize("server", ["javascript:alert(1)", "example.com", "https://", "ftp://a"])
async def test_a_server_that_is_none_is_refused(ports: FakePorts, server: str) -> None:
    with pytest.raises(TokenError, match="http, https, ws or wss"):
        await obtained(ports, token_provider=lambda: {"token": SECRET, "server": server})


async def test_the_direct_request_names_the_agent(ports: FakePorts) -> None:
    token = await obtained(ports, server="wss://voice.example/")
    assert token.reveal() == "cht_secret_1"
    (request,) = ports.network.requests
    assert request.method == "GET"
    assert request.url == "https://voice.example/chat/token?agent_id=flo%20ren%2Fcia"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Origin not allowed", "Origin not allowed"),
        ('{"error": "Origin not allowed"}', "Origin not allowed"),
        ('{"detail": "No such agent."}', "No such agent"),
        ("", "no reason given"),
    ],
)
async def test_a_refusal_keeps_status_and_words(ports: FakePorts, body: str, said: str) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, body)
    with pytest.raises(TokenError) as caught:
        await obtained(ports)
    assert (caught.value.status, caught.value.detail) == (403, body)
    assert f"(HTTP 403): {said}." in str(caught.value)


@pytest.mark.parametrize("deep", ["[", '{"error":'])
async def test_a_refusal_too_deep_to_be_read_is_a_refusal(ports: FakePorts, deep: str) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, deep * 200_000)
    with pytest.raises(TokenError) as caught:
        await obtained(ports)
    assert caught.value.status == 403
    assert f"(HTTP 403): {(deep * 200)[:200]}." in str(caught.value)


async def test_an_unreachable_server_is_an_error_with_a_remedy(ports: FakePorts) -> None:
    ports.network.answers["/chat/token"] = NetworkFailed("offline")
    with pytest.raises(TokenError, match="Check the connection and try again"):
        await obtained(ports)


@pytest.mark.parametrize(
    "answer", [None, {}, {"token": ""}, {"token": None}, {"token": [SECRET]}, "not json", 7]
)
async def test_an_unusable_answer_is_an_error_that_quotes_nothing(
    ports: FakePorts, answer: object
) -> None:
    with pytest.raises(TokenError) as caught:
        await obtained(ports, token_provider=lambda: answer)
    assert SECRET not in _everything(caught.value)


async def test_a_failing_provider_is_what_the_person_sees(ports: FakePorts) -> None:
    fault = PermissionError("Please log in again")

    async def provide() -> None:
        raise fault

    with pytest.raises(TokenError, match="Please log in again") as caught:
        await obtained(ports, token_provider=provide)
    assert caught.value.__cause__ is fault
    assert ports.network.requests == []


async def test_the_direct_request_in_its_stead_is_opt_in(ports: FakePorts) -> None:
    def provide() -> None:
        raise PermissionError("Please log in again")

    token = await obtained(ports, token_provider=provide, fallback_to_direct=True)
    assert token.reveal() == "cht_secret_1"


async def test_a_provider_s_own_token_error_stays_what_it_is(ports: FakePorts) -> None:
    fault = TokenError("You are not invited", status=402)

    def provide() -> None:
        raise fault

    with pytest.raises(TokenError) as caught:
        await obtained(ports, token_provider=provide)
    assert caught.value is fault


async def test_cancellation_passes_through(ports: FakePorts) -> None:
    def provide() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await obtained(ports, token_provider=provide, fallback_to_direct=True)


def test_a_token_hides_itself(caplog: pytest.LogCaptureFixture) -> None:
    token = Token(SECRET, "https://here.example", 60)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("page").warning("%s %r", token, [token])
    assert SECRET not in caplog.text
    assert SECRET not in f"{token} {token!r}"
    assert token.hidden(f"bad token {SECRET}!") == "bad token …!"


def _everything(error: BaseException | None) -> str:
    """Message, repr and attributes of an error and of all that led to it."""
    if error is None:
        return ""
    own = f"{error} {error!r} {vars(error)}"
    return own + _everything(error.__cause__) + _everything(error.__context__)
