"""From a chat into a call and back: what is said in one is known in the other (3-elements)."""

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.boxes import (
    answered,
    calling,
    contexts,
    hears,
    say_in_call,
    says,
    shown,
    statuses,
    written,
)
from tests.unit.elements.conftest import FakeHost
from web_client.elements.chat.element import ChatElement
from web_client.errors import MicrophoneRefused
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts

REFUSED = MicrophoneRefused("Allow the microphone in the address bar, then try again.")


async def test_a_call_knows_what_was_written_and_the_chat_what_was_said(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await answered(box, ports, "Are you open?", "We are.")
    await calling(box)
    peer, socket = ports.peer.made[-1], ports.network.sockets[-1]
    assert contexts(peer.frames) == ["user: Are you open?\nbot: We are."]
    say_in_call(ports, "until when", "Until six.")
    assert [line.split(" ", 1)[0] for line in shown(host)] == ["You", "Mara", "You,", "Mara,"]
    box.act("hang-up", "")
    await settled()
    assert contexts(socket.frames) == ["user: until when\nbot: Until six."]
    assert shown(host)[-1].startswith("Call ended 0:00")
    assert statuses(host) == ["connecting", "connected", "idle"]
    await answered(box, ports, "Thank you", "You are welcome.")
    assert "You are welcome." in shown(host)[-1]
    assert len(ports.network.sockets) == 1  # the chat was there all the while
    box.unmount()
    assert ports.open == []


async def test_what_is_said_is_seen_as_it_is_heard_and_marked_as_spoken(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await calling(box)
    hears(ports, "user.speaking", text="un")
    host.paint()
    assert host.order == [-1]
    assert "interim" in host.rows[-1]
    hears(ports, "user.message", text="until when")
    hears(ports, "llm.tool_call", tool_calls=[{"id": "c", "name": "get_hours"}])
    hears(ports, "bot.speaking", message_id="v", text="Until six.")
    hears(ports, "bot.word", message_id="v", word="Until", word_index=0)
    host.paint()
    assert "running" in host.rows[-2]
    assert "speaking" in host.rows[-3]
    assert all("spoken" in host.rows[number] for number in (-1, -3))
    hears(ports, "bot.interrupted", message_id="v")
    host.paint()
    assert "interrupted" in host.rows[-3]
    box.unmount()


async def test_two_calls_and_what_is_written_between_them_stand_in_their_order(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await answered(box, ports, "one", "two")
    for text in ("three", "five"):
        await calling(box)
        hears(ports, "user.message", text=text)
        box.act("hang-up", "")
        await settled()
        await written(box, {"three": "four", "five": "six"}[text])
        says(ports, "chat.done", message_id=text, text="")
    order = ["one", "two", "three", "Call", "four", "five", "Call", "six"]
    assert [word for line in shown(host) for word in line.split() if word in order] == order
    told = contexts(ports.peer.made[1].frames)
    assert told == ["user: one\nbot: two\nuser: three\nuser: four"]
    assert contexts(ports.network.sockets[-1].frames)[-1] == "user: three\nuser: five"
    before = list(host.order)
    box.attribute("language", "es")  # all rows are drawn anew
    assert shown(host)[-1].startswith("Tú six")
    assert host.order == before
    box.unmount()


async def test_a_reply_that_was_under_way_stands_with_its_question(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box, "Are you open?")
    await calling(box)
    hears(ports, "user.message", text="hello")
    host.paint()
    says(ports, "chat.done", message_id="m", text="We are.")
    assert [line.split(" ")[1] for line in shown(host)] == ["Are", "We", "in"]
    box.unmount()


async def test_typing_in_a_call_goes_into_the_call(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await calling(box)
    assert box.submit("at eleven please")
    sent = ports.peer.made[-1].frames[-1]
    assert sent == {"action": "inject_text", "text": "at eleven please"}
    box.act("hang-up", "")
    await settled()
    assert ports.network.sockets == []  # nothing was left to be said in the chat
    box.unmount()


async def test_what_is_too_long_for_a_call_stays_in_the_field_and_is_told(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await calling(box)
    assert not box.submit("a" * 65_536)
    host.paint()
    assert "That is too long for a call." in host.regions["alert"]
    assert box.submit("at eleven please")
    host.paint()
    assert host.regions["alert"] == ""
    box.unmount()


@pytest.mark.parametrize("goes", ["changed", "hung up"])
async def test_that_a_text_is_too_long_is_told_until_it_is_changed_or_the_call_is_over(
    box: ChatElement, host: FakeHost, ports: FakePorts, goes: str
) -> None:
    await calling(box)
    box.submit("a" * 65_536)
    box.attribute("language", "de")
    host.paint()
    assert "zu lang für einen Anruf" in host.regions["alert"]
    if goes == "changed":
        box.typed()
    else:
        box.act("hang-up", "")
    host.paint()
    assert host.regions["alert"] == ""
    box.unmount()


async def test_what_a_call_never_heard_is_said_in_the_chat(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.act("talk", "")
    assert box.submit("at eleven please")
    box.act("hang-up", "")
    await settled()
    assert ports.network.sockets[-1].frames == [{"event": "message", "text": "at eleven please"}]
    assert len(shown(host)) == 1
    box.unmount()
    assert ports.open == []


async def test_what_was_typed_while_the_call_failed_is_said_in_the_chat(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = REFUSED
    box.act("talk", "")
    box.submit("at eleven please")
    await settled()
    assert ports.network.sockets[-1].frames == [{"event": "message", "text": "at eleven please"}]
    box.unmount()


async def test_why_the_server_hung_up_stands_in_the_conversation(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await calling(box)
    ports.clock.advance(5)
    hears(ports, "session.timeout", reason="idle_timeout")
    assert shown(host)[-1] == "The call ended: nobody spoke 0:05"
    assert "in-call" not in host.classes
    box.unmount()


async def test_a_call_lost_to_the_network_keeps_what_was_said(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    await calling(box)
    say_in_call(ports, "until when", "Until six.")
    ports.network.answers["/webrtc/token"] = HttpResponse(403, "no more")
    ports.peer.made[-1].change("failed")
    ports.clock.advance(30)
    await settled()
    host.paint()
    assert "no more" in host.regions["alert"]
    assert "Until six." in " ".join(shown(host))
    assert contexts(ports.network.sockets[-1].frames) == ["user: until when\nbot: Until six."]
    box.unmount()


async def test_a_word_of_a_call_costs_one_row_behind_a_thousand_messages(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    old = [{"role": "user", "text": f"message {number}"} for number in range(1000)]
    says(ports, "chat.history", messages=old)
    await calling(box)
    hears(ports, "user.message", text="hello")
    hears(ports, "bot.speaking", message_id="v", text="one two three")
    hears(ports, "bot.word", message_id="v", word="one", word_index=0)
    host.paint()
    placed = host.placed
    hears(ports, "bot.word", message_id="v", word="two", word_index=1)
    host.paint()
    assert host.placed == placed + 1
    box.unmount()
