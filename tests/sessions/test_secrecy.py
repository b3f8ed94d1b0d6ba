"""A token is on the wire and nowhere else, through a whole life with its failures."""

import json
import logging

import pytest

from tests.sessions.loop import settled
from web_client import ChatSession, DictationSession, SessionError, VoiceSession
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts, Request, ScriptedSocket


def _quoting_refusal(request: Request) -> HttpResponse:
    token = json.loads(request.json or "")["token"]
    # So far behind that a text shortened to 200 signs ends in the middle of it.
    return HttpResponse(401, f"{'-' * 189}{token} is used up")


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (ChatSession, "chat.error"),
        (ChatSession, "error"),
        (VoiceSession, "llm.error"),
        (DictationSession, "error"),
    ],
)
async def test_an_error_that_quotes_the_token_is_shown_without_it(
    kind: type[ChatSession | VoiceSession | DictationSession], event: str, ports: FakePorts
) -> None:
    session = kind(agent="florencia", ports=ports)
    heard: list[object] = []
    for name in ("event", "chat.error", "llm.error", "error", "change"):
        session.on(name, heard.append)
    await session.connect()
    says = (ports.network.sockets or ports.peer.made)[0].receive
    says({"event": event, "error": {"message": "cht_secret_1 is used up"}})
    assert session.state.error == "… is used up"
    assert "… is used up" in f"{heard}"
    assert "cht_secret" not in f"{heard}"
    session.destroy()


@pytest.mark.parametrize("kind", [ChatSession, DictationSession])
async def test_a_connection_that_closes_for_the_token_is_told_without_it(
    kind: type[ChatSession | DictationSession], ports: FakePorts
) -> None:
    async def refuse(socket: ScriptedSocket) -> None:
        # So far behind that a text shortened to 200 signs ends in the middle of it.
        socket.drop(4401, f"{'-' * 189}cht_secret_1 is used up")

    ports.network.serve = refuse
    session = kind(agent="florencia", ports=ports, reconnect={"enabled": False})
    with pytest.raises(SessionError) as caught:
        await session.connect()
    assert "cht_" not in f"{caught.value} {vars(caught.value)} {session.state}"
    assert "-…" in str(caught.value)
    session.destroy()


@pytest.mark.parametrize("kind", [ChatSession, VoiceSession, DictationSession])
async def test_the_token_is_never_seen(
    kind: type[ChatSession | VoiceSession | DictationSession],
    ports: FakePorts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[object] = []
    session = kind(agent="florencia", ports=ports, reconnect={"tries": 1})
    for name in ("status", "phase", "message", "error", "change", "event"):
        session.on(name, seen.append)
    await session.connect()
    for socket in ports.network.sockets:
        socket.receive('{"event": "chat.token"')
        socket.drop(4001, "used")
    for peer in ports.peer.made:
        peer.receive('{"event": "bot.word"}')
        peer.change("failed")
    ports.network.answers["/webrtc/offer"] = _quoting_refusal
    ports.clock.advance(1)
    await settled()
    if session.state.status == "error":
        with pytest.raises(SessionError) as caught:
            await session.connect()
        seen += [caught.value, repr(caught.value), vars(caught.value)]
    seen += [repr(session), vars(session), session.state]
    session.destroy()
    urls = [socket.url for socket in ports.network.sockets]
    assert "cht_secret" in f"{urls} {ports.network.requests}"
    assert "cht_secret" not in f"{seen} {caplog.text}"
