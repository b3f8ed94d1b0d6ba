"""A token is on the wire and nowhere else, through a whole life with its failures."""

import json
import logging

import pytest

from tests.sessions.loop import settled
from web_client import ChatSession, DictationSession, SessionError, VoiceSession
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts, Request


def _quoting_refusal(request: Request) -> HttpResponse:
    token = json.loads(request.json or "")["token"]
    # So far behind that a text shortened to 200 signs ends in the middle of it.
    return HttpResponse(401, f"{'-' * 189}{token} is used up")


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
