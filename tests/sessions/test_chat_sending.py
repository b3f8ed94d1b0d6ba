"""What a person and a page send: the queue, the context, the retry (2-sessions, 2.2)."""

from typing import Any

import pytest

from tests.sessions.chats import OFF, chat, connected, says, status_of
from web_client.testing import FakePorts


async def test_sends_what_was_written_before_the_connection(ports: FakePorts) -> None:
    session = chat(ports)
    session.send("  Hello ")
    session.set_context("page", "menu")
    session.set_context("cart", {"wine": 2, "from": "Málaga"})
    session.set_context("page", None)
    await session.connect()
    frames = ports.network.sockets[0].frames
    assert {"event": "set_context", "key": "page", "value": None} in frames
    assert {
        "event": "set_context",
        "key": "cart",
        "value": '{"wine": 2, "from": "Málaga"}',
    } in frames
    assert frames[-1] == {"event": "message", "text": "Hello"}
    assert len([frame for frame in frames if frame.get("key") == "page"]) == 1
    session.destroy()


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
async def test_a_context_that_json_has_no_form_of_is_refused(
    ports: FakePorts, value: object
) -> None:
    session = await connected(ports)
    with pytest.raises((TypeError, ValueError)):
        session.set_context("page", value)
    assert status_of(session) == "connected"
    session.destroy()


@pytest.mark.parametrize("text", ["", "  \n\t"])
async def test_an_empty_text_is_refused(ports: FakePorts, text: str) -> None:
    session = chat(ports)
    with pytest.raises(ValueError, match="write something"):
        session.send(text)
    assert len(session.state.messages) == 0


@pytest.mark.parametrize("value", [None, 5, b"hello", ["hello"]])
async def test_what_is_no_text_is_refused(ports: FakePorts, value: Any) -> None:
    session = chat(ports)
    with pytest.raises(TypeError, match="Only text can be sent"):
        session.send(value)
    assert len(session.state.messages) == 0


async def test_a_second_message_waits_for_the_turn(ports: FakePorts) -> None:
    session = await connected(ports)
    (socket,) = ports.network.sockets
    session.send("one")
    session.send("two")
    assert [frame["text"] for frame in socket.frames] == ["one"]
    assert session.state.queued == 1
    says(socket, "chat.done", message_id="m1", text="First.")
    assert [frame["text"] for frame in socket.frames] == ["one", "two"]
    session.destroy()


async def test_a_turn_that_never_ends_is_given_up_and_the_queue_moves_on(
    ports: FakePorts,
) -> None:
    session = await connected(ports, timeouts={"turn": 5})
    session.send("one")
    session.send("two")
    ports.clock.advance(5)
    assert session.state.error_code == "timed_out"
    assert [frame["text"] for frame in ports.network.sockets[0].frames] == ["one", "two"]
    session.destroy()
    assert ports.open == []


async def test_a_message_that_could_not_be_sent_can_be_sent_again(ports: FakePorts) -> None:
    session = await connected(ports, reconnect=OFF)
    session.send("one")
    session.send("two")
    ports.network.sockets[0].drop()
    assert [message.status for message in session.state.messages] == ["failed", "failed"]
    await session.connect()
    session.retry(session.state.messages[1].id)
    assert ports.network.sockets[1].frames == [{"event": "message", "text": "two"}]
    session.destroy()


async def test_what_could_not_be_sent_goes_over_to_the_session_that_comes_next(
    ports: FakePorts,
) -> None:
    before = await connected(ports, reconnect=OFF)
    before.send("one")
    says(ports.network.sockets[0], "chat.done", message_id="m1", text="First.")
    before.send("two")
    ports.network.sockets[0].drop()
    before.send("three")
    fresh = chat(ports)
    fresh.take_over(before.unsent)
    before.destroy()
    kept = [(message.id, message.text, message.status) for message in fresh.state.messages]
    assert kept == [(3, "two", "failed"), (4, "three", "failed")]
    fresh.send("four")
    await fresh.connect()
    socket = ports.network.sockets[1]
    says(socket, "chat.done", message_id="m2", text="Fourth.")
    fresh.retry(3)
    assert [frame["text"] for frame in socket.frames] == ["four", "two"]
    assert [message.id for message in fresh.state.messages] == [3, 4, 5, 6]
    fresh.destroy()


async def test_what_waits_goes_over_and_is_sent(ports: FakePorts) -> None:
    before, fresh = chat(ports), chat(ports)
    before.send("one")
    before.send("two")
    fresh.take_over(before.unsent)
    fresh.take_over(before.unsent)
    before.destroy()
    assert fresh.state.queued == 2
    await fresh.connect()
    assert ports.network.sockets[0].frames == [{"event": "message", "text": "one"}]
    assert (len(fresh.state.messages), fresh.state.queued) == (2, 1)
    fresh.destroy()


async def test_a_connected_session_sends_at_once_what_it_takes_over(ports: FakePorts) -> None:
    before, fresh = chat(ports), await connected(ports)
    before.send("one")
    told: list[str] = []
    fresh.on("message", lambda event: told.append(event.message.text))
    fresh.take_over(before.unsent)
    before.destroy()
    assert ports.network.sockets[0].frames == [{"event": "message", "text": "one"}]
    assert told[0] == "one"
    fresh.destroy()


async def test_what_goes_over_to_a_session_with_messages_of_its_own_is_not_lost(
    ports: FakePorts,
) -> None:
    before, fresh = chat(ports), await connected(ports)
    fresh.send("one")
    fresh.send("two")
    before.send("three")
    before.send("two")
    fresh.take_over(before.unsent)
    before.destroy()
    fresh.take_over(before.unsent)
    texts = [(message.id, message.text) for message in fresh.state.messages]
    assert texts == [(1, "one"), (2, "two"), (3, "three"), (4, "two")]
    assert [frame["text"] for frame in ports.network.sockets[0].frames] == ["one"]
    assert fresh.state.queued == 3
    fresh.destroy()


@pytest.mark.parametrize("error", [["no", "credit"], {"message": None}, False])
async def test_a_turn_that_failed_without_words_lets_the_queue_move_on(
    ports: FakePorts, error: object
) -> None:
    session = await connected(ports)
    session.send("one")
    session.send("two")
    says(ports.network.sockets[0], "chat.error", error=error)
    assert session.state.error
    assert session.state.queued == 0
    assert ports.network.sockets[0].frames[-1] == {"event": "message", "text": "two"}
    session.destroy()
