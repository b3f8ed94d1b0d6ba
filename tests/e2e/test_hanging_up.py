"""Hanging up in the middle of connecting: nothing stays open, and nothing comes back to life."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.person import NOTHING, call, held, sign_in, until

CALL = "**/webrtc/"
STEPS = ["ice-servers", "offer"]


@pytest.fixture
def page(voice_page: Page) -> Page:
    """Signed in, and no call yet."""
    sign_in(voice_page)
    expect(voice_page.get_by_role("button", name="Call Mara")).to_be_enabled()
    return voice_page


def hang_up(page: Page) -> None:
    page.get_by_role("button", name="Cancel the call").click()
    expect(page.locator("body")).to_have_attribute("data-status", "idle")


@pytest.mark.parametrize("step", STEPS)
def test_while_the_server_is_asked(page: Page, step: str) -> None:
    with held(page, CALL + step):
        with page.expect_request(CALL + step):
            call(page)
        hang_up(page)
        assert page.evaluate("witness.open()") == NOTHING
    until(page, "witness.opened().tracks === 1")  # granted, however late
    _nothing_comes_back(page)


def test_while_the_browser_asks_for_the_microphone(page: Page) -> None:
    page.evaluate("witness.holdMicrophone()")
    call(page)
    until(page, "witness.microphoneAsked()")
    hang_up(page)
    page.evaluate("witness.grantMicrophone()")
    until(page, "witness.opened().tracks === 1")
    _nothing_comes_back(page)


def test_while_the_way_for_the_sound_is_looked_for(page: Page) -> None:
    page.evaluate("witness.holdAnswer()")
    call(page)
    until(page, "witness.answerCame()")
    hang_up(page)
    _nothing_comes_back(page)


def test_and_then_calling_again(page: Page) -> None:
    with held(page, CALL + "offer"):
        with page.expect_request(CALL + "offer"):
            call(page)
        hang_up(page)
        call(page)
        expect(page.locator("body")).to_have_attribute("data-status", "connected")
    assert page.evaluate("witness.open()") == {"tracks": 1, "peers": 1, "sockets": 0}


def test_a_chat_while_the_login_is_asked_for_a_token(chat_page: Page) -> None:
    with held(chat_page, "**/api/token"):
        with chat_page.expect_request("**/api/token"):
            sign_in(chat_page)
        sign_out(chat_page)
    _nothing_comes_back(chat_page)
    assert chat_page.evaluate("witness.opened().sockets") == 0


def test_a_chat_before_it_has_begun(chat_page: Page) -> None:
    chat_page.evaluate("witness.holdFrames()")
    sign_in(chat_page)
    until(chat_page, "witness.framesHeld() === 1")
    sign_out(chat_page)
    chat_page.evaluate("witness.releaseFrames()")
    _nothing_comes_back(chat_page)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("body")).to_have_attribute("data-status", "idle")


def _nothing_comes_back(page: Page) -> None:
    """After a whole round to the server and a frame, by when any late answer has been heard."""
    page.evaluate("fetch('webrtc/ice-servers').then(() => new Promise(requestAnimationFrame))")
    expect(page.locator("body")).to_have_attribute("data-status", "idle")
    assert page.evaluate("witness.open()") == NOTHING
