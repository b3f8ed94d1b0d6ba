"""The chat box at work, on a page and in a world that are ordinary classes."""

import re
from typing import Any

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.boxes import calling, say_in_call, says, shown, written
from tests.unit.elements.conftest import FakeHost
from web_client.elements.chat.element import ChatElement
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts


async def test_a_message_and_its_answer(box: ChatElement, host: FakeHost, ports: FakePorts) -> None:
    await written(box, "When are you **open**?")
    says(ports, "chat.token", message_id="m1", text="We are **op")
    host.paint()
    assert "streaming" in host.rows[2]
    says(ports, "chat.done", message_id="m1", text="We are **open**.")
    user, bot = shown(host)
    assert user.startswith("You When are you **open**?")
    assert bot.startswith("Mara We are open.")
    assert "<strong>open</strong>" in host.rows[2]
    assert "<time" in host.rows[2]
    assert "We are open." in host.regions["said"]
    box.unmount()
    assert ports.open == []


async def test_showing_the_box_asks_for_nothing(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.attribute("open", "")
    box.attribute("greeting", "Hello, this is *Mara*.")
    await settled()
    host.paint()
    assert "<em>Mara</em>" in host.regions["greeting"]
    assert ports.network.requests == []
    assert host.focused == ""


@pytest.mark.parametrize("text", ["", " \n", None, 5])
async def test_a_page_that_says_nothing_connects_nobody(
    box: ChatElement, ports: FakePorts, text: object
) -> None:
    with pytest.raises((TypeError, ValueError)):
        box.invoke("sendText", text)
    await settled()
    assert box.state.status == "idle"
    assert ports.network.requests == []
    box.unmount()


async def test_opening_by_hand_connects_takes_the_focus_and_gives_it_back(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.act("open", "")
    assert (host.look, host.focused, host.attributes) == ("chat open", "field", {"open"})
    await settled()
    assert box.state.status == "connected"
    box.act("escape", "")
    assert (host.look, host.focused, host.attributes) == ("chat", "launcher", set())
    assert box.state.status == "connected"
    doors = [name for name, _ in host.events if name in ("pinecall:open", "pinecall:close")]
    assert doors == ["pinecall:open", "pinecall:close"]
    box.unmount()


async def test_what_is_written_while_a_reply_streams_waits_and_says_so(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    await written(box, "And on Sunday?")
    assert "Waiting to be sent" in shown(host)[1]
    says(ports, "chat.done", message_id="m1", text="Hello!")
    assert "Waiting" not in " ".join(shown(host))
    box.unmount()


async def test_what_could_not_be_sent_can_be_sent_again(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "origin not allowed")
    await written(box)
    assert "Not sent" in shown(host)[0]
    assert "origin not allowed" in host.regions["alert"]
    assert 'data-act="connect"' in host.regions["alert"]
    assert 'data-act="retry" value="1"' in host.rows[1]
    ports.network.answers["/chat/token"] = HttpResponse(200, '{"token": "t", "server": ""}')
    box.act("retry", "1")
    await settled()
    assert "Not sent" not in shown(host)[0]
    assert host.regions["alert"] == ""
    assert ports.network.sockets[-1].frames == [{"event": "message", "text": "Hello"}]
    box.unmount()


async def test_what_the_page_mends_after_a_failure_is_used_by_the_next_try(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "not logged in")
    await written(box)
    host.paint()
    box.assign("tokenProvider", lambda _channel: {"token": "t", "server": "wss://x.example"})
    box.act("retry", "1")
    await settled()
    assert "Hello" in shown(host)[0]
    assert ports.network.sockets[-1].frames == [{"event": "message", "text": "Hello"}]
    box.unmount()


async def test_what_could_not_be_sent_stays_when_the_page_sets_a_property_and_more_is_written(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers["/chat/token"] = HttpResponse(403, "not logged in")
    await written(box, "One")
    host.paint()
    box.assign("tokenProvider", lambda _channel: {"token": "t", "server": "wss://x.example"})
    await written(box, "Two")
    host.paint()
    one, two = shown(host)
    assert "One" in one
    assert "Not sent" in one
    assert "Two" in two
    says(ports, "chat.done", message_id="m1", text="Hello!")
    box.act("retry", "1")
    await settled()
    assert "Not sent" not in " ".join(shown(host))
    assert [frame["text"] for frame in ports.network.sockets[-1].frames] == ["Two", "One"]
    box.unmount()


async def test_an_empty_message_is_not_taken(box: ChatElement, ports: FakePorts) -> None:
    assert not box.submit("  \n ")
    await settled()
    assert ports.network.requests == []


async def test_quick_options_speak_for_the_person_and_go(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.assign("quickOptions", ["Opening hours", {"label": "Book", "text": "I want to book"}])
    host.paint()
    assert "Opening hours" in host.regions["options"]
    assert 'value="I want to book"' in host.regions["options"]
    box.act("say", "I want to book")
    await settled()
    assert "I want to book" in shown(host)[0]
    assert host.regions["options"] == ""
    box.unmount()


@pytest.mark.parametrize("value", ["hours", {"a": 1}, [1], [{"text": "no label"}]])
async def test_quick_options_that_are_none(box: ChatElement, value: object) -> None:
    with pytest.raises(TypeError, match="quickOptions"):
        box.assign("quickOptions", value)


async def test_a_tool_is_shown_at_work_and_done(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    says(ports, "chat.tool_call", tool_calls=[{"id": "c", "name": "get_hours", "arguments": {}}])
    host.paint()
    assert "running" in host.rows[2]
    says(ports, "chat.tool_result", tool_call_id="c", name="get_hours", result={})
    host.paint()
    assert "done" in host.rows[2]
    assert shown(host)[1].endswith("get hours")
    box.unmount()


async def test_copying_says_so_for_a_moment(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    says(ports, "chat.done", message_id="m1", text="**We** are open.")
    box.act("copy", "2")
    await settled()
    host.paint()
    assert host.copied == ["**We** are open."]
    assert host.regions["spoken"] == "Copied"
    ports.clock.advance(2)
    host.paint()
    assert host.regions["spoken"] == ""
    box.unmount()
    assert ports.open == []


async def test_a_new_conversation_leaves_nothing_of_the_old(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    box.act("fresh", "")
    assert shown(host) == []
    assert box.state.status == "idle"
    assert ports.open == []
    await written(box, "Once more")
    assert "Once more" in shown(host)[0]
    box.unmount()


async def test_the_next_session_is_timed_and_read_out_from_its_first_message(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    says(ports, "chat.done", message_id="m1", text="A reply that is longer than the next one.")
    before = shown(host)[1][-5:]
    box.invoke("disconnect")
    box.attribute("agent", "luna")
    ports.clock.advance(600)
    await written(box)
    says(ports, "chat.done", message_id="m1", text="Short.")
    assert shown(host)[1][-5:] != before
    assert "Short." in host.regions["said"]
    box.unmount()


async def test_who_scrolled_back_is_offered_the_way_to_the_end(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.scrolled(False)
    host.paint()
    assert 'data-act="latest"' in host.regions["latest"]
    box.act("latest", "")
    assert host.followed == 1
    host.paint()
    assert host.regions["latest"].strip() == ""


async def test_the_provider_is_told_the_channel(box: ChatElement, ports: FakePorts) -> None:
    asked: list[Any] = []

    def provide(channel: str) -> dict[str, str]:
        asked.append(channel)
        return {"token": "secret", "server": "wss://voice.example.com"}

    box.assign("tokenProvider", provide)
    await written(box)
    assert asked == ["chat"]
    box.unmount()


async def test_the_words_change_under_a_conversation(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "Hola")
    box.attribute("language", "es")
    assert shown(host)[0].startswith("Tú Hola")
    assert host.regions["hint"] == "Escribe un mensaje"
    box.unmount()


async def test_without_an_agent_the_page_is_told(host: FakeHost, ports: FakePorts) -> None:
    box = ChatElement(host, ports)
    assert not box.submit("Hello")
    host.paint()
    assert "agent" in host.regions["alert"]
    name, detail = host.events[0]
    assert (name, detail["code"]) == ("pinecall:error", "invalid_option")


async def test_an_error_is_said_in_the_person_s_language_the_server_s_words_as_they_are(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.attribute("language", "de")
    given = ports.network.answers["/chat/token"]
    ports.network.answers["/chat/token"] = HttpResponse(403, "origin not allowed")
    await written(box)
    host.paint()
    assert "Die Anmeldung zum Gespräch ist fehlgeschlagen" in host.regions["alert"]
    assert "origin not allowed" in host.regions["alert"]
    assert 'data-act="connect"' in host.regions["alert"]
    ports.network.answers["/chat/token"] = given
    box.act("connect", "")
    await settled()
    says(ports, "chat.error", error="Ask {name} on Monday.")
    host.paint()
    assert '<p dir="auto">Ask {name} on Monday.</p>' in host.regions["alert"]
    box.unmount()


async def test_a_thousand_messages_cost_a_token_nothing(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    old = [{"role": "user", "text": f"message {number}"} for number in range(1000)]
    says(ports, "chat.history", messages=old)
    host.paint()
    placed = host.placed
    says(ports, "chat.token", message_id="m", text="We")
    host.paint()
    says(ports, "chat.token", message_id="m", text="We are")
    host.paint()
    assert host.placed == placed + 2
    box.unmount()


def thumbs(host: FakeHost, number: int) -> list[str]:
    """Whether each thumb under a message is pressed; none where nobody asks."""
    host.paint()
    return re.findall(r'data-act="(?:good|bad)".*?aria-pressed="(\w+)"', host.rows[number])


async def test_whole_replies_can_be_rated_where_the_page_asks(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.attribute("feedback", "")
    await written(box)
    says(ports, "chat.token", message_id="m1", text="We")
    assert thumbs(host, 2) == thumbs(host, 1) == []
    says(ports, "chat.done", message_id="m1", text="We are open.")
    assert thumbs(host, 2) == ["false", "false"]
    for act, pressed, rating in (
        ("good", ["true", "false"], "up"),
        ("bad", ["false", "true"], "down"),
        ("bad", ["false", "false"], None),
    ):
        box.act(act, "2")
        assert thumbs(host, 2) == pressed
        told = {"messageId": "m1", "text": "We are open.", "rating": rating}
        assert host.events[-1] == ("pinecall:feedback", told)
    box.act("good", "99")
    assert host.events[-1] == ("pinecall:feedback", told)
    box.attribute("feedback", None)
    assert thumbs(host, 2) == []
    box.unmount()


async def test_what_was_said_in_a_call_can_be_rated_and_copied(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.attribute("feedback", "")
    await calling(box)
    say_in_call(ports, "until when", "Until six.")
    box.act("good", "-2")
    assert thumbs(host, -2) == ["true", "false"]
    told = {"messageId": "v1", "text": "Until six.", "rating": "up"}
    assert host.events[-1] == ("pinecall:feedback", told)
    box.act("copy", "-2")
    await settled()
    assert host.copied == ["Until six."]
    box.unmount()
