"""A call over the fakes: its order, its failures, its sound, its end (2-sessions, 2.3)."""

import asyncio
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sessions.loop import other_tasks, settled
from web_client import (
    ConnectionLost,
    IceFailed,
    InsecurePage,
    Levels,
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
    OfferRefused,
    ProtocolError,
    SessionDestroyed,
    SessionError,
    TimedOut,
    TokenError,
    VoiceSession,
)
from web_client.sessions.ports import HttpResponse, IceServer, MicrophoneRequest, NetworkFailed
from web_client.testing import FakePeer, FakePorts

OFF = {"enabled": False}


def voice(ports: FakePorts, **options: Any) -> VoiceSession:
    return VoiceSession(agent="florencia", ports=ports, **options)


async def connected(ports: FakePorts, **options: Any) -> VoiceSession:
    session = voice(ports, **options)
    await session.connect()
    await settled()
    return session


def status_of(session: VoiceSession) -> str:
    return session.state.status


def says(peer: FakePeer, event: str, **members: object) -> None:
    peer.receive({"event": event, **members})


# Connecting


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


@pytest.mark.parametrize(
    "refusal",
    [
        MicrophoneRefused("Allow the microphone in the address bar, then press again."),
        MicrophoneMissing("Connect a microphone, then press again."),
        MicrophoneBusy("Close the other program, then press again."),
        InsecurePage("Open this page over https."),
    ],
)
async def test_a_refused_microphone_and_a_second_press(
    ports: FakePorts, refusal: MicrophoneError
) -> None:
    ports.media.refusal = refusal
    session = voice(ports)
    with pytest.raises(type(refusal)):
        await session.connect()
    assert (session.state.error, session.state.error_code) == (str(refusal), refusal.code)
    assert ports.open == []
    ports.media.refusal = None
    await session.connect()
    assert (status_of(session), session.state.error) == ("connected", None)
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize(
    ("path", "answer", "expected", "words"),
    [
        ("/webrtc/token", HttpResponse(403, "Origin not allowed"), SessionError, "Origin not"),
        ("/webrtc/offer", HttpResponse(401, "bad token cht_secret_1"), OfferRefused, "HTTP 401"),
        ("/webrtc/offer", HttpResponse(429, '{"error": "Busy"}'), OfferRefused, "Busy"),
        ("/webrtc/offer", NetworkFailed("offline"), OfferRefused, "Check the connection"),
        ("/webrtc/offer", HttpResponse(200, "<html>"), ProtocolError, "Try again"),
        ("/webrtc/offer", RuntimeError("cht_secret_1"), ProtocolError, "Try again"),
    ],
)
async def test_a_failing_step_releases_everything(
    ports: FakePorts,
    path: str,
    answer: HttpResponse | Exception,
    expected: type[SessionError],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ports.network.answers[path] = answer
    session = voice(ports)
    with caplog.at_level(logging.DEBUG), pytest.raises(expected, match=words) as caught:
        await session.connect()
    assert status_of(session) == "error"
    assert ports.open == []
    await settled()
    assert other_tasks() == set()
    shown = f"{caplog.text} {session.state} {caught.value!r} {vars(caught.value)}"
    assert "cht_secret" not in shown


async def test_a_failing_token_puts_out_the_microphone_s_question(ports: FakePorts) -> None:
    ports.gate.hold_at = 0
    ports.network.answers["/webrtc/token"] = HttpResponse(403, "no")
    session = voice(ports)
    with pytest.raises(SessionError):
        await session.connect()
    ports.gate.release()
    await settled()
    assert ports.media.microphones == []
    assert other_tasks() == set()


@pytest.mark.parametrize(
    ("change", "expected"), [("failed", IceFailed), ("closed", IceFailed), (None, TimedOut)]
)
async def test_no_way_through_is_an_error_with_a_remedy(
    ports: FakePorts, change: Any, expected: type[SessionError]
) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports, timeouts={"ice": 15})
    connecting = session.connect()
    await settled()
    if change is not None:
        ports.peer.made[0].change(change)
    else:
        ports.clock.advance(15)
    with pytest.raises(expected, match="try another network"):
        await connecting
    assert ports.open == []


# During the call


async def test_a_ping_each_second(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,) = ports.peer.made
    ports.clock.advance(3)
    assert peer.sent == ["ping"] * 3
    assert session.state.duration == 3
    session.disconnect()
    ports.clock.advance(3)
    assert peer.sent == ["ping"] * 3
    assert ports.open == []


async def test_started_muted_not_a_sample_is_sent(ports: FakePorts) -> None:
    session = await connected(ports, startMuted=True)
    (peer,) = ports.peer.made
    assert peer.started_enabled is False
    assert peer.frames == [{"action": "mute"}]
    session.toggle_mute()
    assert ports.media.microphones[0].enabled
    assert peer.frames[-1] == {"action": "unmute"}
    session.destroy()


async def test_muted_while_connecting(ports: FakePorts) -> None:
    session = voice(ports)
    connecting = session.connect()
    session.set_muted(True)
    await connecting
    assert ports.peer.made[0].started_enabled is False
    assert session.state.is_muted
    session.destroy()


async def test_mute_silences_the_track_and_tells_the_server(ports: FakePorts) -> None:
    session = await connected(ports)
    session.set_muted(True)
    assert not ports.media.microphones[0].enabled
    assert ports.peer.made[0].frames == [{"action": "mute"}]
    session.destroy()


async def test_what_was_said_and_set_before_the_channel_goes_out(ports: FakePorts) -> None:
    session = voice(ports)
    session.set_context("page", ["menu"])
    session.send_text(" Hello ")
    session.configure({"language": "es"})
    await session.connect()
    frames = ports.peer.made[0].frames
    assert {"action": "set_context", "key": "page", "value": '["menu"]'} in frames
    assert {"action": "configure", "language": "es"} in frames
    assert frames[-1] == {"action": "inject_text", "text": "Hello"}
    session.destroy()


async def test_configure_is_no_way_to_another_command(ports: FakePorts) -> None:
    session = await connected(ports)
    with pytest.raises(ValueError, match="action"):
        session.configure({"action": "mute"})
    with pytest.raises((TypeError, ValueError)):
        session.configure({"voice": object()})
    with pytest.raises(ValueError, match="write something"):
        session.send_text(" ")
    assert ports.peer.made[0].frames == []
    assert status_of(session) == "connected"
    session.destroy()


@pytest.mark.parametrize("name", ["config", "metadata"])
def test_options_that_json_has_no_form_of_are_refused_at_once(name: str) -> None:
    options: dict[str, Any] = {name: {"table": object()}}
    with pytest.raises(TypeError):
        VoiceSession(agent="a", **options)


async def test_other_options_are_for_the_next_call(ports: FakePorts) -> None:
    session = await connected(ports, config={"language": "es"})
    session.update_options(config={"language": "de"}, metadata={"table": 8})
    session.disconnect()
    await session.connect()
    offer = json.loads(ports.network.requests[-1].json or "")
    assert (offer["config"], offer["metadata"]) == ({"language": "de"}, {"table": 8})
    session.destroy()


async def test_levels_are_events_and_no_change(ports: FakePorts) -> None:
    session = await connected(ports)
    levels: list[Any] = []
    changes: list[object] = []
    session.on("level", levels.append)
    session.subscribe(lambda: changes.append(1))
    for _ in range(5):
        says(ports.peer.made[0], "audio.metrics", source="bot", rms=0.5, is_speech=True)
    assert [event.rms for event in levels] == [0.5] * 5
    assert changes == []
    session.destroy()


async def test_a_dismissed_tool_is_gone(ports: FakePorts) -> None:
    session = await connected(ports)
    calls = [{"id": "c1", "name": "book", "arguments": {"seats": 2}}]
    says(ports.peer.made[0], "llm.tool_call", tool_calls=calls)
    assert [call.name for call in session.state.tool_calls] == ["book"]
    session.dismiss_tool("c1")
    assert session.state.tool_calls == ()
    session.destroy()


# Sound


async def test_sound_blocked_and_unlocked(ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked: list[bool] = [session.state.audio_blocked]
    session.subscribe(lambda: blocked.append(session.state.audio_blocked))
    await session.unlock_audio()
    assert blocked == [True]
    ports.media.autoplay_refused = False
    await session.unlock_audio()
    assert blocked == [True, False]
    session.destroy()
    assert ports.open == []


async def test_sound_that_is_let_through_after_a_reconnect_is_not_called_blocked(
    ports: FakePorts,
) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked = [session.state.audio_blocked]
    ports.media.autoplay_refused = False
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    blocked.append(session.state.audio_blocked)
    assert blocked == [True, False]
    session.destroy()


async def test_what_is_left_of_an_interrupted_reply_is_not_heard(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,), (playback,) = ports.peer.made, ports.media.playbacks
    session.set_volume(0.5)
    says(peer, "bot.word", message_id="b1", word="Of", word_index=0)
    assert (playback.volume, session.levels.output) == (0.5, 0.5)
    says(peer, "bot.interrupted", message_id="b1")
    assert (playback.volume, session.levels.output) == (0.0, 0.0)
    session.set_volume(0.75)
    assert playback.volume == 0.0
    says(peer, "bot.word", message_id="b2", word="Sorry", word_index=0)
    assert (playback.volume, session.levels.output) == (0.75, 0.5)
    session.destroy()


async def test_a_hush_ends_by_itself(ports: FakePorts) -> None:
    session = await connected(ports)
    (peer,), (playback,) = ports.peer.made, ports.media.playbacks
    says(peer, "bot.word", message_id="b1", word="Of", word_index=0)
    says(peer, "bot.interrupted", message_id="b1")
    ports.clock.advance(0.9)
    assert playback.volume == 0.0
    ports.clock.advance(0.1)
    assert playback.volume == 1.0
    session.destroy()


@pytest.mark.parametrize("end", ["disconnect", "failed"])
async def test_a_hush_ends_with_its_connection(ports: FakePorts, end: str) -> None:
    session = await connected(ports)
    says(ports.peer.made[0], "bot.word", message_id="b1", word="Of", word_index=0)
    says(ports.peer.made[0], "bot.interrupted", message_id="b1")
    if end == "disconnect":
        session.disconnect()
        assert ports.open == []
        session.connect()
    else:
        ports.peer.made[0].change("failed")
        ports.clock.advance(0.5)
    await settled()
    assert [playback.volume for playback in ports.media.playbacks] == [0.0, 1.0]
    session.destroy()
    assert ports.open == []


async def test_sound_that_was_blocked_is_not_after_the_call(ports: FakePorts) -> None:
    ports.media.autoplay_refused = True
    session = await connected(ports)
    blocked = [session.state.audio_blocked]
    session.disconnect()
    assert [*blocked, session.state.audio_blocked] == [True, False]
    session.destroy()


async def test_volume_and_speaker_outlive_a_connection(ports: FakePorts) -> None:
    session = voice(ports)
    session.set_volume(0.25)
    await session.set_output_device("kitchen")
    await session.connect()
    await settled()
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    assert [
        (heard.volume, heard.output_device, heard.closed) for heard in ports.media.playbacks
    ] == [
        (0.25, "kitchen", True),
        (0.25, "kitchen", False),
    ]
    for volume in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="from 0 to 1"):
            session.set_volume(volume)
    session.destroy()


async def test_levels_and_stats(ports: FakePorts) -> None:
    session = voice(ports)
    assert session.levels == Levels(0.0, 0.0)
    assert await session.stats() == {}
    await session.connect()
    await settled()
    assert session.levels == Levels(0.25, 0.5)
    assert (await session.stats())["codec"] == "opus"
    assert [device.label for device in await session.devices()] == [
        "Built-in microphone",
        "Speakers",
    ]
    session.disconnect()
    assert session.levels == Levels(0.0, 0.0)
    session.destroy()


async def test_another_microphone_in_mid_call(ports: FakePorts) -> None:
    session = await connected(ports, startMuted=True)
    await session.set_input_device("headset")
    first, second = ports.media.microphones
    assert (first.stopped, second.stopped, second.enabled) == (True, False, False)
    assert ports.peer.made[0].microphone is second
    assert len(ports.peer.made) == 1
    session.destroy()
    assert ports.open == []


@pytest.mark.parametrize("begin", ["call", "reconnect"])
async def test_another_microphone_while_the_token_comes(ports: FakePorts, begin: str) -> None:
    session = voice(ports)
    if begin == "reconnect":
        await session.connect()
        ports.gate.hold_at = len(ports.gate.passed)
        ports.peer.made[0].change("failed")
        ports.clock.advance(1)
    else:
        ports.gate.hold_at = 1
        session.connect()
    await settled()
    assert ports.gate.passed[ports.gate.hold_at or 0] == "GET /webrtc/token"
    await session.set_input_device("headset")
    ports.gate.release()
    await settled()
    first, second = ports.media.microphones
    assert (first.stopped, second.stopped) == (True, False)
    assert ports.peer.made[-1].microphone is second
    assert status_of(session) == "connected"
    session.destroy()


async def test_a_microphone_that_can_t_be_had_leaves_the_one_before(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.media.refusal = MicrophoneMissing("It is gone. Choose another.")
    with pytest.raises(MicrophoneMissing):
        await session.set_input_device("headset")
    assert status_of(session) == "connected"
    assert [microphone.stopped for microphone in ports.media.microphones] == [False]
    ports.media.refusal = None
    session.disconnect()
    await session.connect()
    assert ports.media.requests[-1].device_id is None
    session.destroy()


@pytest.mark.parametrize("point", ["microphone", "replace_microphone"])
@pytest.mark.parametrize("how", ["disconnect", "cancel"])
async def test_an_exchange_that_is_cut_short_leaves_no_second_microphone(
    ports: FakePorts, point: str, how: str
) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + (point == "replace_microphone")
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    assert ports.gate.passed[-1] == point
    if how == "disconnect":
        session.disconnect()
        assert ports.open == []
    else:
        exchange.cancel()
    ports.gate.release()
    await settled()
    assert exchange.done()
    assert exchange.cancelled() == (how == "cancel")
    assert ports.open.count("microphone") == (how == "cancel")
    session.destroy()
    assert ports.open == []


async def test_muted_in_the_middle_of_an_exchange_both_are_silent(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + 1
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    assert ports.gate.passed[-1] == "replace_microphone"
    session.set_muted(True)
    assert [microphone.enabled for microphone in ports.media.microphones] == [False, False]
    ports.gate.release()
    await exchange
    assert ports.open.count("microphone") == 1
    session.destroy()


async def test_two_who_choose_a_microphone_get_the_last(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + 1
    first = asyncio.ensure_future(session.set_input_device("a"))
    await settled()
    assert ports.gate.passed[-1] == "replace_microphone"
    second = asyncio.ensure_future(session.set_input_device("b"))
    await settled()
    ports.gate.release()
    await asyncio.gather(first, second)
    assert [microphone.device_id for microphone in ports.media.microphones] == ["default", "a", "b"]
    assert [microphone.stopped for microphone in ports.media.microphones] == [True, True, False]
    assert ports.peer.made[0].microphone is ports.media.microphones[2]
    session.destroy()


async def test_after_an_exchange_that_failed_the_meter_shows_the_one_in_use(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    ports.gate.hold_at = len(ports.gate.passed) + 1
    exchange = asyncio.ensure_future(session.set_input_device("headset"))
    await settled()
    exchange.cancel()
    await settled()
    assert [microphone.stopped for microphone in ports.media.microphones] == [False, True]
    assert session.levels.input == 0.25
    session.destroy()


async def test_the_old_microphone_s_end_in_an_exchange_changes_nothing(ports: FakePorts) -> None:
    session = await connected(ports)
    await session.set_input_device("headset")
    ports.media.microphones[0].stopped = False
    ports.media.microphones[0].pull_out()
    await settled()
    assert [request.device_id for request in ports.media.requests] == [None, "headset"]
    session.destroy()


async def test_a_speaker_that_is_gone_costs_nobody_the_call(
    ports: FakePorts, caplog: pytest.LogCaptureFixture
) -> None:
    ports.media.speaker_fault = RuntimeError("NotFoundError")
    session = await connected(ports, audio={"outputDevice": "kitchen"})
    await settled()
    assert status_of(session) == "connected"
    assert "speaker" in caplog.text
    with pytest.raises(RuntimeError):
        await session.set_output_device("garden")
    session.destroy()


async def test_volume_and_speaker_in_mid_call(ports: FakePorts) -> None:
    session = await connected(ports)
    session.set_volume(0.5)
    await session.set_output_device("garden")
    (playback,) = ports.media.playbacks
    assert (playback.volume, playback.output_device) == (0.5, "garden")
    ports.peer.made[0].add_track()
    first, second = ports.media.playbacks
    assert (first.closed, second.closed, second.volume) == (True, False, 0.5)
    session.disconnect()
    await session.unlock_audio()
    assert ports.open == []
    session.destroy()


async def test_headphones_pulled_out(ports: FakePorts) -> None:
    session = await connected(ports, audio={"input_device": "headset"})
    ports.media.microphones[0].pull_out()
    await settled()
    assert [request.device_id for request in ports.media.requests] == ["headset", None]
    assert ports.peer.made[0].microphone is ports.media.microphones[1]
    assert status_of(session) == "connected"
    ports.media.refusal = MicrophoneMissing("Connect a microphone, then press again.")
    ports.media.microphones[1].pull_out()
    await settled()
    assert session.state.error_code == "microphone_missing"
    assert ports.open == []


# The end, and what isn't


async def test_a_hole_that_heals_is_not_the_end(ports: FakePorts) -> None:
    session = await connected(ports, timeouts={"healing": 5})
    (peer,) = ports.peer.made
    for _ in range(3):
        peer.change("disconnected")
        ports.clock.advance(4.9)
        peer.change("connected")
        ports.clock.advance(10)
    assert status_of(session) == "connected"
    assert len(ports.peer.made) == 1
    session.destroy()


async def test_a_hole_that_doesn_t_heal_is_a_new_session(ports: FakePorts) -> None:
    session = await connected(ports, timeouts={"healing": 5})
    says(ports.peer.made[0], "user.message", text="A table for two")
    ports.peer.made[0].change("disconnected")
    ports.clock.advance(5)
    assert status_of(session) == "reconnecting"
    ports.clock.advance(1)
    await settled()
    first, second = ports.peer.made
    assert status_of(session) == "connected"
    assert (first.closed, second.microphone) == (True, first.microphone)
    (frame,) = second.frames
    assert (frame["action"], frame["key"]) == ("set_context", "conversation")
    assert "A table for two" in frame["value"]
    offers = [json.loads(r.json or "") for r in ports.network.requests if r.method == "POST"]
    assert [offer["token"] for offer in offers] == ["cht_secret_1", "cht_secret_2"]
    session.destroy()
    assert ports.open == []


async def test_without_reconnect_a_lost_call_is_an_error(ports: FakePorts) -> None:
    session = await connected(ports, reconnect=OFF)
    ports.peer.made[0].change("failed")
    assert (status_of(session), session.state.error_code) == ("error", "ice_failed")
    assert session.state.end_reason == "network"
    assert ports.open == []


async def test_a_server_that_hangs_up_is_not_called_again(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.peer.made[0].close_channel()
    assert (status_of(session), session.state.end_reason) == ("idle", "server")
    assert session.state.error is None
    assert ports.open == []
    ports.clock.advance(60)
    await settled()
    assert len(ports.peer.made) == 1
    await session.connect()
    assert (status_of(session), session.state.end_reason) == ("connected", None)
    session.destroy()


async def test_a_channel_that_dies_with_the_network_is_no_hanging_up(ports: FakePorts) -> None:
    session = await connected(ports)
    ports.peer.made[0].change("disconnected")
    ports.peer.made[0].close_channel()
    assert status_of(session) == "reconnecting"
    session.destroy()


async def test_a_channel_that_closes_before_the_call_is_there_is_tried_again(
    ports: FakePorts,
) -> None:
    ports.peer.serve = ports.peer.silent
    session = voice(ports, reconnect={"tries": 1})
    connecting = session.connect()
    for attempt in range(2):
        ports.clock.advance(1)
        await settled()
        ports.peer.made[attempt].open_channel()
        ports.peer.made[attempt].close_channel()
    with pytest.raises(ConnectionLost, match="Press to call again"):
        await connecting
    assert ports.open == []


async def test_a_line_that_always_breaks_is_given_up(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"tries": 3})
    for _ in range(9):
        ports.peer.made[-1].change("failed")
        ports.clock.advance(9)
        await settled()
    assert len(ports.peer.made) == 4
    assert (status_of(session), session.state.error_code) == ("error", "ice_failed")
    assert ports.open == []


async def test_a_line_that_stood_has_all_its_tries_again(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"tries": 1})
    for _ in range(9):
        ports.clock.advance(10)
        ports.peer.made[-1].change("failed")
        ports.clock.advance(1)
        await settled()
    assert status_of(session) == "connected"
    assert len(ports.peer.made) == 10
    session.destroy()


@pytest.mark.parametrize(
    ("refusal", "offers"),
    [
        (TokenError("Log in again.", status=401), 1),
        (TokenError("You are not invited.", status=403), 1),
        (TokenError("Come back later.", status=429), 2),
        (TokenError("No answer."), 2),
    ],
)
async def test_a_reconnect_that_may_have_no_token_is_not_tried_again(
    ports: FakePorts, refusal: TokenError, offers: int
) -> None:
    answers: list[object] = [{"token": "a"}, refusal, {"token": "b"}]

    def provide() -> object:
        answer = answers.pop(0)
        if isinstance(answer, TokenError):
            raise answer
        return answer

    session = await connected(ports, token_provider=provide)
    ports.peer.made[0].change("failed")
    for _ in range(2):
        ports.clock.advance(1)
        await settled()
    assert len(ports.peer.made) == offers
    assert status_of(session) == ("error" if offers == 1 else "connected")
    session.destroy()


async def test_a_token_without_a_server_is_not_asked_for_again(ports: FakePorts) -> None:
    answers: list[object] = [{"token": "a", "server": "https://eu.example"}, {"token": "b"}]
    session = await connected(ports, server="", token_provider=lambda: answers.pop(0))
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    assert session.state.error_code == "token_without_server"
    assert ports.open == []


async def test_a_reconnect_that_is_refused_in_the_end(ports: FakePorts) -> None:
    session = await connected(ports, reconnect={"tries": 2})
    ports.network.answers["/webrtc/offer"] = HttpResponse(503, "full")
    ports.peer.made[0].change("failed")
    for _ in range(2):
        ports.clock.advance(30)
        await settled()
    assert session.state.error_code == "offer_refused"
    assert ports.open == []


@pytest.mark.parametrize("reason", ["idle_timeout", "max_duration"])
async def test_a_timeout_of_the_server_s_ends_the_call_at_once(
    ports: FakePorts, reason: str
) -> None:
    session = await connected(ports)
    says(ports.peer.made[0], "session.timeout", reason=reason)
    assert (status_of(session), session.state.end_reason) == ("idle", reason)
    assert ports.open == []
    ports.clock.advance(60)
    await settled()
    assert status_of(session) == "idle"


async def test_hanging_up_says_who_did(ports: FakePorts) -> None:
    session = await connected(ports)
    session.disconnect()
    assert (status_of(session), session.state.end_reason) == ("idle", "user")
    assert ports.open == []


async def test_a_stale_peer_s_late_words_are_dropped(ports: FakePorts) -> None:
    session = await connected(ports)
    stale = ports.peer.made[0].events
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    stale.channel_closed()
    stale.state_changed("failed")
    stale.channel_received('{"event": "session.timeout", "reason": "idle_timeout"}')
    stale.channel_opened()
    assert status_of(session) == "connected"
    assert len(ports.media.playbacks) == 2
    session.destroy()


async def test_the_phase_is_an_event(ports: FakePorts) -> None:
    session = voice(ports)
    phases: list[tuple[str, str]] = []
    session.on("phase", lambda event: phases.append((event.previous, event.phase)))
    await session.connect()
    says(ports.peer.made[0], "user.message", text="Hello")
    session.disconnect()
    assert phases == [("idle", "listening"), ("listening", "thinking"), ("thinking", "idle")]


async def test_destroyed_is_the_end(ports: FakePorts) -> None:
    session = await connected(ports)
    session.destroy()
    for act in (
        session.connect,
        session.disconnect,
        session.toggle_mute,
        lambda: session.set_muted(True),
        lambda: session.configure({}),
        lambda: session.update_options(),
        lambda: session.send_text("one"),
        lambda: session.dismiss_tool("c1"),
        lambda: session.set_volume(1),
    ):
        with pytest.raises(SessionDestroyed):
            act()
    for coming in (
        session.devices(),
        session.set_input_device("a"),
        session.set_output_device("a"),
        session.stats(),
        session.unlock_audio(),
    ):
        with pytest.raises(SessionDestroyed):
            await coming
    assert ports.open == []
