"""The hub at work, on a page and in a world that are ordinary classes."""

import json
import logging
import re
from typing import Any

import pytest

from tests.sessions.loop import other_tasks, settled
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.markup import Markup
from web_client.elements.hub.callback import PATIENCE, is_safe
from web_client.elements.hub.element import HubElement
from web_client.elements.hub.numbers import dialled, international
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import Answer, FakePorts

MARA = "/api/sdk/agent-info/mara"
EVERY_WAY = [
    {"type": "webrtc"},
    {"type": "chat"},
    {"type": "whatsapp", "numbers": ["+1 (212) 555-0123"]},
    {"type": "phone", "phone": "+1 212 555 0199"},
]
BACKEND = "/call-me"


def channels(*found: Any) -> HttpResponse:
    return HttpResponse(200, json.dumps({"agent": "mara", "channels": found}))


@pytest.fixture
def hub(host: FakeHost, ports: FakePorts) -> HubElement:
    ports.network.answers[MARA] = channels(*EVERY_WAY)
    hub = HubElement(host, ports)
    for name, value in (("agent", "mara"), ("name", "Mara"), ("server", "https://voice.test")):
        hub.attribute(name, value)
    return hub


async def opened(hub: HubElement, host: FakeHost) -> None:
    hub.act("open", "")
    await settled()
    host.paint()


async def sent(hub: HubElement, host: FakeHost, **fields: str) -> None:
    hub.filled_in("call-me", fields)
    await settled()
    host.paint()


def titles(host: FakeHost) -> list[str]:
    """The rows of the card."""
    return re.findall("<b>(.+?)</b>", host.regions["ways"] + host.regions.get("callback", ""))


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


# Being called


@pytest.fixture
async def form(hub: HubElement, host: FakeHost, ports: FakePorts) -> HubElement:
    """The form, open; the backend takes what it gets."""
    ports.network.answers[BACKEND] = HttpResponse(202, "")
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    hub.act("form", "")
    host.paint()
    return hub


def posted(ports: FakePorts) -> list[dict[str, str]]:
    return [json.loads(request.json or "") for request in ports.network.requests if request.json]


async def test_who_asks_to_be_called_is_told_that_it_is_so(
    form: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    assert (host.look, host.focused) == ("hub open filling", "phone")
    assert 'aria-expanded="true"' in host.regions["callback"]
    await sent(form, host, phone=" +1 (212) 555-0123 ", name=" Ada  Lovelace ")
    assert posted(ports) == [{"agent": "mara", "phone": "+12125550123", "name": "Ada Lovelace"}]
    assert ports.network.requests[-1].url == f"https://shop.test{BACKEND}"
    assert host.look == "hub open filling agreed"
    assert host.focused == "thanks"
    assert "Mara will call +1\u00a0(212)\u00a0555-0123." in host.regions["thanks"]
    form.act("again", "")
    host.paint()
    assert (host.look, host.focused) == ("hub open filling", "phone")
    assert host.regions["thanks"] == ""
    form.unmount()
    assert ports.open == []


async def test_a_second_press_asks_for_no_second_call(
    form: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at = len(ports.gate.passed)
    await sent(form, host, phone="5550123", name="")
    assert host.look == "hub open filling sending"
    assert host.regions["send"] == "Sending…"
    await sent(form, host, phone="5550123", name="")
    ports.gate.release()
    await settled()
    await sent(form, host, phone="5550123", name="")
    assert posted(ports) == [{"agent": "mara", "phone": "5550123", "name": ""}]
    form.unmount()


@pytest.mark.parametrize("written", ["", "  ", "call me", "12", "+", "5" * 16, "555-CALL-NOW"])
async def test_what_is_no_number_goes_nowhere(
    form: HubElement, host: FakeHost, ports: FakePorts, written: str
) -> None:
    host.focused = ""
    await sent(form, host, phone=written, name="Ada")
    assert posted(ports) == []
    assert "write a telephone number" in host.regions["problem"]
    assert host.focused == "phone"
    await sent(form, host, phone="5550123", name="Ada")
    assert host.regions["problem"] == ""
    assert len(posted(ports)) == 1
    form.unmount()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (NetworkFailed("offline"), "didn&#39;t get through"),
        (HttpResponse(503, "down"), "didn&#39;t get through"),
        (HttpResponse(404, "<html>not here"), "didn&#39;t get through"),
        (HttpResponse(422, ""), "didn&#39;t get through"),
        (HttpResponse(422, '{"error": "We call the US only"}'), "taken: We call the US only."),
        (HttpResponse(422, "<b>"), "didn&#39;t get through"),
        (HttpResponse(422, '{"error": "<b>no</b>"}'), "&lt;b&gt;no&lt;/b&gt;"),
    ],
)
async def test_a_failure_says_what_to_do_and_can_be_sent_again(
    form: HubElement, host: FakeHost, ports: FakePorts, failure: Answer, words: str
) -> None:
    ports.network.answers[BACKEND] = failure
    await sent(form, host, phone="5550123", name="Ada")
    assert host.look == "hub open filling"  # what was written stands in the fields
    assert words in host.regions["problem"]
    ports.network.answers[BACKEND] = HttpResponse(200, "")
    await sent(form, host, phone="5550123", name="Ada")
    assert host.look == "hub open filling agreed"
    form.unmount()


async def test_a_backend_that_says_nothing_is_not_waited_for(
    form: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at = len(ports.gate.passed)
    await sent(form, host, phone="5550123", name="")
    ports.clock.advance(PATIENCE + 0.1)
    await settled()
    host.paint()
    assert "didn&#39;t get through" in host.regions["problem"]
    assert host.look == "hub open filling"
    form.unmount()


async def test_the_focus_is_left_where_it_is_when_somebody_has_gone_elsewhere(
    form: HubElement, host: FakeHost, ports: FakePorts
) -> None:
    ports.gate.hold_at = len(ports.gate.passed)
    await sent(form, host, phone="5550123", name="")
    host.focused = ""
    ports.gate.release()
    await settled()
    assert host.focused == ""
    form.unmount()


@pytest.mark.parametrize("address", ["http://other.test/call", "javascript:alert(1)", "data:,x"])
async def test_a_number_goes_nowhere_else(
    hub: HubElement,
    host: FakeHost,
    address: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        hub.attribute("call-me", address)
    await opened(hub, host)
    assert "Call me" not in titles(host)
    assert "call-me must be" in caplog.text
    hub.unmount()


@pytest.mark.parametrize(
    ("address", "page", "safe"),
    [
        ("https://shop.test/call", "https://shop.test/", True),
        ("https://other.test/call", "http://shop.test/", True),
        ("http://localhost:8765/call", "http://localhost:8765/page", True),
        ("http://localhost:8766/call", "http://localhost:8765/page", False),
        ("http://shop.test/call", "https://shop.test/", False),
        ("https:", "https://shop.test/", False),
        ("http://[", "https://shop.test/", False),
        ("", "https://shop.test/", False),
    ],
)
def test_where_a_number_may_go(address: str, page: str, safe: bool) -> None:
    assert is_safe(address, page) is safe


@pytest.mark.parametrize(
    ("written", "dials", "abroad"),
    [
        ("+54 9 11 5555-0123", "+5491155550123", "5491155550123"),
        ("0054 11 5555 0123", "00541155550123", "541155550123"),
        ("(0171) 555 0123", "01715550123", ""),
        ("٠١٧١٥٥٥٠١٢٣", "01715550123", ""),
        ("\u202a+1 212 555 0123\u202c", "+12125550123", "12125550123"),
        ("+1.212.555.0123", "+12125550123", "12125550123"),
        ("1+212", "", ""),
        ("²¹²555012", "", ""),
        ("12345", "12345", ""),
        ("tel:5550123", "", ""),
    ],
)
def test_numbers_as_people_write_them(written: str, dials: str, abroad: str) -> None:
    assert (dialled(written), international(written)) == (dials, abroad)
