"""The hub at work, on a page and in a world that are ordinary classes."""

import pytest

from tests.sessions.loop import other_tasks, settled
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.hubs import BACKEND, EVERY_WAY, MARA, a_hub, channels, opened, titles
from tests.unit.elements.markup import Markup
from web_client.elements.hub.element import HubElement
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import Answer, FakePorts


@pytest.fixture
def hub(host: FakeHost, ports: FakePorts) -> HubElement:
    return a_hub(host, ports)


async def test_the_channels_of_the_agent_are_the_rows(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    assert titles(host) == ["Talk now", "Write", "WhatsApp", "Telephone", "Call me"]
    rows = host.regions["ways"]
    assert 'href="https://wa.me/12125550123" target="_blank" rel="noopener"' in rows
    assert 'href="tel:+12125550199"' in rows
    assert 'data-opens="modal"' in rows
    assert 'data-opens="chat"' in rows
    assert Markup(rows).wrong == []
    assert host.regions["spoken"] == "Talk now, Write, WhatsApp, Telephone"
    assert host.regions["notice"] == ""
    hub.unmount()
    assert ports.open == []
    assert other_tasks() == set()


async def test_nothing_is_asked_before_somebody_opens_it(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    await settled()
    host.paint()
    assert ports.network.requests == []
    await opened(hub, host)
    hub.act("open", "")
    await opened(hub, host)
    assert [request.path for request in ports.network.requests] == [MARA]
    hub.unmount()


async def test_opening_takes_the_focus_and_closing_gives_it_back(
    hub: HubElement, host: FakeHost
) -> None:
    hub.act("open", "")
    assert (host.look, host.focused, host.attributes) == ("hub open", "card", {"open"})
    assert host.expanded == {"launcher": True}
    hub.act("escape", "")
    assert (host.look, host.focused, host.attributes) == ("hub", "launcher", set())
    assert host.expanded == {"launcher": False}
    hub.attribute("open", "")
    assert (host.look, host.focused) == ("hub open", "launcher")
    hub.invoke("close")
    hub.invoke("open")
    assert host.focused == "card"
    doors = [name for name, _ in host.events]
    assert doors == ["pinecall:open", "pinecall:close"] * 2 + ["pinecall:open"]
    hub.unmount()
    assert host.expanded == {"launcher": False}


async def test_while_it_is_asked_there_is_a_skeleton_and_what_needs_no_answer(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at = 0
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    assert "skeleton" in host.regions["ways"]
    assert host.regions["spoken"] == "Looking for the ways to reach Mara…"
    assert "Call me" in host.regions["callback"]
    ports.gate.release()
    await settled()
    host.paint()
    assert "skeleton" not in host.regions["ways"]
    hub.unmount()


@pytest.mark.parametrize(
    "failure", [NetworkFailed("offline"), HttpResponse(500, ""), HttpResponse(200, "<html>")]
)
async def test_what_is_not_known_is_said_and_asked_again(
    hub: HubElement, host: FakeHost, ports: FakePorts, failure: Answer
) -> None:
    ports.network.answers[MARA] = failure
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    assert titles(host) == ["Talk now", "Write", "Call me"]
    assert "could be looked up" in host.regions["notice"]
    assert "Try again" in host.regions["notice"]
    ports.network.answers[MARA] = channels(*EVERY_WAY)
    hub.act("ask", "")
    assert host.focused == "card"
    await settled()
    host.paint()
    assert len(titles(host)) == 5
    assert host.regions["notice"] == ""
    hub.unmount()


async def test_a_channel_that_the_agent_lacks_is_not_shown(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers[MARA] = channels({"type": "chat"}, {"type": "smoke signals"})
    await opened(hub, host)
    assert titles(host) == ["Write"]
    hub.unmount()


@pytest.mark.parametrize(
    ("switch", "title"),
    [
        ("no-call", "Talk now"),
        ("no-chat", "Write"),
        ("no-whatsapp", "WhatsApp"),
        ("no-phone", "Telephone"),
    ],
)
async def test_a_channel_that_the_page_has_switched_off_is_not_shown(
    hub: HubElement, host: FakeHost, switch: str, title: str
) -> None:
    hub.attribute(switch, "")
    await opened(hub, host)
    assert title not in titles(host)
    assert len(titles(host)) == 3
    hub.attribute(switch, None)
    host.paint()
    assert len(titles(host)) == 4
    hub.unmount()


async def test_where_there_is_no_way_it_says_so(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.network.answers[MARA] = channels()
    await opened(hub, host)
    assert titles(host) == []
    assert "Mara can&#39;t be reached from here" in host.regions["notice"]
    assert "<button" not in host.regions["notice"]
    hub.attribute("call-me", BACKEND)
    host.paint()
    assert host.regions["notice"] == ""
    hub.unmount()


async def test_a_number_that_is_none_is_no_link(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    evil = "12125550123?text=x\" onclick='alert(1)"
    ports.network.answers[MARA] = channels(
        {"type": "whatsapp", "phone": evil, "numbers": ["0171 555", "", "+1 212 555 0123"]},
        {"type": "phone", "numbers": [evil, "javascript:alert(1)"]},
    )
    await opened(hub, host)
    assert titles(host) == ["WhatsApp"]
    assert "wa.me/12125550123" in host.regions["ways"]
    hub.unmount()


async def test_the_visitor_is_told_of_the_page_s_mistake_in_their_language(
    host: FakeHost, ports: FakePorts
) -> None:
    hub = HubElement(host, ports)
    hub.attribute("language", "de")
    await opened(hub, host)
    assert "Diese Seite ist nicht richtig eingerichtet." in host.regions["notice"]
    (told,) = [detail for name, detail in host.events if name == "pinecall:error"]
    assert "'agent' can't be used" in str(told["message"])
    hub.unmount()


async def test_without_an_agent_the_page_is_told(host: FakeHost, ports: FakePorts) -> None:
    hub = HubElement(host, ports)
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    assert "setting &#39;agent&#39; can&#39;t be used" in host.regions["notice"]
    assert "<button" not in host.regions["notice"]
    assert titles(host) == ["Call me"]
    assert [detail["code"] for name, detail in host.events if name == "pinecall:error"] == [
        "invalid_option"
    ]
    ports.network.answers[MARA] = channels(*EVERY_WAY)
    hub.attribute("agent", "mara")
    await settled()
    host.paint()
    assert len(titles(host)) == 5
    hub.unmount()


async def test_another_agent_is_asked_about_and_the_first_one_s_late_answer_dropped(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at, ports.gate.stubborn = 0, True
    await opened(hub, host)
    ports.network.answers["/api/sdk/agent-info/florencia"] = channels({"type": "chat"})
    hub.attribute("agent", "florencia")
    await settled()
    ports.gate.release()
    await settled()
    host.paint()
    assert titles(host) == ["Write"]
    hub.unmount()
    assert ports.open == []
    assert other_tasks() == set()


async def test_a_hub_that_is_removed_asks_no_more(
    hub: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at = 0
    hub.attribute("call-me", BACKEND)
    hub.act("open", "")
    hub.filled_in("call-me", {"phone": "+1 212 555 0123"})
    await settled()
    hub.unmount()
    await settled()
    assert ports.open == []
    assert other_tasks() == set()
