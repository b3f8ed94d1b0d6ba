"""`<pinecall-hub>` on a page that has a strict policy, with the real agent (3-elements)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.e2e.site import put
from tests.e2e.visitor import button, told
from tests.payloads import PAYLOADS

INFO = "**/api/sdk/agent-info/*"
BACKEND = "**/api/call-me"


def opened(page: Page, **attributes: str) -> Locator:
    """A hub, opened by hand; what the agent says of itself is on the card."""
    hub = put(page, "pinecall-hub", **{"call-me": "/api/call-me"} | attributes)
    launcher = button(page, "Get in touch with Mara")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    launcher.click()
    expect(launcher).to_have_attribute("aria-expanded", "true")
    expect(hub.get_by_role("dialog", name="Mara")).to_be_focused()
    expect(hub.locator(".skeleton")).to_have_count(0)
    return hub


@contextmanager
def channels(page: Page, *found: object) -> Iterator[None]:
    """What the agent says of itself meanwhile."""
    answer = json.dumps({"agent": "mara", "channels": found})
    page.route(INFO, lambda route: route.fulfill(body=answer, content_type="application/json"))
    yield
    page.unroute(INFO)


def test_every_way_to_reach_the_agent(page: Page) -> None:
    hub = opened(page)
    rows = hub.locator(".way")
    expect(rows.locator("b")).to_have_text(
        ["Talk now", "Write", "WhatsApp", "Telephone", "Call me"]
    )
    whatsapp = hub.get_by_role("link", name="WhatsApp")
    assert whatsapp.evaluate("a => [a.href, a.target, a.rel]") == [
        "https://wa.me/12125550123",
        "_blank",
        "noopener",
    ]
    telephone = hub.get_by_role("link", name="Telephone")
    expect(telephone).to_have_attribute("href", "tel:+12125550199")
    for row in rows.all():
        page.keyboard.press("Tab")
        expect(row).to_be_focused()
    page.keyboard.press("Escape")
    expect(hub.get_by_role("dialog")).to_be_hidden()
    expect(button(page, "Get in touch with Mara")).to_be_focused()
    names = [name for name, _, _ in page.evaluate("orb.told") if name in ("open", "close")]
    assert names == ["open", "close"]


def test_a_call_from_the_card_and_back_to_it(page: Page) -> None:
    hub = opened(page)
    talk = hub.get_by_role("button", name="Talk now")
    talk.click()
    modal = hub.locator("pinecall-modal")
    expect(modal.locator(".words")).to_contain_text("Hello, this is Mara.")
    expect(talk).to_be_hidden()
    assert {"status": "connected"} in told(page, "status")
    page.keyboard.press("Escape")
    expect(talk).to_be_focused()
    expect(hub).to_have_attribute("open", "")
    assert told(page, "status")[-1] == {"status": "idle"}


def test_a_chat_from_the_card_and_back_to_it(page: Page) -> None:
    hub = opened(page, greeting="Hello, **this** is Mara.")
    hub.get_by_role("button", name="Write").click()
    chat = hub.locator("pinecall-chat")
    expect(chat.locator("strong")).to_have_text("this")
    expect(chat.get_by_role("textbox")).to_be_focused()
    expect(hub.locator(".press").first).to_be_hidden()
    page.keyboard.type("when are you open on friday")
    page.keyboard.press("Enter")
    answer = chat.locator(".message.bot .text").last
    expect(answer).to_have_text("On Friday we are open from nine to six.")
    page.evaluate("document.getElementById('it').setAttribute('name', 'Ada')")
    expect(chat.get_by_role("dialog", name="Ada")).to_be_visible()
    page.keyboard.press("Escape")
    expect(hub.get_by_role("button", name="Write")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button(page, "Get in touch with Ada")).to_be_focused()


def test_a_form_that_the_page_s_backend_takes(page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    hub = opened(page)
    hub.get_by_role("button", name="Call me Mara").click()
    expect(hub.get_by_label("Your telephone number")).to_be_focused()
    page.keyboard.type("+1 (212) 555-0123")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(hub.get_by_text("Mara will call +1 (212) 555-0123.")).to_be_visible()
    expect(hub.locator(".thanks")).to_be_focused()
    assert [request.method for request in asked].count("POST") == 1


def test_what_was_written_outlives_a_failure(page: Page) -> None:
    hub = opened(page)
    hub.get_by_role("button", name="Call me Mara").click()
    number = hub.get_by_label("Your telephone number")
    page.keyboard.type("nine")
    page.keyboard.press("Enter")
    expect(hub.get_by_role("alert")).to_contain_text("write a telephone number")
    expect(number).to_be_focused()
    number.fill("555 0123")
    refused = {"error": "<img src=x onerror=pwned()>"}
    answers: list[Callable[[Route], None]] = [
        lambda route: route.abort("connectionrefused"),
        lambda route: route.fulfill(status=422, json=refused),
        lambda route: route.continue_(),
    ]
    # One route: Firefox may still be taking off the last one when the next is put on.
    page.route(BACKEND, lambda route: answers.pop(0)(route), times=len(answers))
    page.keyboard.press("Enter")
    expect(hub.get_by_role("alert")).to_contain_text("didn't get through")
    expect(number).to_have_value("555 0123")
    page.keyboard.press("Enter")
    expect(hub.get_by_role("alert")).to_contain_text("taken: <img src=x onerror=pwned()>.")
    page.keyboard.press("Enter")
    expect(hub.get_by_text("Mara will call 555 0123.")).to_be_visible()


def test_what_is_not_known_is_asked_again(page: Page) -> None:
    waiting: list[Route] = []
    page.route(INFO, lambda route: waiting.append(route), times=1)
    hub = put(page, "pinecall-hub")
    with page.expect_request(INFO):
        button(page, "Get in touch with Mara").click()
    expect(hub.locator(".skeleton")).to_have_count(2)
    expect(hub.get_by_role("status").first).to_have_text("Looking for the ways to reach Mara…")
    waiting.pop().abort("connectionrefused")
    expect(hub.locator(".way b")).to_have_text(["Talk now", "Write"])
    hub.get_by_role("button", name="Try again").click()
    expect(hub.locator(".way")).to_have_count(4)
    expect(hub.get_by_role("dialog")).to_be_focused()


def test_no_number_is_markup_or_code(page: Page) -> None:
    found = [
        {"type": kind, "numbers": [text], "phone": text}
        for text in PAYLOADS
        for kind in ("phone", "whatsapp", text)
    ]
    with channels(page, {"type": "chat"}, *found):
        hub = opened(page)
    expect(hub.locator(".way b")).to_have_text(["Write", "Call me"])


@pytest.mark.parametrize("height", [844, 420])
def test_a_phone_has_room_for_the_whole_card(page: Page, height: int) -> None:
    page.set_viewport_size({"width": 390, "height": height})
    hub = opened(page)
    hub.get_by_role("button", name="Call me Mara").click()
    panel = hub.locator(".panel")
    panel.evaluate("panel => Promise.all(panel.getAnimations().map(a => a.finished))")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 390
    send = hub.get_by_role("button", name="Call me", exact=True)
    send.scroll_into_view_if_needed()
    expect(send).to_be_in_viewport()
    assert send.evaluate("send => send.offsetWidth") > box["width"] / 2
    number = hub.get_by_label("Your telephone number")
    assert number.evaluate("field => getComputedStyle(field).fontSize") == "16px"
