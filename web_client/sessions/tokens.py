"""How a session comes by its token (1-protocol, 1.1).

The page's own `token_provider` is asked first; without one the server is asked directly. A
provider that fails is an error that the person sees: the direct request in its stead would turn
a failed login into an anonymous session, so that is opt-in (`fallback_to_direct`).

A token is opaque and lives for one connection. It stands in no message, log or repr: `Token`
hides it, and whoever needs it on the wire says `reveal()`.
"""

import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from web_client.errors import TokenError, TokenServerMissing
from web_client.options import SessionOptions, TokenProvider
from web_client.protocol import TokenResponse, decode_token, http_base
from web_client.sessions.ports import HttpResponse, Network, NetworkFailed

_UNUSABLE = "The answer to the request for a token holds no usable token."
_LOGIN = "Log in again, or try once more in a moment."
_LATER = "Try once more in a moment."


LIFETIME = 60.0
"""Seconds that a token lives where the answer doesn't say (1-protocol, 1.1)."""


class Token:
    """A token, the server at which it is good, and for how many seconds it was when it came."""

    __slots__ = ("_value", "lifetime", "server")

    def __init__(self, value: str, server: str, lifetime: float) -> None:
        self._value = value
        self.server = server
        self.lifetime = lifetime

    def reveal(self) -> str:
        """The token itself: for the wire, and nothing else."""
        return self._value

    def hidden(self, text: str) -> str:
        """`text` with the token struck out, for a server that quotes it in its refusal."""
        return text.replace(self._value, "…")

    def __repr__(self) -> str:
        return f"Token(…, server={self.server!r})"


TokenUrl = Callable[[str, str], str]
"""From server and agent to the address of the direct request."""


async def obtain_token(options: SessionOptions, network: Network, token_url: TokenUrl) -> Token:
    """A fresh token. Raises TokenError or TokenServerMissing."""
    provider = options.token_provider
    if provider is None:
        return await _direct(options, network, token_url)
    try:
        return await _provided(provider, options.server)
    except TokenError:
        if options.fallback_to_direct:
            return await _direct(options, network, token_url)
        raise


async def _provided(provider: TokenProvider, server: str) -> Token:
    try:
        answer = provider()
        if inspect.isawaitable(answer):
            answer = await answer
    except TokenError:
        raise
    except Exception as error:
        said = (str(error) or type(error).__name__).rstrip(".")
        raise TokenError(f"No token could be had: {said}. {_LOGIN}") from error
    return _token(answer, server)


async def _direct(options: SessionOptions, network: Network, token_url: TokenUrl) -> Token:
    if not options.server:
        raise TokenServerMissing("No `server` is set: set one in the options.")
    try:
        response = await network.request("GET", token_url(options.server, options.agent))
    except NetworkFailed as error:
        raise TokenError(
            "The server could not be reached for a token. Check the connection and try again."
        ) from error
    if not response.ok:
        said = f"The server refused a token (HTTP {response.status}): {refusal(response)}"
        # Nobody logged in for it, so a plain refusal is nothing that the person could mend.
        passes = response.status >= 500 or response.status == 429
        raise TokenError(
            f"{said} {_LATER}" if passes else said, status=response.status, detail=response.text
        )
    return _token(response.text, options.server)


def _token(answer: object, configured: str) -> Token:
    response = _decoded(answer)
    if response is None:
        raise TokenError(f"{_UNUSABLE} {_LOGIN}")
    server = response.server or configured
    if not server:
        raise TokenServerMissing(
            "The token came without a server, and no `server` is set: set one in the options."
        )
    if not _is_server(server):
        raise TokenError(
            "The token came with a server that is no http, https, ws or wss URL: "
            "check what the token provider gives."
        )
    return Token(response.token, server, response.expires_in or LIFETIME)


def _decoded(answer: object) -> TokenResponse | None:
    """None for what holds no token. The fault itself isn't chained: it may quote the token."""
    try:
        return decode_token(answer if isinstance(answer, str) else _members(answer))
    except ValueError:
        return None


def _members(answer: object) -> dict[str, Any]:
    """The members that have a value: JavaScript's `null` is neither None nor a string."""
    names = ("token", "server", "expiresIn", "expires_in")
    if isinstance(answer, Mapping):
        given = {name: answer.get(name) for name in names}
    else:
        given = {name: getattr(answer, name, None) for name in names}
    return {name: value for name, value in given.items() if value}


def _is_server(server: str) -> bool:
    try:
        http_base(server)
    except ValueError:
        return False
    return True


def refusal(response: HttpResponse) -> str:
    """The server's own words: plain text, or what a JSON body says; shortened, never empty."""
    text = response.text.strip()
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        said = [body[key] for key in ("error", "detail", "message") if key in body]
        text = next((words for words in said if isinstance(words, str) and words), text)
    return (text[:200] or "no reason given").rstrip(".") + "."
