"""The booking page: an appointment in writing and one by voice, in the UI that the tools show."""

from playwright.sync_api import Page, expect

from tests.e2e.person import call, connected, messages, sign_in, speak, until, write

GREETING = "Hello, this is Mara."
IN_WRITING = {"tracks": 0, "peers": 0, "sockets": 1}


def press_eleven(page: Page) -> None:
    page.get_by_role("group", name="Free on Friday").get_by_role("button", name="Eleven").click()


def on_the_line(page: Page) -> None:
    """In a call, and the greeting is over."""
    expect(page.locator("body")).to_have_attribute("data-mode", "call")
    connected(page)
    expect(messages(page, "bot").last).to_have_text(GREETING)
    silent(page)


def silent(page: Page) -> None:
    until(page, "!document.querySelector('[data-speaking]')")


def in_writing(page: Page) -> None:
    expect(page.locator("body")).to_have_attribute("data-mode", "chat")
    connected(page)


def test_an_appointment_in_writing_and_then_a_call(book_page: Page) -> None:
    page = book_page
    sign_in(page, "Grace")
    in_writing(page)
    page.get_by_role("button", name="Do you have anything free on Friday?").click()
    press_eleven(page)
    expect(messages(page, "user").last).to_have_text("Friday at eleven, please.")

    phone = page.get_by_label("Phone")
    phone.press_sequentially("555 0123")
    expect(page.locator("[data-region=knows]")).to_contain_text("phone 555 0123")
    expect(phone).to_be_focused()
    write(page, "What do you see?")
    expect(messages(page, "bot").last).to_have_text("I see phone: 555 0123.")
    expect(phone).to_have_value("555 0123")

    page.get_by_role("button", name="Book it").click()
    ticket = page.locator(".ticket")
    expect(ticket).to_contain_text("Friday at eleven")
    expect(ticket).to_contain_text("Grace · 555 0123")
    expect(messages(page, "bot").last).to_have_text(
        "You are booked, Grace: Friday at eleven. See you then!"
    )
    _goes_on_by_voice(page)


def _goes_on_by_voice(page: Page) -> None:
    """The call knows what was written, and who it is; what was said comes back with it."""
    call(page)
    on_the_line(page)
    write(page, "What did we talk about?")
    expect(messages(page, "bot").last).to_have_text("Before, you said: Yes, please.")
    write(page, "When is my appointment?")
    expect(messages(page, "bot").last).to_have_text("You come on Friday at eleven.")

    page.get_by_role("button", name="Hang up").click()
    in_writing(page)
    expect(messages(page, "system").last).to_contain_text("You hung up after")
    assert page.evaluate("witness.open()") == IN_WRITING
    page.get_by_role("button", name="Cancel it").click()
    expect(messages(page, "bot").last).to_have_text(
        "Friday at eleven is cancelled. Shall I find you another hour?"
    )


def test_an_appointment_by_voice(book_page: Page) -> None:
    page = book_page
    page.evaluate("witness.microphone()")
    sign_in(page, "Linus")
    in_writing(page)
    call(page)
    on_the_line(page)

    speak(page, "free_hour")
    expect(messages(page, "user").last).to_have_text("what is available on friday")
    expect(page.get_by_role("group", name="Free on Friday")).to_be_visible()
    expect(messages(page, "bot").last).to_contain_text("Which would you like?")
    silent(page)

    speak(page, "eleven")
    page.get_by_label("Phone").fill("555 0199")
    expect(messages(page, "bot").last).to_contain_text("Shall I book it?")
    silent(page)

    speak(page, "yes_please")
    expect(page.locator(".ticket")).to_contain_text("Linus · 555 0199")
