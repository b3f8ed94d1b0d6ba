"""A call that doesn't come about says why, and leaves nothing open (2-sessions, 2.3)."""

import logging
from typing import Any

import pytest

from tests.sessions.calls import status_of, voice
from tests.sessions.loop import other_tasks, settled
from web_client import (
    IceFailed,
    InsecurePage,
    MicrophoneBusy,
    MicrophoneError,
    MicrophoneMissing,
    MicrophoneRefused,
    OfferRefused,
    ProtocolError,
    SessionError,
    TimedOut,
)
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import FakePorts


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
        ("/webrtc/offer", HttpResponse(429, "[" * 200_000), OfferRefused, "HTTP 429"),
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
