"""Tokens: signed, single use, short-lived, locked to agent and channel (4-local-agent, 4.1).

A token is `{prefix}{claims}.{signature}`: the claims are base64url JSON, the signature is
HMAC-SHA256 over prefix and claims, so that a chat token can't be dressed up as a voice token.
Its metadata are sealed, that is signed: a browser can read them but not change them. Don't put
a secret in there.

A refusal names its reason, and nothing of the token.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Channel = Literal["chat", "webrtc"]
Metadata = dict[str, Any]

LIFETIME = 60.0
"""Seconds from minting to expiry (1-protocol, 1.1)."""

MAX_METADATA = 4096
"""Longest sealed metadata, in bytes of JSON: a token travels in a URL."""

_PREFIXES: dict[Channel, str] = {"chat": "cht_", "webrtc": "wrtc_"}


class TokenRefused(Exception):
    """The token opens nothing. The message says why, in a sentence that may be shown.

    `status` is the HTTP status to answer with: 401 for no valid token, 403 for a valid one
    that belongs elsewhere.
    """

    status = 401


class TokenMissing(TokenRefused):
    def __init__(self) -> None:
        super().__init__("No token was given.")


class TokenForged(TokenRefused):
    def __init__(self) -> None:
        super().__init__("The token is not one of this server's.")


class TokenExpired(TokenRefused):
    def __init__(self) -> None:
        super().__init__("The token has expired; ask for a new one.")


class TokenUsed(TokenRefused):
    def __init__(self) -> None:
        super().__init__("The token has been used already; each opens one connection.")


class TokenElsewhere(TokenRefused):
    """A good token of this server, at a door it doesn't open."""

    status = 403


@dataclass(frozen=True, slots=True)
class Grant:
    """What an accepted token allows."""

    agent: str
    channel: Channel
    metadata: Metadata


class Tokens:
    """Mints tokens and accepts each of them once.

    `secret` signs; without one a random one is made, and no token outlives the process.
    `now` gives seconds since the Unix epoch.
    """

    def __init__(self, secret: str | None = None, now: Callable[[], float] = time.time) -> None:
        self._key = (secret or secrets.token_hex(32)).encode()
        self._now = now
        self._used: dict[str, float] = {}

    def mint(self, channel: Channel, agent: str, metadata: Mapping[str, Any] | None = None) -> str:
        """A new token for `agent` on `channel`, with `metadata` (≤ 4 kB of JSON) sealed in it.

        Raises TypeError where `agent` is no string or the metadata are no mapping of JSON
        values, ValueError for an unknown channel or too much metadata.
        """
        _check_mintable(channel, agent, metadata)
        sealed = dict(metadata or {})
        if len(json.dumps(sealed)) > MAX_METADATA:
            raise ValueError(f"sealed metadata is limited to {MAX_METADATA} bytes of JSON")
        claims = {
            "agent": agent,
            "expires": self._now() + LIFETIME,
            "id": secrets.token_urlsafe(12),
            "metadata": sealed,
        }
        body = _PREFIXES[channel] + _encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{body}.{self._signature(body)}"

    def accept(self, token: str, channel: Channel) -> Grant:
        """Use the token up, and say what it allows. Raises TokenRefused."""
        claims = self._claims(token)
        issued_for: Channel = "chat" if token.startswith(_PREFIXES["chat"]) else "webrtc"
        now = self._now()
        if claims["expires"] <= now:
            raise TokenExpired
        if issued_for != channel:
            raise TokenElsewhere(f"The token is for {issued_for}, not for {channel}.")
        self._use_up(claims["id"], claims["expires"], now)
        return Grant(claims["agent"], channel, claims["metadata"])

    def _claims(self, token: str) -> dict[str, Any]:
        if not token:
            raise TokenMissing
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise TokenForged
        # The signature is good, so the claims are what `mint` wrote.
        claims: dict[str, Any] = json.loads(_decode(body.split("_", 1)[1]))
        return claims

    def _use_up(self, identity: str, expires: float, now: float) -> None:
        if identity in self._used:
            raise TokenUsed
        self._used = {used: end for used, end in self._used.items() if end > now}
        self._used[identity] = expires

    def _signature(self, body: str) -> str:
        return _encode(hmac.new(self._key, body.encode(), hashlib.sha256).digest())


def _check_mintable(channel: str, agent: object, metadata: object) -> None:
    if channel not in get_args(Channel):
        raise ValueError(f'channel must be "webrtc" or "chat", not {channel!r}')
    if not isinstance(agent, str):
        raise TypeError(
            "create_token(channel, agent_id, metadata): agent_id must be a string, "
            f"not {type(agent).__name__}"
        )
    if metadata is not None and not isinstance(metadata, Mapping):
        raise TypeError(
            f"create_token(…, metadata): metadata must be a mapping, not {type(metadata).__name__}"
        )


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise TokenForged from error
