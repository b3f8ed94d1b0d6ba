"""Calling: what is asked of whom, in which order, and when a call is there (2-sessions, 2.3)."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from tests.sessions.calls import connected, says, status_of, voice
from tests.sessions.loop import settled
from web_client.sessions.ports import HttpResponse, IceServer, MicrophoneRequest, NetworkFailed
from web_client.testing import FakePorts


async def test_the_microphone_is_asked_for_inside_the_click(ports: FakePorts) -> None:
    session = voice(ports, audio={"inputDevice": "headset", "noiseSuppression": False})
    session.connect()
    assert ports.media.requests == [MicrophoneRequest("headset", noise_suppression=False)]
    await settled()
    session.destroy()


async def test_token_servers_and_microphone_are_asked_for_at_once(ports: FakePorts) -> None:
    ports.gate.hold_at = 0
    session = voice(ports)
    session.connect()
    await settled()
    assert ports.gate.passed == ["microphone", "GET /webrtc/token", "GET /webrtc/ice-servers"]
    session.destroy()
    ports.gate.release()
    await settled()


async def test_the_offer_carries_what_the_call_is_to_be(ports: FakePorts) -> None:
    answer = {"token": "wrtc_secret", "server": "wss://eu.example/"}
    session = await connected(
        ports,
        token_provider=lambda: answer,
        server="wss://voice.example",
        config={"language": "es"},
        metadata={"table": 7},
    )
    offer = ports.network.requests[-1]
    assert (offer.method, offer.url) == ("POST", "https://eu.example/webrtc/offer")
    assert json.loads(offer.json or "") == {
        "sdp": "v=0 offer",
        "type": "offer",
        "token": "wrtc_secret",
        "config": {"language": "es"},
        "metadata": {"table": 7},
    }
    assert ports.peer.made[0].answer == "v=0 answer"
    session.destroy()


async def test_connected_means_speech_and_channel(ports: FakePorts) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports)
    connecting = session.connect()
    await settled()
    (peer,) = ports.peer.made
    peer.change("connecting")
    peer.change("connected")
    await settled()
    assert status_of(session) == "connecting"
    peer.open_channel()
    assert status_of(session) == "connected"
    session.send_text("right away")
    await connecting
    assert peer.frames == [{"action": "inject_text", "text": "right away"}]
    session.destroy()


async def test_a_greeting_before_the_connection_is_reported_is_not_lost(
    ports: FakePorts,
) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports)
    session.connect()
    await settled()
    (peer,) = ports.peer.made
    peer.open_channel()
    says(peer, "bot.word", message_id="m1", word="Hello", word_index=0)
    assert status_of(session) == "connected"
    assert [message.text for message in session.state.messages] == ["Hello"]
    session.destroy()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            HttpResponse(200, '{"iceServers": [{"urls": "turn:t", "username": "u"}]}'),
            (IceServer(("turn:t",), "u"),),
        ),
        (HttpResponse(200, '{"ice_servers": [{"urls": ["stun:s"]}]}'), (IceServer(("stun:s",)),)),
        (HttpResponse(200, '[{"urls": ["stun:s"]}]'), (IceServer(("stun:s",)),)),
        (HttpResponse(200, '{"iceServers": []}'), ()),
        (HttpResponse(500, "no"), (IceServer(("stun:stun.l.google.com:19302",)),)),
        (
            HttpResponse(200, '{"iceServers": [{"urls": ["https://relay.example"]}]}'),
            (IceServer(("stun:stun.l.google.com:19302",)),),
        ),
        (HttpResponse(200, "<html>"), (IceServer(("stun:stun.l.google.com:19302",)),)),
        (NetworkFailed("offline"), (IceServer(("stun:stun.l.google.com:19302",)),)),
    ],
)
async def test_ice_servers_or_the_public_one(
    ports: FakePorts, answer: HttpResponse | Exception, expected: tuple[IceServer, ...]
) -> None:
    ports.network.answers["/webrtc/ice-servers"] = answer
    session = await connected(ports)
    assert ports.peer.made[0].ice_servers == expected
    session.destroy()


async def test_slow_ice_servers_hold_nobody_up(ports: FakePorts) -> None:
    ports.gate.hold_at = 2
    session = voice(ports, timeouts={"iceServers": 3})
    connecting = session.connect()
    await settled()
    ports.clock.advance(3)
    await connecting
    assert ports.peer.made[0].ice_servers == (IceServer(("stun:stun.l.google.com:19302",)),)
    session.destroy()


@pytest.mark.parametrize("options", [{}, {"server": ""}])
async def test_nobody_is_asked_but_the_server_that_the_token_names(
    ports: FakePorts, options: dict[str, str]
) -> None:
    answer = {"token": "wrtc_secret", "server": "ws://localhost:8765"}
    session = await connected(ports, token_provider=lambda: answer, **options)
    assert [request.url for request in ports.network.requests] == [
        "http://localhost:8765/webrtc/ice-servers",
        "http://localhost:8765/webrtc/offer",
    ]
    session.destroy()


async def test_a_server_that_the_page_names_is_asked_before_the_token_is_there(
    ports: FakePorts,
) -> None:
    coming: asyncio.Future[object] = asyncio.get_running_loop().create_future()
    session = voice(ports, server="https://voice.example", tokenProvider=lambda: coming)
    connecting = session.connect()
    await settled()
    assert [request.path for request in ports.network.requests] == ["/webrtc/ice-servers"]
    coming.set_result({"token": "wrtc_secret", "server": "wss://voice.example/"})
    await connecting
    assert [request.path for request in ports.network.requests] == [
        "/webrtc/ice-servers",
        "/webrtc/offer",
    ]
    session.destroy()


@pytest.mark.parametrize("with_provider", [False, True])
async def test_a_token_that_is_good_elsewhere_takes_that_server_s_relays(
    ports: FakePorts, with_provider: bool
) -> None:
    answer = {"token": "wrtc_secret", "server": "wss://eu.example"}
    ports.network.answers["/webrtc/token"] = HttpResponse(200, json.dumps(answer))
    ports.network.answers["/webrtc/ice-servers"] = lambda request: HttpResponse(
        200, json.dumps([{"urls": f"turn:{urlsplit(request.url).hostname}"}])
    )
    provider = {"token_provider": lambda: answer} if with_provider else {}
    session = await connected(ports, server="https://voice.example", **provider)
    assert ports.peer.made[0].ice_servers == (IceServer(("turn:eu.example",)),)
    session.destroy()


async def test_a_token_that_aged_while_the_person_thought_is_exchanged(
    ports: FakePorts,
) -> None:
    ports.gate.hold_at = 0
    session = voice(ports)
    connecting = session.connect()
    await settled()
    ports.clock.advance(55)
    ports.gate.release()
    await connecting
    assert json.loads(ports.network.requests[-1].json or "")["token"] == "cht_secret_2"
    session.destroy()


@pytest.mark.parametrize("lifetime", [1, 10, 60])
async def test_a_token_that_is_still_young_is_not_exchanged(
    ports: FakePorts, lifetime: float
) -> None:
    asked: list[int] = []

    def provide() -> object:
        asked.append(1)
        return {"token": "wrtc_secret", "expiresIn": lifetime}

    session = await connected(ports, token_provider=provide)
    assert asked == [1]
    session.destroy()


async def test_two_who_connect_share_one_microphone(ports: FakePorts) -> None:
    session = voice(ports)
    await asyncio.gather(session.connect(), session.connect())
    await session.connect()
    assert (len(ports.media.microphones), len(ports.peer.made)) == (1, 1)
    session.destroy()
