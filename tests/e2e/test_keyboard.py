"""A call with the widget by the keyboard alone, from the page's beginning to the hang-up."""

from playwright.sync_api import Page, expect

from tests.e2e.site import put
from tests.e2e.visitor import button


def test_a_call_by_the_keyboard_alone(page: Page) -> None:
    widget = put(page, "pinecall-widget")
    while not page.evaluate("document.activeElement.id === 'it'"):  # past what is the page's own
        page.keyboard.press("Tab")
    expect(button(page, "Talk to Mara")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(page, "Hang up on Mara")).to_be_focused()
    mute = widget.get_by_role("button", name="Mute the microphone")
    transcript = widget.get_by_role("button", name="Transcript")
    expect(mute).to_be_visible()

    page.keyboard.press("Shift+Tab")
    expect(transcript).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(mute).to_be_focused()
    page.keyboard.press("Space")
    expect(mute).to_have_attribute("aria-pressed", "true")
    expect(mute).to_be_focused()  # though it was drawn anew

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(widget.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(transcript).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(button(page, "Talk to Mara")).to_be_focused()


def test_a_button_that_goes_leaves_the_focus_in_the_widget(page: Page) -> None:
    widget = put(page, "pinecall-widget")
    button(page, "Talk to Mara").click()
    mute = widget.get_by_role("button", name="Mute the microphone")
    mute.focus()
    page.evaluate("document.getElementById('it').disconnect()")
    expect(mute).to_have_count(0)
    expect(button(page, "Talk to Mara")).to_be_focused()


def test_what_a_page_closes_takes_the_focus_from_nobody(page: Page) -> None:
    put(page, "pinecall-widget")
    page.evaluate(
        """() => {
          const field = document.createElement("input");
          field.id = "own";
          document.body.prepend(field); // where it is in sight: the page is not to scroll
          field.focus();
        }"""
    )
    own = page.locator("#own")
    page.evaluate("document.getElementById('it').open()")
    expect(button(page, "Close")).to_be_focused()
    page.evaluate("document.getElementById('it').close()")
    expect(own).to_be_focused()  # it comes back to who had it
    page.evaluate("document.getElementById('it').setAttribute('open', '')")
    expect(button(page, "Close")).to_be_visible()
    expect(own).to_be_focused()
    page.evaluate("document.getElementById('it').close()")
    expect(button(page, "Close")).to_be_hidden()
    expect(own).to_be_focused()
    own.evaluate("field => field.remove()")
