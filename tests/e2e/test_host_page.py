"""The page that the elements stand on: what they need of it, and that they leave it as it was.

Its policy is strict, and the elements come from another origin.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Final, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import Visit
from tests.e2e.person import speak, until
from tests.e2e.site import put
from tests.e2e.visitor import bubbles, button, chat, last_told
from web_client.elements.surface import SURFACES

HERE = Path(__file__).parent

NONCE = "c2FsdA"

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval' {trusts}; "
    "style-src 'self' 'nonce-{nonce}'; connect-src {http} {ws}"
)

PAGE = """<!doctype html>
<html lang="en">
<title>A site</title>
<style nonce="{nonce}">
  body {{ margin: 2rem; font: 16px/1.5 serif; color: #222 }}
  #room {{ height: 14rem }}
</style>
<h1 id="title">A site</h1>
<p id="above">Its own words, and <button id="own">a button</button>.</p>
<div id="room"><pinecall-orb></pinecall-orb></div>
<p id="below">What stands below it.</p>
<pinecall-widget></pinecall-widget>
<p id="between">Words <pinecall-modal></pinecall-modal>and words.</p>
<pinecall-chat></pinecall-chat>
<pinecall-hub></pinecall-hub>
<p id="end">The end.</p>
</html>"""

SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")

MOVING = """() => [...document.getElementById("it").shadowRoot.querySelectorAll("*")]
  .map((node) => getComputedStyle(node))
  .filter((style) => style.animationName !== "none" || style.transitionDuration !== "0s")
  .map((style) => style.animationName + style.transitionProperty)"""


@contextmanager
def served(html: str, policy: str) -> Iterator[str]:
    """A site with one page, at another origin than the agent's."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("localhost", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextmanager
def visited(
    browser: Browser, agent: AgentProcess, config: SimpleNamespace, *, trusts: str = ""
) -> Iterator[Page]:
    """That site; `trusts`: an origin whose scripts need no nonce."""
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    ws = agent.url.replace("http", "ws")
    policy = POLICY.format(nonce=NONCE, trusts=trusts, http=agent.url, ws=ws)
    with served(PAGE.format(nonce=NONCE), policy) as home:
        visit = Visit(home, config, agent.url)
        page = visit.page(browser.new_context(base_url=home, **config.WIDE))
        for script in ("orb.js", "elements.js", "around.js"):
            page.add_init_script(path=HERE / "page" / script)
        page.goto(home)
        page.evaluate("told => around.load(...told)", [f"{agent.url}pinecall.js", NONCE])
        yield page
        visit.end()


@pytest.fixture(scope="module")
def site(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[Page]:
    """In the place of the usual one: a site that has nothing of its own but this page."""
    with visited(browser, agent, config) as page:
        yield page


def test_nothing_of_the_page_changes_when_the_elements_are_defined(page: Page) -> None:
    """Each has stood there before, as it does where the script comes late."""
    put(page, "pinecall-orb")
    before, after = page.evaluate("around.defined")
    assert after == before
    assert page.evaluate("around.painted()") == []


@pytest.mark.parametrize("tag", [surface.tag for surface in SURFACES])
def test_nothing_of_the_page_changes_while_an_element_starts_and_opens(
    page: Page, agent: AgentProcess, tag: str
) -> None:
    page.evaluate("document.activeElement.blur()")
    before = page.evaluate("around.look()")
    it = put(page, tag, opens="modal", server=agent.url)
    page.evaluate("void document.getElementById('it').open()")
    expect(it.get_by_role("dialog")).to_be_visible()
    page.evaluate("document.getElementById('it').close()")
    expect(it.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate("around.painted()") == []
    page.evaluate("document.getElementById('it').hidden = true")
    assert page.evaluate("around.look()") == before


def test_a_conversation_under_the_page_s_policy(page: Page, agent: AgentProcess) -> None:
    box = chat(page, server=agent.url)
    page.keyboard.type("when are you open on friday")
    page.keyboard.press("Enter")
    expect(bubbles(box, "bot").last).to_have_text("On Friday we are open from nine to six.")
    button(page, "Call Mara").click()
    expect(bubbles(box, "bot").last).to_have_text("Hello, this is Mara.")
    button(page, "Hang up on Mara").click()


def test_a_dictation_says_what_the_policy_must_name(page: Page, agent: AgentProcess) -> None:
    """The browser trusts what the script loads with its nonce, but no recorder."""
    chat(page, server=agent.url)
    origin = agent.url.rstrip("/")
    button(page, "Dictate a message").click()
    expect(page.locator("#it")).to_contain_text(f"allow {origin} in script-src")
    assert last_told(page, "error")["code"] == "recorder_blocked"
    violations = page.evaluate("orb.violations.splice(0)")  # Firefox tells of it, Chromium doesn't
    assert all("/assets/recorder." in violation for violation in violations)


def test_a_dictation_where_the_policy_names_it(
    browser: Browser, agent: AgentProcess, config: SimpleNamespace
) -> None:
    with visited(browser, agent, config, trusts=agent.url.rstrip("/")) as page:
        page.evaluate("witness.microphone()")
        chat(page, server=agent.url)
        button(page, "Dictate a message").click()
        until(page, "witness.open().sockets === 2")
        speak(page, "yes_please")
        expect(page.get_by_role("textbox")).to_have_value("yes please")
        page.evaluate("document.getElementById('it').remove()")


def test_a_dialog_that_is_moved_on_the_page_is_still_above_it(
    page: Page, agent: AgentProcess
) -> None:
    page.locator("#own").focus()
    modal = put(page, "pinecall-modal", server=agent.url)
    page.evaluate("document.getElementById('it').open()")
    dialog = modal.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.evaluate("document.body.prepend(document.getElementById('it'))")
    assert dialog.evaluate("dialog => dialog.matches(':modal')")
    expect(dialog.get_by_role("button", name="Talk to Mara")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("#own")).to_be_focused()
    assert [name for name, _, _ in page.evaluate("orb.told")] == ["ready", "open", "close"]


def test_light_or_dark_as_the_visitor_s_system_is(page: Page, agent: AgentProcess) -> None:
    chat(page, server=agent.url, preset="auto")
    box = page.locator("#it .box")
    grounds = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        grounds[scheme] = box.evaluate("box => getComputedStyle(box).backgroundColor")
    page.emulate_media(color_scheme="null")
    assert grounds == {"light": "rgba(255, 255, 255, 0.95)", "dark": "rgba(16, 14, 20, 0.92)"}


@pytest.mark.parametrize("tag", [surface.tag for surface in SURFACES])
def test_nothing_moves_where_the_visitor_wants_none(
    page: Page, agent: AgentProcess, tag: str
) -> None:
    put(page, tag, opens="modal", server=agent.url)
    page.evaluate("document.getElementById('it').open()")
    page.emulate_media(reduced_motion="no-preference")
    moving = page.evaluate(MOVING)
    page.emulate_media(reduced_motion="reduce")
    assert moving
    assert page.evaluate(MOVING) == []


def test_a_button_held_by_a_thumb(page: Page, agent: AgentProcess) -> None:
    """A real touch: of what Chromium makes of it, no menu and no mouse may come in between."""
    it = put(page, "pinecall-modal", server=agent.url, **{"push-to-talk": ""})
    page.evaluate("document.getElementById('it').connect()")
    hold = it.get_by_role("button", name="Hold to talk")
    place = hold.bounding_box()
    assert place is not None
    thumb = {"x": place["x"] + place["width"] / 2, "y": place["y"] + place["height"] / 2}
    wire = page.context.new_cdp_session(page)
    wire.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [thumb]})
    until(page, "!document.getElementById('it').getState().isMuted")
    expect(hold).to_have_attribute("aria-pressed", "true")
    slipped = {**thumb, "y": thumb["y"] - 200}
    wire.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [slipped]})
    assert not page.evaluate("document.getElementById('it').getState().isMuted")
    wire.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until(page, "document.getElementById('it').getState().isMuted")
    expect(hold).to_have_attribute("aria-pressed", "false")
    wire.detach()
