"""A chat whose server has vanished without a close (2-sessions, 2.2)."""

import pytest

from tests.sessions.chats import OFF, chat, connected, says, status_of
from tests.sessions.loop import settled
from web_client import ChatSession
from web_client.testing import FakePorts


def marks(session: ChatSession) -> list[tuple[str, str | None]]:
    return [(message.text, message.status) for message in session.state.messages]


async def test_after_the_network_was_away_a_silent_connection_is_renewed(
    ports: FakePorts,
) -> None:
    session = await connected(ports)
    ports.network.come_online()
    session.send("one")
    session.send("two")
    ports.clock.advance(14.9)
    assert status_of(session) == "connected"
    ports.clock.advance(0.1)
    assert status_of(session) == "reconnecting"
    assert marks(session) == [("one", "failed"), ("two", "queued")]
    ports.clock.advance(1)
    await settled()
    first, second = ports.network.sockets
    assert (first.state, status_of(session)) == ("closed", "connected")
    assert second.frames == [{"event": "message", "text": "two"}]
    ports.clock.advance(59)
    assert status_of(session) == "connected"
    session.destroy()
    assert ports.open == []


async def test_a_turn_that_ran_meanwhile_shows_a_sign_of_life_or_ends_it(ports: FakePorts) -> None:
    session = await connected(ports)
    session.send("one")
    ports.clock.advance(50)
    ports.network.come_online()
    ports.clock.advance(14.9)
    assert status_of(session) == "connected"
    ports.clock.advance(0.1)
    assert status_of(session) == "reconnecting"
    assert session.state.error is None
    session.destroy()


@pytest.mark.parametrize(
    "word",
    [
        {"event": "chat.token", "message_id": "m", "text": "He"},
        {"event": "chat.tool_call", "tool_calls": [{"id": "t", "name": "slots"}]},
        {"event": "chat.done", "message_id": "m", "text": "Hello."},
        {"event": "chat.error", "error": "no"},
    ],
    ids=["token", "tool_call", "done", "error"],
)
async def test_any_word_for_a_turn_ends_the_doubt(
    ports: FakePorts, word: dict[str, object]
) -> None:
    session = await connected(ports)
    ports.network.come_online()
    session.send("one")
    ports.network.sockets[0].receive(word)
    session.send("two")
    ports.clock.advance(59)
    assert status_of(session) == "connected"
    session.destroy()


async def test_the_network_may_come_and_go_while_nobody_says_anything(ports: FakePorts) -> None:
    session = await connected(ports)
    for _ in range(3):
        ports.network.come_online()
        ports.clock.advance(600)
    assert status_of(session) == "connected"
    assert len(ports.network.sockets) == 1
    session.destroy()


async def test_a_connection_that_is_still_being_made_is_in_no_doubt(ports: FakePorts) -> None:
    session = chat(ports)
    session.send("one")
    connecting = session.connect()
    ports.network.come_online()
    await connecting
    ports.clock.advance(59)
    assert status_of(session) == "connected"
    session.destroy()


async def test_the_second_silent_turn_in_a_row_renews_the_connection(ports: FakePorts) -> None:
    session = await connected(ports, timeouts={"turn": 5})
    for text in ("one", "two", "three"):
        session.send(text)
    ports.clock.advance(5)
    assert (status_of(session), session.state.error_code) == ("connected", "timed_out")
    ports.clock.advance(5)
    assert status_of(session) == "reconnecting"
    assert marks(session) == [("one", "sent"), ("two", "failed"), ("three", "queued")]
    session.destroy()


async def test_an_answer_after_its_time_is_a_sign_of_life_as_well(ports: FakePorts) -> None:
    session = await connected(ports, timeouts={"turn": 5})
    session.send("one")
    ports.clock.advance(5)
    says(ports.network.sockets[0], "chat.done", message_id="m", text="At last.")
    session.send("two")
    ports.clock.advance(5)
    assert (status_of(session), session.state.error_code) == ("connected", "timed_out")
    session.destroy()


async def test_without_reconnecting_it_ends_in_an_error(ports: FakePorts) -> None:
    session = await connected(ports, reconnect=OFF, timeouts={"doubt": 3})
    ports.network.come_online()
    session.send("one")
    ports.clock.advance(3)
    assert (status_of(session), session.state.error_code) == ("error", "connection_lost")
    assert marks(session) == [("one", "failed")]
    assert ports.open == []
