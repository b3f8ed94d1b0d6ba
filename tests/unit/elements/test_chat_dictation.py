"""Dictation into the field of a chat box."""

from collections.abc import Iterator

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.boxes import calling, shown
from tests.unit.elements.conftest import FakeHost
from web_client.elements.chat.element import ChatElement
from web_client.errors import MicrophoneRefused
from web_client.testing import FakePorts, ScriptedSocket

REFUSED = MicrophoneRefused("Allow the microphone in the address bar, then try again.")


@pytest.fixture
def dictating(box: ChatElement, ports: FakePorts) -> Iterator[ChatElement]:
    """A box whose server says `done` when the test says so."""

    async def listen(socket: ScriptedSocket) -> None:
        if socket.dictates:
            await ports.network.begin_dictation(socket)
        else:
            await ports.network.connect_chat(socket)

    ports.network.serve = listen
    yield box
    box.unmount()
    assert ports.open == []


async def begun(box: ChatElement) -> None:
    box.act("dictate", "")
    await settled()


def writes(ports: FakePorts, event: str, text: str = "") -> None:
    """What the server of the dictation says."""
    socket = next(socket for socket in ports.network.sockets if socket.dictates)
    socket.receive({"event": event, "text": text} if text else {"event": event})


async def test_what_is_said_stands_behind_what_was_typed_to_be_edited(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    host.field = "Tomorrow,"
    await begun(dictating)
    writes(ports, "partial", "is there")
    assert (host.field, host.is_locked) == ("Tomorrow, is there", True)
    writes(ports, "final", "is there a free hour")
    host.paint()
    assert 'aria-pressed="true"' in host.regions["dictate"]
    assert host.regions["hint"] == "Speak now…"
    dictating.act("dictate", "")
    await settled()
    assert ports.media.microphones[-1].stopped
    writes(ports, "done")
    await settled()
    assert (host.field, host.is_locked) == ("Tomorrow, is there a free hour", False)
    host.paint()
    assert 'aria-pressed="false"' in host.regions["dictate"]
    assert dictating.state.messages == ()


async def test_a_break_before_it_stays_a_break(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    host.field = "One:\n"
    await begun(dictating)
    writes(ports, "partial", "two")
    assert host.field == "One:\ntwo"


async def test_escape_ends_it_and_leaves_the_box_open(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    dictating.invoke("open")
    await begun(dictating)
    writes(ports, "final", "a free hour")
    dictating.act("escape", "")
    await settled()
    writes(ports, "done")
    await settled()
    assert (host.field, host.is_locked) == ("a free hour", False)
    assert "open" in host.classes
    dictating.act("escape", "")
    assert "open" not in host.classes


async def test_who_sends_while_speaking_sends_all_that_was_said(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await begun(dictating)
    writes(ports, "partial", "a free")
    assert not dictating.submit(host.field)
    await settled()
    writes(ports, "final", "a free hour please")
    writes(ports, "done")
    await settled()
    assert "a free hour please" in shown(host)[0]
    assert host.field == ""


async def test_nothing_said_sends_nothing(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await begun(dictating)
    dictating.submit("")
    await settled()
    writes(ports, "done")
    await settled()
    assert shown(host) == []
    assert not host.is_locked


async def test_a_third_press_waits_no_longer_for_the_rest(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await begun(dictating)
    writes(ports, "partial", "a free hour")
    dictating.act("dictate", "")
    await settled()
    host.paint()
    assert host.is_locked
    dictating.act("dictate", "")
    await settled()
    assert (host.field, host.is_locked) == ("a free hour", False)


@pytest.mark.parametrize("ends", ["close", "disconnect", "fresh", "talk"])
async def test_whatever_ends_it_keeps_what_was_heard_and_releases_the_microphone(
    dictating: ChatElement, host: FakeHost, ports: FakePorts, ends: str
) -> None:
    dictating.invoke("open")
    await begun(dictating)
    writes(ports, "partial", "a free hour")
    microphone = ports.media.microphones[0]
    dictating.invoke("disconnect") if ends == "disconnect" else dictating.act(ends, "")
    assert microphone.stopped
    assert (host.field, host.is_locked) == ("a free hour", False)


@pytest.mark.parametrize("held_at", range(4))
async def test_ending_it_while_it_begins_leaves_nothing_open(
    dictating: ChatElement, host: FakeHost, ports: FakePorts, held_at: int
) -> None:
    host.field = "Tomorrow,"
    ports.gate.hold_at, ports.gate.stubborn = held_at, True
    await begun(dictating)
    dictating.invoke("disconnect")
    ports.gate.release()
    await settled()
    assert ports.open == []
    assert (host.field, host.is_locked) == ("Tomorrow,", False)


async def test_a_refused_microphone_says_what_to_do(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = REFUSED
    host.field = "Tomorrow,"
    await begun(dictating)
    host.paint()
    assert "address bar" in host.regions["alert"]
    assert 'data-act="dictate"' in host.regions["alert"]
    assert (host.field, host.is_locked) == ("Tomorrow,", False)
    assert (
        "pinecall:error",
        {"message": str(REFUSED), "code": "microphone_refused"},
    ) in host.events
    ports.media.refusal = None
    await begun(dictating)
    host.paint()
    assert host.regions["alert"] == ""
    assert host.is_locked


async def test_it_is_a_chat_s_token_and_the_element_s_language(
    dictating: ChatElement, ports: FakePorts
) -> None:
    asked: list[str] = []

    def provide(channel: str) -> dict[str, str]:
        asked.append(channel)
        return {"token": "secret", "server": "wss://voice.example.com"}

    dictating.assign("tokenProvider", provide)
    dictating.attribute("language", "es")
    await begun(dictating)
    assert asked == ["chat"]
    assert "lang=es" in ports.network.sockets[-1].url


async def test_its_loudness_is_shown(
    dictating: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await begun(dictating)
    host.paint()
    assert host.properties["--level"] == "0.75"


async def test_a_call_listens_already(dictating: ChatElement, ports: FakePorts) -> None:
    await calling(dictating)
    await begun(dictating)
    assert ports.media.recorders == []


async def test_the_page_may_take_the_button_away(box: ChatElement, host: FakeHost) -> None:
    host.paint()
    assert "dictate" in host.regions["dictate"]
    box.attribute("no-voice-message", "")
    host.paint()
    assert "dictate" not in host.regions["dictate"]
