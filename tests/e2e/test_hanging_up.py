"""Hanging up in the middle of connecting: nothing stays open, and nothing comes back to life."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, call, held, sign_in, until

CALL = "**/webrtc/"
STEPS = ["ice-servers", "offer"]


def ready(new_page: NewPage) -> Page:
    page = new_page()
    page.goto("voice.html")
    sign_in(page)
    expect(page.get_by_role("button", name="Call Mara")).to_be_enabled()
    return page


def hang_up(page: Page) -> None:
    page.get_by_role("button", name="Cancel the call").click()
    expect(page.locator("body")).to_have_attribute("data-status", "idle")


@pytest.mark.parametrize("step", STEPS)
def test_while_the_server_is_asked(new_page: NewPage, step: str) -> None:
    page = ready(new_page)
    with held(page, CALL + step):
        with page.expect_request(CALL + step):
            call(page)
        hang_up(page)
        assert page.evaluate("witness.open()") == NOTHING
    until(page, "witness.opened().tracks === 1")  # granted, however late
    _nothing_comes_back(page)


def test_while_the_browser_asks_for_the_microphone(new_page: NewPage) -> None:
    page = ready(new_page)
    page.evaluate("witness.holdMicrophone()")
    call(page)
    until(page, "witness.microphoneAsked()")
    hang_up(page)
    page.evaluate("witness.grantMicrophone()")
    until(page, "witness.opened().tracks === 1")
    _nothing_comes_back(page)


def test_while_the_way_for_the_sound_is_looked_for(new_page: NewPage) -> None:
    page = ready(new_page)
    page.evaluate("witness.holdAnswer()")
    call(page)
    until(page, "witness.answerCame()")
    hang_up(page)
    _nothing_comes_back(page)


def test_and_then_calling_again(new_page: NewPage) -> None:
    page = ready(new_page)
    with held(page, CALL + "offer"):
        with page.expect_request(CALL + "offer"):
            call(page)
        hang_up(page)
        call(page)
        expect(page.locator("body")).to_have_attribute("data-status", "connected")
    assert page.evaluate("witness.open()") == {"tracks": 1, "peers": 1, "sockets": 0}


def test_a_chat_while_the_login_is_asked_for_a_token(new_page: NewPage) -> None:
    page = new_page()
    page.goto("chat.html")
    with held(page, "**/api/token"):
        with page.expect_request("**/api/token"):
            sign_in(page)
        sign_out(page)
    _nothing_comes_back(page)
    assert page.evaluate("witness.opened().sockets") == 0


def test_a_chat_before_it_has_begun(new_page: NewPage) -> None:
    page = new_page()
    page.goto("chat.html")
    page.evaluate("witness.holdFrames()")
    sign_in(page)
    until(page, "witness.framesHeld() === 1")
    sign_out(page)
    page.evaluate("witness.releaseFrames()")
    _nothing_comes_back(page)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("body")).to_have_attribute("data-status", "idle")


def _nothing_comes_back(page: Page) -> None:
    """After a whole round to the server and a frame, by when any late answer has been heard."""
    page.evaluate("fetch('webrtc/ice-servers').then(() => new Promise(requestAnimationFrame))")
    expect(page.locator("body")).to_have_attribute("data-status", "idle")
    assert page.evaluate("witness.open()") == NOTHING
