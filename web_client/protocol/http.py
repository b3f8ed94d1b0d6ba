"""What goes over HTTP before a session begins (1-protocol, 1.1, 1.3 and 1.5).

`decode_token`, `decode_ice_servers`, `decode_answer` and `decode_agent_info` raise pydantic's
ValidationError (a ValueError) for an answer that can't be used; its text quotes no input.
"""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BeforeValidator,
    ConfigDict,
    Field,
    OnErrorOmit,
    TypeAdapter,
    field_validator,
)

from web_client.protocol.wire import Wire, WithoutNulls

_OR_NONE = BeforeValidator(lambda value: value or None)
"""An empty text, and the null of a JavaScript object, which is not None, are no value."""


def _lifetime(value: Any) -> float | None:
    """None for what is no time to live, be it a date: the token is good all the same."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None


class TokenResponse(WithoutNulls):
    """A token (opaque, single use), where it is good, and for how many seconds it lives."""

    model_config = ConfigDict(from_attributes=True)

    token: str = Field(min_length=1, repr=False)
    server: Annotated[str | None, _OR_NONE] = None
    expires_in: Annotated[float | None, BeforeValidator(_lifetime)] = Field(
        None, validation_alias=AliasChoices("expiresIn", "expires_in")
    )


class IceServerEntry(Wire):
    """One STUN or TURN server, as RTCPeerConnection takes it; `urls` may come as one string."""

    urls: tuple[Annotated[str, Field(pattern=r"(?i)^(stun|turn)s?:.")], ...] = Field(min_length=1)
    username: str | None = None
    credential: str | None = Field(None, repr=False)

    @field_validator("urls", mode="before")
    @classmethod
    def _one_url(cls, urls: Any) -> Any:
        return (urls,) if isinstance(urls, str) else urls


class _IceServers(WithoutNulls):
    ice_servers: tuple[IceServerEntry, ...] = Field(
        validation_alias=AliasChoices("iceServers", "ice_servers")
    )


class Offer(Wire):
    """The body of the WebRTC offer; `config` and `metadata` are left out when empty."""

    sdp: str = Field(min_length=1)
    token: str = Field(min_length=1, repr=False)
    config: Mapping[str, Any] = Field(default_factory=dict)
    metadata: Mapping[str, Any] = Field(default_factory=dict)


class Answer(WithoutNulls):
    """The server's SDP answer; a missing `type` is `answer`."""

    sdp: str = Field(min_length=1)
    type: Literal["answer"] = "answer"


class Channel(WithoutNulls):
    """A way to reach an agent: `webrtc`, `phone`, `whatsapp`, `chat`, `mic`, or a newer one."""

    type: str
    numbers: tuple[str, ...] = ()
    phone: str | None = None


class AgentInfo(WithoutNulls):
    """An agent, and the channels that it can be reached through; one without a type is left out."""

    agent: str
    channels: tuple[OnErrorOmit[Channel], ...] = ()


_ICE_SERVERS: TypeAdapter[_IceServers | tuple[IceServerEntry, ...]] = TypeAdapter(
    _IceServers | tuple[IceServerEntry, ...], config=ConfigDict(hide_input_in_errors=True)
)


def decode_token(answer: object) -> TokenResponse:
    """From an HTTP body, a mapping, or any object with those attributes (1-protocol, 1.1)."""
    if isinstance(answer, str):
        return TokenResponse.model_validate_json(answer)
    return TokenResponse.model_validate(answer)


def decode_ice_servers(text: str) -> tuple[IceServerEntry, ...]:
    """From `{iceServers: […]}`, `{ice_servers: […]}` or a bare list (2-sessions, 2.3)."""
    answer = _ICE_SERVERS.validate_json(text)
    return answer.ice_servers if isinstance(answer, _IceServers) else answer


def encode_offer(offer: Offer) -> str:
    """The JSON body of the offer. Raises TypeError for a config that JSON has no form of."""
    body = {"sdp": offer.sdp, "type": "offer", "token": offer.token}
    optional = {"config": offer.config, "metadata": offer.metadata}
    return json.dumps(body | {name: dict(value) for name, value in optional.items() if value})


def decode_answer(text: str) -> Answer:
    return Answer.model_validate_json(text)


def decode_agent_info(text: str) -> AgentInfo:
    return AgentInfo.model_validate_json(text)
