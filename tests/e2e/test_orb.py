"""`<pinecall-orb>` on a page: from the first press to the end of a call (3-elements)."""

from playwright.sync_api import Page, expect

from tests.conftest import Launch
from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, SILENCE_BEFORE, SILENT, allow_microphone, speak, until
from tests.e2e.site import put
from tests.e2e.visitor import (
    ORB,
    SCRIPT,
    button,
    caption,
    embed,
    greeted,
    in_call,
    last_told,
    press,
    show,
    statuses,
    told,
    without_python,
)

QUESTION = "what are the opening hours on friday"
ANSWER = "On Friday we are open from nine to six."
IN_CALL = {"tracks": 1, "peers": 1, "sockets": 0}


def test_an_untouched_orb_is_there_without_python(new_page: NewPage) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("embed.html")
    expect(button(page, "Talk to Mara")).to_be_visible()
    expect(caption(page)).to_have_text("Talk to Mara")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/assets/" in url or url.endswith((".wasm", ".mjs"))] == []
    scripts: list[str] = page.evaluate("[...document.scripts].map(script => script.src)")
    assert [src.rpartition("/")[2] for src in scripts] == ["pinecall.js"]


def test_a_call_from_the_press_to_hanging_up(page: Page) -> None:
    put(page, "pinecall-orb")
    press(page)
    in_call(page)
    greeted(page)
    page.evaluate("orb.captions()")
    asked = speak(page, "question", SILENCE_BEFORE)
    expect(caption(page)).to_have_text(ANSWER)

    captioned: list[str] = page.evaluate("orb.captioned")
    assert any(text and QUESTION.startswith(text) for text in captioned)
    said = [message["text"] for message in last_told(page, "transcript")["messages"]]
    assert said[1:] == [QUESTION, "✓ get_opening_hours", ANSWER]
    until(page, f"witness.sound.some(([time, rms]) => time > {asked} && rms > {10 * SILENT})")

    press(page, "Hang up on Mara")
    expect(caption(page)).to_have_text("Talk to Mara")
    assert page.evaluate("witness.open()") == NOTHING


def test_two_orbs_share_one_python(new_page: NewPage) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    second = ORB.replace('name="Mara"', 'name="Lou"')
    show(page, SCRIPT + ORB + second)
    button(page, "Talk to Mara").click()
    button(page, "Talk to Lou").click()
    in_call(page)
    expect(button(page, "Hang up on Lou")).to_be_visible()
    assert page.evaluate("witness.open()") == {"tracks": 2, "peers": 2, "sockets": 0}
    assert len([url for url in asked if "/snapshot." in url]) == 1


def test_a_press_is_remembered_while_python_loads(new_page: NewPage) -> None:
    page = embed(new_page)
    with without_python(page):
        press(page)
        expect(button(page, "Cancel the call to Mara")).to_be_visible()
        expect(caption(page)).to_have_text("Getting ready…")
        assert page.evaluate("document.querySelector('pinecall-orb').getState().status") == (
            "connecting"
        )
    in_call(page)
    assert page.evaluate("witness.open()") == IN_CALL
    assert page.evaluate("witness.opened().tracks") == 1


def test_a_press_taken_back_while_python_loads(new_page: NewPage) -> None:
    page = embed(new_page)
    with without_python(page):
        press(page)
        until(page, "witness.open().tracks === 1")
        press(page, "Cancel the call to Mara")
        expect(caption(page)).to_have_text("Talk to Mara")
        until(page, "witness.open().tracks === 0")
    _stays_at_rest(page)
    press(page)
    in_call(page)


def test_a_microphone_granted_after_the_press_was_taken_back(new_page: NewPage) -> None:
    page = embed(new_page)
    page.evaluate("witness.holdMicrophone()")
    with without_python(page):
        press(page)
        until(page, "witness.microphoneAsked()")
        press(page, "Cancel the call to Mara")
        page.evaluate("witness.grantMicrophone()")
        until(page, "witness.opened().tracks === 1")
        until(page, "witness.open().tracks === 0")
    _stays_at_rest(page)


def _stays_at_rest(page: Page) -> None:
    """Python came up, and did not call."""
    until(page, "orb.told.some(([name]) => name === 'ready')")
    page.wait_for_load_state("networkidle")
    expect(button(page, "Talk to Mara")).to_be_visible()
    assert statuses(page) == []
    assert page.evaluate("witness.open()") == NOTHING
    assert page.evaluate("witness.opened().peers") == 0


def test_an_orb_moved_and_then_taken_off_the_page_in_mid_call(page: Page) -> None:
    orb = put(page, "pinecall-orb").element_handle()
    press(page)
    in_call(page)
    orb.evaluate("orb => document.body.prepend(orb)")
    greeted(page)
    assert page.evaluate("witness.open()") == page.evaluate("witness.opened()") == IN_CALL

    orb.evaluate("orb => orb.remove()")
    until(page, "Object.values(witness.open()).every(count => count === 0)")

    orb.evaluate("orb => document.body.prepend(orb)")
    expect(caption(page)).to_have_text("Talk to Mara")
    press(page)
    in_call(page)
    assert page.evaluate("witness.open()") == IN_CALL


def test_an_orb_put_back_while_python_loads_is_one_orb(new_page: NewPage) -> None:
    """Two Pythons behind it, and the button would end the call of one of them alone."""
    page = embed(new_page)
    with without_python(page):
        press(page)
        until(page, "witness.open().tracks === 1")
        page.evaluate("window.moved = document.querySelector('pinecall-orb')")
        page.evaluate("moved.remove()")
        until(page, "witness.open().tracks === 0")
        page.evaluate("document.querySelector('main').append(moved)")
        press(page)
    in_call(page)
    press(page, "Hang up on Mara")
    until(page, "Object.values(witness.open()).every(count => count === 0)")
    assert len(told(page, "ready")) == 1


def test_a_boot_that_fails_is_told_and_the_next_press_tries_again(new_page: NewPage) -> None:
    page = embed(new_page)
    page.route("**/assets/**", lambda route: route.abort("internetdisconnected"))
    press(page)
    expect(caption(page)).to_contain_text("Check the connection, then press to try again")
    assert last_told(page, "error")["code"] == "boot_failed"
    until(page, "witness.open().tracks === 0")
    page.unroute("**/assets/**")
    press(page, "Try again to talk to Mara")
    in_call(page)


def test_a_refused_microphone_and_a_second_press(launch: Launch, new_page: NewPage) -> None:
    page = embed(new_page, other=launch(allows=False))
    press(page)
    expect(caption(page)).to_contain_text("Allow it in the address bar")
    assert last_told(page, "error")["code"] == "microphone_refused"
    assert page.evaluate("witness.open()") == NOTHING

    allow_microphone(page)
    press(page, "Try again to talk to Mara")
    in_call(page)
