"""The chat and the call page, in what a person does beyond talking."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.conftest import Launch
from tests.e2e.conftest import NewPage
from tests.e2e.person import (
    NOTHING,
    SILENT,
    call,
    connected,
    loudness,
    messages,
    sign_in,
    until,
    watch_lines,
    write,
)

LOOKING_AT = "I’m looking at"
STORY = "Tell me the story of your salon"
UNBROKEN = "Donaudampfschifffahrtsgesellschaft" * 8
SCROLLER = "document.getElementById('scroller')"
FROM_THE_END = f"{SCROLLER}.scrollHeight - {SCROLLER}.clientHeight - {SCROLLER}.scrollTop"


def replies(page: Page) -> Locator:
    return page.locator(".message[data-role=bot]:not([data-streaming]) > p")


# One person after another


def test_nothing_of_one_person_is_left_for_the_next(chat: Page) -> None:
    chat.get_by_label(LOOKING_AT).select_option("opening hours")
    write(chat, "Thank you")
    expect(replies(chat)).to_have_text("You are welcome.")
    chat.locator("#text").fill("I never sent this")
    chat.get_by_role("button", name="Sign out").click()
    _at_rest(chat)
    expect(chat.get_by_label(LOOKING_AT)).to_have_value("")

    sign_in(chat, "Eve")
    connected(chat)
    write(chat, "What do you see?")
    expect(replies(chat)).to_have_text("I see nothing on your page.")
    write(chat, "Who am I?")
    expect(replies(chat).last).to_contain_text("You are Eve")
    assert "Ada" not in chat.locator("main").inner_text()


def test_nothing_of_one_caller_is_left_for_the_next(voice_page: Page) -> None:
    sign_in(voice_page)
    call(voice_page)
    connected(voice_page)
    write(voice_page, "who am I")
    expect(messages(voice_page, "bot").last).to_contain_text("You are Ada")
    voice_page.get_by_role("button", name="Sign out").click()
    _at_rest(voice_page)

    sign_in(voice_page, "Eve")
    call(voice_page)
    connected(voice_page)
    expect(messages(voice_page, "bot")).to_have_text("Hello, this is Mara.")
    assert "Ada" not in voice_page.locator("main").inner_text()


def test_what_is_written_before_a_call_is_shown_until_it_is_said(voice_page: Page) -> None:
    sign_in(voice_page)
    write(voice_page, "who am I")
    waiting = voice_page.locator(".message[data-status=queued]")
    expect(waiting).to_contain_text("who am I")
    expect(waiting).to_contain_text("Waiting for your call")
    call(voice_page)
    expect(messages(voice_page, "bot").last).to_contain_text("You are Ada")
    expect(waiting).to_have_count(0)
    assert messages(voice_page, "user").all_inner_texts() == ["who am I"]


def test_what_a_call_left_unsaid_can_be_said_in_the_next(voice_page: Page) -> None:
    voice_page.route("**/webrtc/offer", lambda route: None)
    sign_in(voice_page)
    call(voice_page)
    write(voice_page, "who am I")
    expect(voice_page.locator(".message[data-status=queued]")).to_contain_text("Waiting")
    voice_page.get_by_role("button", name="Cancel the call").click()
    failed = voice_page.locator(".message[data-status=failed]")
    expect(failed).to_contain_text("Not said.")
    voice_page.unroute("**/webrtc/offer")
    call(voice_page)
    connected(voice_page)
    failed.get_by_role("button", name="Say it again").click()
    expect(voice_page.locator("#scroller")).to_be_focused()
    expect(messages(voice_page, "bot").last).to_contain_text("You are Ada")
    expect(failed).to_have_count(0)


def test_signing_out_of_a_chat_when_the_site_can_t_be_reached(chat_page: Page) -> None:
    _sign_out_all_the_same(chat_page)


def test_signing_out_of_a_call_when_the_site_can_t_be_reached(voice_page: Page) -> None:
    _sign_out_all_the_same(voice_page)


def _sign_out_all_the_same(page: Page) -> None:
    sign_in(page)
    out = page.get_by_role("button", name="Sign out")
    expect(out).to_be_visible()
    page.route("**/api/logout", lambda route: route.abort("connectionrefused"))
    out.click()
    expect(page.get_by_role("alert")).to_contain_text("the site could not be told")
    _at_rest(page)
    sign_in(page, "Eve")
    expect(page.locator("[data-region=person]")).to_contain_text("Signed in as Eve")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_somebody_else_signs_in_after_a_login_has_ended(new_page: NewPage) -> None:
    page = new_page()
    lines = watch_lines(page)
    page.goto("chat.html")
    sign_in(page)
    connected(page)
    write(page, "Thank you")
    expect(replies(page)).to_have_text("You are welcome.")
    page.route("**/api/token", lambda route: route.fulfill(status=401, body="{}"))
    lines[0].close(code=1011, reason="the server stumbled")
    expect(page.get_by_role("alert")).to_contain_text("Sign in again")
    page.unroute("**/api/token")

    sign_in(page, "Eve")
    connected(page)
    expect(page.locator(".message")).to_have_count(0)


def _at_rest(page: Page) -> None:
    """Nobody is signed in, nothing of anybody is to be seen, and nothing is open."""
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.locator(".message")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#text")).to_be_disabled()
    expect(page.locator("[data-region=person]")).to_be_empty()
    assert page.evaluate("witness.open()") == NOTHING


# Writing


def test_a_message_that_was_lost_on_the_way_is_sent_again(new_page: NewPage) -> None:
    page = new_page()
    swallowed: list[str | bytes] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def forward(text: str | bytes) -> None:
            if swallowed:
                server.send(text)
            else:
                swallowed.append(text)
                socket.close(code=1011, reason="the server stumbled")

        socket.on_message(forward)

    page.route_web_socket("**/chat/ws*", between)
    page.goto("chat.html")
    sign_in(page)
    connected(page)
    write(page, "Thank you")
    failed = page.locator(".message[data-status=failed]")
    expect(failed).to_contain_text("Not sent.")
    connected(page)
    expect(messages(page, "bot")).to_have_count(0)

    failed.get_by_role("button", name="Send again").click()
    expect(page.locator("#scroller")).to_be_focused()
    expect(replies(page)).to_have_text("You are welcome.")
    expect(failed).to_have_count(0)
    expect(messages(page, "user")).to_have_text(["Thank you"])
    assert len(swallowed) == 1


@pytest.mark.parametrize("signal", ["isComposing: true", "keyCode: 229"])
def test_enter_that_ends_a_word_sends_nothing(chat: Page, signal: str) -> None:
    """As Chromium and Firefox say it, and as Safari does."""
    chat.locator("#text").fill("すし")
    enter = f"{{key: 'Enter', bubbles: true, cancelable: true, {signal}}}"
    dispatch = (
        f"document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {enter}))"
    )
    assert chat.evaluate(dispatch) is True  # not prevented: the key is the input method's
    expect(chat.locator("#text")).to_have_value("すし")
    chat.locator("#text").press("Enter")
    expect(messages(chat, "user")).to_have_text(["すし"])


def test_enter_in_the_browser_s_own_composition(chat: Page) -> None:
    chat.locator("#text").focus()
    keyboard = chat.context.new_cdp_session(chat)
    word = {"text": "すし", "selectionStart": 2, "selectionEnd": 2}
    enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    keyboard.send("Input.imeSetComposition", word)
    keyboard.send("Input.dispatchKeyEvent", enter)
    keyboard.send("Input.insertText", {"text": "すし"})
    expect(chat.locator("#text")).to_have_value("すし")
    chat.keyboard.press("Enter")
    expect(messages(chat, "user")).to_have_text(["すし"])


def test_shift_and_enter_begin_a_new_line(chat: Page) -> None:
    chat.locator("#text").fill("one")
    chat.locator("#text").press("Shift+Enter")
    chat.keyboard.type("two")
    expect(chat.locator("#text")).to_have_value("one\ntwo")
    chat.keyboard.press("Enter")
    expect(messages(chat, "user")).to_have_text(["one\ntwo"])


# Reading


@contextmanager
def as_narrow_as_a_phone(page: Page, config: SimpleNamespace) -> Iterator[None]:
    page.set_viewport_size(config.PHONE["viewport"])
    try:
        yield
    finally:
        page.set_viewport_size(config.WIDE["viewport"])


def test_the_conversation_follows_but_not_who_reads_back(
    chat: Page, config: SimpleNamespace
) -> None:
    with as_narrow_as_a_phone(chat, config):
        for told in (1, 2):
            write(chat, STORY)
            expect(replies(chat)).to_have_count(told)
        until(chat, f"{FROM_THE_END} < 2")

        chat.evaluate("witness.holdFrames()")
        write(chat, STORY)
        until(chat, "witness.framesHeld('chat.done')")
        chat.evaluate("witness.releaseFrames('chat.token')")
        expect(chat.locator("[data-streaming]")).to_be_visible()
        before = chat.evaluate(f"{SCROLLER}.scrollTop = 40, {SCROLLER}.scrollHeight")
        chat.evaluate("witness.releaseFrames()")
        expect(replies(chat)).to_have_count(3)
        assert chat.evaluate(f"{SCROLLER}.scrollHeight") > before
        assert chat.evaluate(f"{SCROLLER}.scrollTop") == 40

        write(chat, "Thank you")  # who writes wants to see what comes
        expect(replies(chat).last).to_have_text("You are welcome.")
        until(chat, f"{FROM_THE_END} < 2")


def test_an_endless_word_in_a_chat_is_no_wider_than_a_phone(
    chat_page: Page, config: SimpleNamespace
) -> None:
    sign_in(chat_page, UNBROKEN[:100])
    _no_wider_than_a_phone(chat_page, config)


def test_an_endless_word_in_a_call_is_no_wider_than_a_phone(
    voice_page: Page, config: SimpleNamespace
) -> None:
    sign_in(voice_page, UNBROKEN[:100])
    call(voice_page)
    _no_wider_than_a_phone(voice_page, config)


def _no_wider_than_a_phone(page: Page, config: SimpleNamespace) -> None:
    connected(page)
    with as_narrow_as_a_phone(page, config):
        write(page, UNBROKEN)
        expect(messages(page, "bot").last).to_contain_text(f"You said: {UNBROKEN}")
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) == 0
        assert page.evaluate(f"{SCROLLER}.scrollWidth - {SCROLLER}.clientWidth") == 0


# Hearing


def test_a_browser_that_plays_nothing_before_a_touch(launch: Launch, new_page: NewPage) -> None:
    page = new_page(launch(plays=False))
    page.add_init_script(path=Path(__file__).parent / "page" / "untouched.js")
    with page.expect_console_message(lambda message: message.text == "no sound"):
        page.goto("voice.html")

    page.evaluate("hear()")
    write(page, "who am I")
    expect(messages(page, "bot").last).to_contain_text("You are Ada")
    assert loudness(page)
    assert max(rms for _, rms in loudness(page)) == 0

    turn_on = page.get_by_role("button", name="Turn on sound")
    turn_on.click()
    expect(turn_on).to_have_count(0)
    write(page, "who am I")
    expect(messages(page, "bot")).to_have_count(2)
    until(page, f"witness.sound.some(([, rms]) => rms > {10 * SILENT})")
