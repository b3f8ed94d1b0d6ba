"""A call in a chat box: how it is begun, shown, refused and ended (3-elements)."""

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.boxes import (
    answered,
    calling,
    hears,
    shown,
    statuses,
    written,
)
from tests.unit.elements.conftest import FakeHost
from web_client.elements.chat.element import ChatElement
from web_client.elements.settings import InvalidSetting
from web_client.errors import MicrophoneRefused
from web_client.sessions.ports import HttpResponse
from web_client.testing import FakePorts

REFUSED = MicrophoneRefused("Allow the microphone in the address bar, then try again.")


async def test_a_second_press_calls_once(box: ChatElement, ports: FakePorts) -> None:
    box.act("talk", "")
    box.act("talk", "")
    await settled()
    assert len(ports.peer.made) == len(ports.media.requests) == 1
    box.unmount()


async def test_the_channel_is_told_to_the_provider(box: ChatElement, ports: FakePorts) -> None:
    asked: list[str] = []

    def provide(channel: str) -> dict[str, str]:
        asked.append(channel)
        return {"token": "secret", "server": "wss://voice.example.com"}

    box.assign("tokenProvider", provide)
    await written(box)
    await calling(box)
    assert asked == ["chat", "webrtc"]
    box.unmount()


async def test_what_the_page_says_of_the_call_goes_with_the_offer(
    box: ChatElement, ports: FakePorts
) -> None:
    box.assign("config", {"voice": "luna"})
    box.assign("metadata", {"plan": "gold"})
    box.invoke("setContext", "page", "pricing")
    await calling(box)
    box.invoke("setContext", "page", "checkout")
    offer = next(request for request in ports.network.requests if request.path.endswith("offer"))
    assert '"config":{"voice":"luna"}' in (offer.json or "").replace(" ", "")
    assert '"metadata":{"plan":"gold"}' in (offer.json or "").replace(" ", "")
    told = [frame["value"] for frame in ports.peer.made[-1].frames if frame.get("key") == "page"]
    assert told == ["pricing", "checkout"]
    box.unmount()


async def test_a_microphone_refused_says_what_to_do_and_leaves_the_chat(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.refusal = REFUSED
    await calling(box)
    host.paint()
    assert "address bar" in host.regions["alert"]
    assert 'data-act="talk"' in host.regions["alert"]
    assert "in-call" not in host.classes
    assert (
        "pinecall:error",
        {"message": str(REFUSED), "code": "microphone_refused"},
    ) in host.events
    assert statuses(host) == ["connecting", "error"]
    assert host.order == []
    await answered(box, ports, "Then in writing", "Gladly.")
    assert "Gladly." in shown(host)[-1]
    assert host.regions["alert"] == ""
    ports.media.refusal = None
    await calling(box)
    host.paint()
    assert "in-call" in host.classes
    box.unmount()
    assert ports.open == []


@pytest.mark.parametrize("act", ["talk", "dictate"])
async def test_a_microphone_refused_is_said_in_the_person_s_language(
    box: ChatElement, host: FakeHost, ports: FakePorts, act: str
) -> None:
    ports.media.refusal = REFUSED
    box.attribute("language", "de")
    box.act(act, "")
    await settled()
    host.paint()
    assert "Das Mikrofon ist gesperrt." in host.regions["alert"]
    assert f'data-act="{act}"' in host.regions["alert"]
    box.unmount()


async def test_an_offer_refused_is_the_call_s_failure_not_the_chat_s(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await written(box)
    ports.network.answers["/webrtc/offer"] = HttpResponse(429, "all lines are busy")
    await calling(box)
    host.paint()
    assert "all lines are busy" in host.regions["alert"]
    assert box.state.status == "connected"
    assert ports.open.count("microphone") == 0
    box.unmount()


async def test_the_bar_says_how_the_call_stands(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.act("talk", "")
    host.paint()
    assert (host.regions["doing"], host.regions["elapsed"]) == ("Connecting…", "")
    assert "Cancel the call" in host.regions["controls"]
    assert host.focused == "hang-up"
    assert 'data-act="talk"' not in host.regions["tools"]
    assert 'data-act="dictate"' not in host.regions["dictate"]
    await settled()
    ports.clock.advance(62)
    host.paint()
    assert (host.regions["doing"], host.regions["elapsed"]) == ("Mara is listening", "1:02")
    assert "active" in host.classes
    box.act("mute", "")
    host.paint()
    assert 'aria-pressed="true"' in host.regions["controls"]
    assert not ports.media.microphones[-1].enabled
    box.act("mute", "")
    hears(ports, "user.message", text="hello")
    host.paint()
    assert host.regions["doing"] == "Mara is thinking"
    hears(ports, "bot.speaking", message_id="v", text="Hello!")
    hears(ports, "bot.word", message_id="v", word="Hello!", word_index=0)
    host.paint()
    assert host.regions["doing"] == "Mara is speaking"
    box.act("hang-up", "")
    host.paint()
    assert 'data-act="talk"' in host.regions["tools"]
    assert host.regions["spoken"] == "Call ended"
    box.unmount()


async def test_a_call_s_loudness_goes_straight_to_the_style(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await calling(box)
    host.paint()
    host.paint()
    assert host.properties["--level"] == "0.75"
    box.act("hang-up", "")
    for _ in range(3):
        host.paint()
    assert host.frames == []
    box.unmount()


async def test_a_sound_that_is_blocked_can_be_let_in(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.media.autoplay_refused = True
    await calling(box)
    host.paint()
    assert 'data-act="hear"' in host.regions["controls"]
    ports.media.autoplay_refused = False
    box.act("hear", "")
    await settled()
    host.paint()
    assert 'data-act="hear"' not in host.regions["controls"]
    box.unmount()


async def test_a_closed_box_goes_on_talking_and_its_button_says_so(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.act("open", "")
    await calling(box)
    box.act("close", "")
    host.paint()
    assert host.regions["press"] == "Back to the call with Mara"
    assert "Mara is listening" in host.regions["caption"]
    assert "active" in host.classes
    assert "peer" in ports.open
    box.unmount()
    assert ports.open == []


async def test_where_no_button_would_show_it_closing_hangs_up(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.attribute("no-fab", "")
    box.act("open", "")
    await calling(box)
    box.act("close", "")
    assert "peer" not in ports.open
    assert "microphone" not in ports.open
    box.unmount()


@pytest.mark.parametrize("ends", ["fresh", "disconnect", "user", "unmount"])
async def test_whatever_ends_the_conversation_ends_the_call(
    box: ChatElement, host: FakeHost, ports: FakePorts, ends: str
) -> None:
    await written(box)
    await calling(box)
    {
        "fresh": lambda: box.act("fresh", ""),
        "disconnect": lambda: box.invoke("disconnect"),
        "user": lambda: box.attribute("user", "grace"),
        "unmount": box.unmount,
    }[ends]()
    assert ports.open == []
    box.unmount()
    assert statuses(host) == ["connecting", "connected", "idle"]


@pytest.mark.parametrize("held_at", range(5))
async def test_hanging_up_while_it_connects_leaves_nothing_open(
    box: ChatElement, host: FakeHost, ports: FakePorts, held_at: int
) -> None:
    """At each of the answers that a call waits for; those that come late change nothing."""
    ports.gate.hold_at, ports.gate.stubborn = held_at, True
    await calling(box)
    box.act("hang-up", "")
    ports.gate.release()
    await settled()
    host.paint()
    assert ports.open == []
    assert "in-call" not in host.classes
    box.unmount()


async def test_no_call_takes_the_button_away(box: ChatElement, host: FakeHost) -> None:
    host.paint()
    assert 'data-act="talk"' in host.regions["tools"]
    box.attribute("no-call", "")
    host.paint()
    assert 'data-act="talk"' not in host.regions["tools"]


async def test_the_page_calls_mutes_and_hangs_up_and_is_told(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    await answered(box, ports, "one", "two")
    box.invoke("call")
    await settled()
    box.invoke("setMuted", True)
    box.invoke("toggleMute")
    assert '"unmute"' in ports.peer.made[-1].sent[-1]
    hears(ports, "user.message", text="three")
    state = box.invoke("getState")
    assert isinstance(state, dict)
    assert [message["text"] for message in state["messages"]] == ["one", "two", "three"]
    assert [message.get("spoken", False) for message in state["messages"]] == [False, False, True]
    assert state["call"]["status"] == "connected"
    told = [detail for name, detail in host.events if name == "pinecall:transcript"]
    assert told[-1]["messages"] == state["messages"]
    box.invoke("hangUp")
    over = box.invoke("getState")
    assert isinstance(over, dict)
    assert over["call"] is None
    box.unmount()


async def test_without_an_agent_the_page_is_told_and_nothing_is_asked(
    host: FakeHost, ports: FakePorts
) -> None:
    box = ChatElement(host, ports)
    box.act("talk", "")
    host.paint()
    assert "agent" in host.regions["alert"]
    assert ports.media.requests == []
    box.unmount()


async def test_a_page_s_config_that_can_t_be_sent_is_said(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.assign("config", {"voice": float("nan")})
    box.act("talk", "")
    host.paint()
    assert "config" in host.regions["alert"]
    assert ports.media.requests == []
    box.unmount()


async def test_a_context_that_is_too_long_for_a_call_is_said_and_the_chat_goes_on(
    box: ChatElement, host: FakeHost, ports: FakePorts
) -> None:
    box.invoke("setContext", "page", "x" * 65_536)
    await answered(box, ports, "one", "two")
    box.act("talk", "")
    host.paint()
    assert "&#39;page&#39; is too long for a call" in host.regions["alert"]
    [told] = [detail for name, detail in host.events if name == "pinecall:error"]
    assert told["code"] == "invalid_option"
    with pytest.raises(InvalidSetting, match="too long"):
        box.invoke("call")
    assert ports.media.requests == []
    assert box.state.status == "connected"
    box.invoke("setContext", "page", "pricing")
    await calling(box)
    host.paint()
    assert "in-call" in host.classes
    assert host.regions["alert"] == ""
    box.unmount()


async def test_a_context_that_the_call_refuses_is_not_the_chat_s_either(
    box: ChatElement, ports: FakePorts
) -> None:
    await written(box)
    await calling(box)
    with pytest.raises(ValueError, match="too long for a call"):
        box.invoke("setContext", "page", "x" * 65_536)
    assert all(frame.get("key") != "page" for frame in ports.network.sockets[-1].frames)
    box.unmount()
