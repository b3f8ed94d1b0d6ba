"""A chat in writing, over a real socket."""

from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import connected, messages, sign_in, until, watch_lines, write

STORY = "Tell me the story of your salon"


def test_a_reply_streams_in_after_its_tool(chat: Page) -> None:
    chat.evaluate("witness.holdFrames()")
    write(chat, "Are you open on Friday?")
    expect(messages(chat, "user")).to_have_text("Are you open on Friday?")
    until(chat, "witness.framesHeld('chat.done')")
    chat.evaluate("witness.releaseFrames('chat.token')")
    expect(messages(chat, "system")).to_have_text("✓ get_opening_hours")
    expect(chat.locator(".message[data-streaming] > p")).to_have_text("On")

    chat.evaluate("witness.releaseFrames()")
    reply = chat.locator(".message[data-role=bot]:not([data-streaming]) > p")
    expect(reply).to_have_text("On Friday we are open from nine to six.")


def test_what_is_written_during_a_reply_waits_its_turn(chat: Page) -> None:
    chat.evaluate("witness.holdFrames()")
    write(chat, STORY)
    write(chat, "Thank you")
    expect(chat.locator("[data-status=queued] > p")).to_have_text("Thank you")
    chat.evaluate("witness.releaseFrames()")
    expect(messages(chat, "bot").last).to_have_text("You are welcome.")
    expect(chat.locator("[data-status=sent] > p")).to_have_text([STORY, "Thank you"])


def test_the_agent_sees_what_the_page_shows(chat: Page) -> None:
    write(chat, "What do you see?")
    expect(messages(chat, "bot")).to_have_text("I see nothing on your page.")
    chat.get_by_label("I’m looking at").select_option("opening hours")
    write(chat, "What do you see?")
    expect(messages(chat, "bot").last).to_have_text("I see page: opening hours.")


def test_the_agent_knows_who_is_logged_in(chat: Page) -> None:
    write(chat, "Who am I?")
    expect(messages(chat, "bot")).to_contain_text("You are Ada")


def test_text_is_never_markup(chat: Page) -> None:
    write(chat, "<img src=x onerror=alert(1)>")
    expect(messages(chat, "bot").last).to_have_text("You said: <img src=x onerror=alert(1)>")
    expect(chat.locator("img")).to_have_count(0)


def test_malformed_frames_do_no_harm(new_page: NewPage) -> None:
    page = new_page()
    strange = ['{"event": 7}', '{"event": "chat.token"}', "\ud800", "x" * 70_000]

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def forward(text: str | bytes) -> None:
            for frame in ["{", "[1, 2]", "null", *strange, text]:
                socket.send(frame)

        server.on_message(forward)

    page.route_web_socket("**/chat/ws*", between)
    page.goto("chat.html")
    sign_in(page)
    connected(page)
    write(page, "Thank you")
    expect(messages(page, "bot")).to_have_text("You are welcome.")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_dropped_line_comes_back_and_loses_nothing(new_page: NewPage) -> None:
    page = new_page()
    lines = watch_lines(page)
    page.goto("chat.html")
    sign_in(page)
    connected(page)
    lines[0].close(code=1011, reason="the server stumbled")
    write(page, "Thank you")
    expect(messages(page, "bot")).to_have_text("You are welcome.")
    connected(page)
    assert len(lines) == 2


def test_a_conversation_leaves_no_socket_open(chat: Page) -> None:
    assert chat.evaluate("witness.open()") == {"tracks": 0, "peers": 0, "sockets": 1}
    chat.get_by_role("button", name="Sign out").click()
    expect(chat.locator("body")).to_have_attribute("data-status", "idle")
    assert chat.evaluate("witness.open()") == {"tracks": 0, "peers": 0, "sockets": 0}
