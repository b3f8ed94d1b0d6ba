"""The options of the sessions (2-sessions, 2.2 and 2.3; 1-protocol, 1.4).

Frozen pydantic models, since options may come from a page: every field answers to its
snake_case and its camelCase name; a wrong type or an unknown name raises ValidationError.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from web_client.protocol import http_base
from web_client.spelling import camel, camel_fields

DEFAULT_SERVER = "https://voice.pinecall.io"

TokenProvider = Callable[[], Awaitable[object] | object]
"""The page's own callable (1-protocol, 1.1), plain or async. It returns `{token, server,
expiresIn}`, as a mapping, a JavaScript object or any object with those attributes."""


class _Options(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=camel, populate_by_name=True
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        camel_fields(cls, cls.model_fields)


class Timeouts(_Options):
    """How long each step may take, in seconds (all > 0). One of connecting that takes longer is a
    `TimedOut`, whose `step` names it, unless it says otherwise here.

    Any session: `token`, until the page or the server has given one.
    A chat: `socket`, until it is open; `chat_connected`, until the server begins. `turn`, of
    silence, ends a turn with an error, and the session goes on; `doubt`, of silence in a turn after
    the network was away, renews the connection.
    A call: `microphone`, until somebody answers the browser's question; `ice_servers`, then a
    public one is used; `gathering`, then the offer goes with what was found; `offer`, until it is
    answered; `ice`, until speech and frames can go. `silence`, of everything, after which a call
    falters; `healing`, from then on, after which it is made anew.
    A dictation: `microphone`, `socket`, `recording`, until the browser records; `ready`, until the
    server listens; `done`, after `stop()`, then what was heard is the text.
    """

    token: float = Field(10.0, gt=0)
    microphone: float = Field(60.0, gt=0)
    ice_servers: float = Field(3.0, gt=0)
    gathering: float = Field(2.0, gt=0)
    offer: float = Field(10.0, gt=0)
    ice: float = Field(15.0, gt=0)
    socket: float = Field(10.0, gt=0)
    chat_connected: float = Field(10.0, gt=0)
    turn: float = Field(60.0, gt=0)
    doubt: float = Field(15.0, gt=0)
    silence: float = Field(4.0, gt=0)
    healing: float = Field(5.0, gt=0)
    recording: float = Field(10.0, gt=0)
    ready: float = Field(10.0, gt=0)
    done: float = Field(2.5, gt=0)


class Reconnect(_Options):
    """Whether (`enabled`) and how often (`tries`, ≥ 1) a lost connection is tried again:
    exponential backoff, full jitter (2-sessions, 2.2).

    After n tries that came to nothing the next one waits a random time between 0 and
    min(`longest`, `first` · 2ⁿ) seconds. A connection that stood for ten seconds has all its tries
    again.
    """

    enabled: bool = True
    tries: int = Field(8, ge=1)
    first: float = Field(0.5, gt=0)
    longest: float = Field(20.0, gt=0)


class AudioOptions(_Options):
    """Which devices, by the ids that `devices()` tells, and which filters on the microphone
    (1-protocol, 1.3). None, or an empty id: the system's choice."""

    input_device: str | None = None
    output_device: str | None = None
    echo_cancellation: bool = True
    noise_suppression: bool = True
    auto_gain_control: bool = True


class SessionOptions(_Options):
    """What all sessions take.

    `agent` is the agent's id; `server` any base URL of the service (http, https, ws or wss), or
    empty where each token names its own; without a `token_provider` it is asked for the token.
    `fallback_to_direct`: ask the server directly for a token when the `token_provider` fails
    (off: a failing login must not silently become an anonymous session).
    """

    agent: str = Field(min_length=1)
    server: str = DEFAULT_SERVER
    token_provider: TokenProvider | None = None
    fallback_to_direct: bool = False
    reconnect: Reconnect = Reconnect()
    timeouts: Timeouts = Timeouts()

    @field_validator("server")
    @classmethod
    def _is_url(cls, server: str) -> str:
        if server:
            http_base(server)
        return server


class ChatOptions(SessionOptions):
    """`thread`: the id of an earlier conversation to go on with."""

    thread: str | None = None


class VoiceOptions(SessionOptions):
    """`config` and `metadata` go with the offer. Both are set by the client and forgeable: what
    the agent authorises on is sealed in the token by the site's backend. `tracked_tools`: which
    tools' calls join `state.tool_calls` (None: all). `start_muted`: not a sample of speech is sent
    before the user unmutes; `push_to_talk`: the user is heard while the button is held alone
    (`VoiceSession.press_to_talk`)."""

    config: Mapping[str, Any] = Field(default_factory=dict)
    metadata: Mapping[str, Any] = Field(default_factory=dict)
    tracked_tools: tuple[str, ...] | None = None
    audio: AudioOptions = AudioOptions()
    start_muted: bool = False
    push_to_talk: bool = False


class DictationOptions(SessionOptions):
    """`language`: what is spoken, as a code ("en", "es-MX"); None: what the agent expects."""

    language: str | None = None
    audio: AudioOptions = AudioOptions()
