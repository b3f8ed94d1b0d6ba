"""`<pinecall-orb opens="…">`: an orb that opens another element (3-elements)."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import NOTHING, until
from tests.e2e.visitor import (
    ORB,
    SCRIPT,
    button,
    caption,
    press,
    show,
    statuses,
    told,
    without_python,
)


def opens(page: Page, kind: str, more: str = "") -> None:
    show(
        page, SCRIPT + ORB.replace("<pinecall-orb", f'<pinecall-orb id="orb" opens="{kind}" {more}')
    )


def test_a_modal_and_its_call_begin_with_the_press(new_page: NewPage) -> None:
    page = new_page()
    opens(page, "modal")
    with without_python(page):
        press(page)
        expect(caption(page).first).to_have_text("Getting ready…")
        until(page, "witness.open().tracks === 1")
        press(page, "Cancel the call to Mara")
        expect(caption(page).first).to_have_text("Talk to Mara")
        until(page, "witness.open().tracks === 0")
        press(page)
    dialog = page.get_by_role("dialog", name="Call with Mara")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Hang up on Mara")).to_be_focused()
    state = page.evaluate("document.querySelector('pinecall-orb').getState()")
    assert (state["status"], statuses(page)) == ("connected", ["connecting", "connected"])
    assert {target for _, _, target in page.evaluate("orb.told")} == {"orb"}
    assert len(told(page, "ready")) == 1
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button(page, "Talk to Mara")).to_be_focused()
    assert page.evaluate("witness.open()") == NOTHING

    press(page)
    expect(dialog).to_be_visible()
    page.evaluate("document.getElementById('orb').remove()")
    until(page, "Object.values(witness.open()).every(count => count === 0)")


def test_an_element_without_a_button_shows_that_it_comes(new_page: NewPage) -> None:
    page = new_page()
    hidden = ORB.replace("pinecall-orb", "pinecall-chat").replace(" agent", " no-fab agent")
    show(page, SCRIPT + hidden)
    box = page.locator("pinecall-chat")
    shown = box.locator(".caption")
    expect(shown).to_be_hidden()
    open_it = "void document.querySelector('pinecall-chat').open()"
    with without_python(page):
        page.evaluate(open_it)
        expect(shown).to_have_text("Getting ready…")
        expect(shown).to_be_visible()
        button(page, "Close").click()
        expect(shown).to_be_hidden()
        page.evaluate(open_it)
        expect(shown).to_be_visible()
    expect(box.get_by_role("textbox")).to_be_focused()
    expect(shown).to_be_hidden()
    assert [name for name, _, _ in page.evaluate("orb.told")] == ["open", "ready"]


def test_a_boot_that_fails_is_told_on_the_orb(new_page: NewPage) -> None:
    page = new_page()
    opens(page, "modal")
    page.route("**/assets/**", lambda route: route.abort("internetdisconnected"))
    press(page)
    expect(caption(page).first).to_contain_text("Check the connection, then press to try again")
    assert told(page, "error")[-1]["code"] == "boot_failed"
    until(page, "witness.open().tracks === 0")
    page.unroute("**/assets/**")
    press(page, "Try again to talk to Mara")
    expect(page.get_by_role("dialog", name="Call with Mara")).to_be_visible()


def test_a_chat_takes_what_the_page_said_and_says_later(new_page: NewPage) -> None:
    page = new_page()
    opens(page, "chat", 'greeting="Hello, **this** is Mara." lang="es"')
    page.evaluate("document.getElementById('orb').labels = {placeholder: 'A ver'}")
    with without_python(page):
        press(page, "Escribe a Mara")
        expect(caption(page).first).to_have_text("Preparando…")
    box = page.locator("pinecall-chat")
    expect(box.get_by_role("textbox", name="A ver")).to_be_focused()
    expect(box.locator("strong")).to_have_text("this")
    page.evaluate("document.getElementById('orb').setAttribute('name', 'Lou')")
    page.evaluate("document.getElementById('orb').labels = {placeholder: 'Otra'}")
    expect(box.get_by_role("heading")).to_have_text("Lou")
    expect(box.get_by_role("textbox", name="Otra")).to_be_visible()
    page.evaluate("document.getElementById('orb').close()")
    expect(box.get_by_role("textbox")).to_be_hidden()
    expect(button(page, "Escribe a Lou")).to_be_focused()
    page.evaluate("document.getElementById('orb').remove()")
    until(page, "Object.values(witness.open()).every(count => count === 0)")
