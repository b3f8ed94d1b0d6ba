"""What the client says, over HTTP, and where (1-protocol)."""

import json
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from web_client.protocol import (
    CHANNEL_LIMIT,
    AgentInfo,
    Answer,
    Channel,
    ClientFrame,
    Configure,
    InjectText,
    Message,
    Mute,
    Offer,
    Ping,
    SetChatContext,
    SetVoiceContext,
    StopDictation,
    Unmute,
    agent_info_url,
    chat_socket_url,
    chat_token_url,
    decode_agent_info,
    decode_answer,
    decode_ice_servers,
    decode_token,
    encode,
    encode_offer,
    fits_channel,
    http_base,
    ice_servers_url,
    offer_url,
    scribe_url,
    voice_token_url,
    ws_base,
)


@pytest.mark.parametrize(
    ("frame", "members"),
    [
        (Message('say "hi" 😀'), {"event": "message", "text": 'say "hi" 😀'}),
        (SetChatContext("k", "v"), {"event": "set_context", "key": "k", "value": "v"}),
        (SetChatContext("k", None), {"event": "set_context", "key": "k", "value": None}),
        (SetVoiceContext("k", "v"), {"action": "set_context", "key": "k", "value": "v"}),
        (Mute(), {"action": "mute"}),
        (Unmute(), {"action": "unmute"}),
        (
            Configure({"voice": "x", "stt": None}),
            {"action": "configure", "voice": "x", "stt": None},
        ),
        (InjectText("hi"), {"action": "inject_text", "text": "hi"}),
        (StopDictation(), {"event": "stop"}),
    ],
)
def test_frames(frame: ClientFrame, members: dict[str, object]) -> None:
    assert json.loads(encode(frame)) == members


def test_ping_is_a_bare_word() -> None:
    assert encode(Ping()) == "ping"


def test_configure_refuses_the_key_action() -> None:
    with pytest.raises(ValueError, match="action"):
        Configure({"action": "mute"})


@pytest.mark.parametrize("value", [object(), float("nan")])
def test_a_config_that_json_has_no_form_of(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode(Configure({"voice": value}))


BODY = {"token": "cht_1", "server": "wss://host", "expiresIn": 60}


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(BODY),
        BODY,
        SimpleNamespace(**BODY),
        {"token": "cht_1", "server": "wss://host", "expires_in": "60", "else": 1},
    ],
)
def test_tokens(answer: object) -> None:
    token = decode_token(answer)
    assert (token.token, token.server, token.expires_in) == ("cht_1", "wss://host", 60.0)
    assert "cht_1" not in repr(token)


def test_a_token_needs_neither_server_nor_lifetime() -> None:
    for nothing in ({}, {"server": "", "expiresIn": 0}, {"server": None, "expires_in": None}):
        token = decode_token({"token": "cht_1", **nothing})
        assert (token.server, token.expires_in) == (None, None)


@pytest.mark.parametrize(
    "lifetime", ["2026-11-20T21:50:00Z", [60], {}, -60, float("nan"), 10**400, "soon"]
)
def test_a_lifetime_that_can_t_be_read_costs_nobody_the_token(lifetime: object) -> None:
    token = decode_token({"token": "cht_1", "expiresIn": lifetime})
    assert (token.token, token.expires_in) == ("cht_1", None)


@pytest.mark.parametrize("answer", ["", "no", "[]", "{}", '{"token":""}', None, 7, {"token": [1]}])
def test_no_token(answer: object) -> None:
    with pytest.raises(ValidationError):
        decode_token(answer)


def test_no_error_quotes_a_token() -> None:
    with pytest.raises(ValidationError) as raised:
        decode_token({"token": "cht_secret", "server": ["cht_secret"]})
    assert "cht_secret" not in str(raised.value)


@pytest.mark.parametrize("shape", ['{"iceServers": %s}', '{"ice_servers": %s}', "%s"])
def test_ice_servers(shape: str) -> None:
    servers = '[{"urls": "stun:a"}, {"urls": ["turn:b"], "username": "u", "credential": "c"}]'
    stun, turn = decode_ice_servers(shape % servers)
    assert (stun.urls, stun.username, stun.credential) == (("stun:a",), None, None)
    assert (turn.urls, turn.username, turn.credential) == (("turn:b",), "u", "c")
    assert "'c'" not in repr(turn)


@pytest.mark.parametrize("text", ["", "{}", "[{}]", "3"])
def test_no_ice_servers(text: str) -> None:
    with pytest.raises(ValidationError):
        decode_ice_servers(text)


def test_the_offer() -> None:
    offer = Offer(sdp="v=0", token="t")
    assert json.loads(encode_offer(offer)) == {"sdp": "v=0", "type": "offer", "token": "t"}
    offer = Offer(sdp="v=0", token="t", config={"voice": "x"}, metadata={"a": 1})
    assert json.loads(encode_offer(offer)) == {
        "sdp": "v=0",
        "type": "offer",
        "token": "t",
        "config": {"voice": "x"},
        "metadata": {"a": 1},
    }


def test_the_answer() -> None:
    assert decode_answer('{"sdp":"v=0"}') == Answer(sdp="v=0", type="answer")
    for text in ('{"sdp":""}', '{"sdp":"v=0","type":"offer"}', "<html>"):
        with pytest.raises(ValidationError):
            decode_answer(text)


def test_the_agent() -> None:
    text = '{"agent":"m","channels":[{"type":"webrtc"},{"type":"phone","numbers":["+1"]}]}'
    channels = (Channel(type="webrtc"), Channel(type="phone", numbers=("+1",)))
    assert decode_agent_info(text) == AgentInfo(agent="m", channels=channels)


def test_null_is_missing_in_an_answer() -> None:
    channels = '[{"type":"chat","numbers":null,"phone":null},{"type":null}]'
    agent = decode_agent_info(f'{{"agent":"m","channels":{channels}}}')
    assert agent == AgentInfo(agent="m", channels=(Channel(type="chat"),))
    assert decode_agent_info('{"agent":"m","channels":null}') == AgentInfo(agent="m")
    assert decode_answer('{"sdp":"v=0","type":null}') == Answer(sdp="v=0")
    assert decode_token('{"token":"t","expiresIn":null,"expires_in":30}').expires_in == 30.0
    (server,) = decode_ice_servers('{"iceServers":null,"ice_servers":[{"urls":"stun:a"}]}')
    assert server.urls == ("stun:a",)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("server", "http", "ws"),
    [
        ("https://host", "https://host", "wss://host"),
        ("wss://host", "https://host", "wss://host"),
        ("http://localhost:8000", "http://localhost:8000", "ws://localhost:8000"),
        ("WS://host/path", "http://host/path", "ws://host/path"),
    ],
)
def test_bases(server: str, http: str, ws: str, slash: str) -> None:
    assert http_base(server + slash) == http
    assert ws_base(server + slash) == ws


@pytest.mark.parametrize("server", ["", "host", "localhost:8000", "ftp://host", "https://"])
def test_no_server(server: str) -> None:
    for base in (http_base, ws_base):
        with pytest.raises(ValueError, match="a server is a URL"):
            base(server)


def test_addresses() -> None:
    assert chat_socket_url("https://h/", "a b&/+") == "wss://h/chat/ws?token=a%20b%26%2F%2B"
    assert chat_socket_url("https://h", "t", "a/é") == "wss://h/chat/ws?token=t&thread=a%2F%C3%A9"
    assert scribe_url("http://h", "t") == "ws://h/api/scribe/ws?token=t"
    assert scribe_url("http://h", "t", "es") == "ws://h/api/scribe/ws?token=t&lang=es"
    assert chat_token_url("wss://h", "a&b") == "https://h/chat/token?agent_id=a%26b"
    assert voice_token_url("wss://h", "m") == "https://h/webrtc/token?agent_id=m"
    assert ice_servers_url("wss://h") == "https://h/webrtc/ice-servers"
    assert offer_url("wss://h") == "https://h/webrtc/offer"
    assert agent_info_url("wss://h", "a/b?") == "https://h/api/sdk/agent-info/a%2Fb%3F"


@pytest.mark.parametrize(("letter", "size"), [("a", 1), ("я", 2), ("日", 3), ("😀", 4)])
def test_a_letter_takes_no_more_than_it_has_to(letter: str, size: int) -> None:
    empty = len(encode(InjectText("")).encode())
    assert len(encode(InjectText(letter * 1000)).encode()) == empty + 1000 * size


@pytest.mark.parametrize("half", ["\ud83d", chr(0xDE00), "a\ud83db я"])
def test_half_a_character_is_replaced(half: str) -> None:
    text = encode(Message(half))
    assert text.encode()
    assert "�" in json.loads(text)["text"]


def test_what_a_channel_carries() -> None:
    room = CHANNEL_LIMIT - len(encode(InjectText("")))
    assert fits_channel(InjectText("a" * room))
    assert not fits_channel(InjectText("a" * room + "a"))
    assert not fits_channel(InjectText("я" * room))
