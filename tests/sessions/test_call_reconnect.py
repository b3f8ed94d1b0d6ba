"""A connection that is lost: healed, made anew, or given up (2-sessions, 2.3)."""

import json

import pytest

from tests.sessions.calls import OFF, connected, says, status_of, voice
from tests.sessions.loop import settled
from web_client import ConnectionLost, TokenError
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts


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


async def test_a_long_transcript_is_carried_over_in_any_script(ports: FakePorts) -> None:
    """With what the page knew from a chat before; the latest words are the ones that matter."""
    session = await connected(ports)
    session.set_context("conversation", "\n".join(f"user: {n} {'日' * 100}" for n in range(150)))
    for number in range(150):
        says(ports.peer.made[0], "user.message", text=f"{number} {'日' * 100}")
        says(ports.peer.made[0], "bot.finished", message_id=f"m{number}", text="日" * 10)
    says(ports.peer.made[0], "user.message", text="the last")
    ports.peer.made[0].change("failed")
    ports.clock.advance(1)
    await settled()
    (frame,) = ports.peer.made[1].frames
    assert frame["key"] == "conversation"
    assert frame["value"].endswith("user: the last")
    session.destroy()
