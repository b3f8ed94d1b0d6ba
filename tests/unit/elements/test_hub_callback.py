"""A call back: the hub's form, and where a number may go."""

import json
import logging

import pytest

from tests.sessions.loop import settled
from tests.unit.elements.conftest import FakeHost
from tests.unit.elements.hubs import BACKEND, a_hub, opened, titles
from web_client.elements.hub.callback import PATIENCE, is_safe
from web_client.elements.hub.element import HubElement
from web_client.elements.hub.numbers import dialled, international
from web_client.sessions.ports import HttpResponse, NetworkFailed
from web_client.testing import Answer, FakePorts


@pytest.fixture
def hub(host: FakeHost, ports: FakePorts) -> HubElement:
    return a_hub(host, ports)


@pytest.fixture
async def form(hub: HubElement, host: FakeHost, ports: FakePorts) -> HubElement:
    """The form, open; the backend takes what it gets."""
    ports.network.answers[BACKEND] = HttpResponse(202, "")
    hub.attribute("call-me", BACKEND)
    await opened(hub, host)
    hub.act("form", "")
    host.paint()
    return hub


async def sent(hub: HubElement, host: FakeHost, **fields: str) -> None:
    hub.filled_in("call-me", fields)
    await settled()
    host.paint()


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
