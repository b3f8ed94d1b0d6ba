"""A visitor of a page with a `<pinecall-orb>` on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import NewPage
from tests.e2e.person import until
from tests.e2e.site import put

WITNESS = Path(__file__).parent / "page" / "orb.js"

SCRIPT = '<script src="pinecall.js"></script>'
ORB = '<pinecall-orb agent="mara" name="Mara" server="/"></pinecall-orb>'

WASM = "**/pyodide.asm.wasm"


def embed(new_page: NewPage, **options: Any) -> Page:
    """The demo page with the orb; `options` as for `new_page`."""
    page = new_page(**options)
    page.add_init_script(path=WITNESS)
    page.goto("embed.html")
    return page


def show(page: Page, body: str, policy: str = "") -> None:
    """A page of somebody's own, on the agent's host, under a Content-Security-Policy."""
    html = f"<!doctype html><title>A site</title>{body}"
    headers = {"Content-Type": "text/html; charset=utf-8"}
    if policy:
        headers["Content-Security-Policy"] = policy
    page.add_init_script(path=WITNESS)
    page.route("**/own.html", lambda route: route.fulfill(body=html, headers=headers))
    page.goto("own.html")


@contextmanager
def without_python(page: Page) -> Iterator[None]:
    """Python's interpreter doesn't arrive before the end of this block."""
    waiting: list[Route] = []
    arrives = False

    def hold(route: Route) -> None:
        if arrives:
            route.continue_()
        else:
            waiting.append(route)

    page.route(WASM, hold)
    yield
    arrives = True
    for route in waiting:
        route.continue_()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def press(page: Page, name: str = "Talk to Mara") -> None:
    button(page, name).click()


def caption(page: Page) -> Locator:
    return page.locator("pinecall-orb .caption")


def in_call(page: Page) -> None:
    expect(button(page, "Hang up on Mara")).to_be_visible()


def greeted(page: Page) -> None:
    """The greeting is over: what is said now interrupts nothing."""
    expect(caption(page)).to_have_text("Hello, this is Mara.")
    until(page, "!document.querySelector('pinecall-orb').getState().agentSpeaking")


def last_told(page: Page, name: str) -> dict[str, Any]:
    """The details of the last `pinecall:{name}` event, once there is one."""
    until(page, f"orb.told.some(([name]) => name === '{name}')")
    return told(page, name)[-1]


def told(page: Page, name: str) -> list[dict[str, Any]]:
    """The details of all `pinecall:{name}` events so far."""
    events: list[tuple[str, dict[str, Any], str]] = page.evaluate("orb.told")
    return [detail for kind, detail, _ in events if kind == name]


def statuses(page: Page) -> list[str]:
    return [detail["status"] for detail in told(page, "status")]


def say(page: Page, text: str) -> None:
    page.evaluate("text => document.querySelector('pinecall-orb').sendText(text)", text)


def chat(page: Page, **attributes: str) -> Locator:
    """A chat box, opened by hand."""
    box = put(page, "pinecall-chat", **attributes)
    button(page, "Chat with Mara").click()
    expect(box.get_by_role("textbox")).to_be_focused()
    return box


def bubbles(box: Locator, role: str) -> Locator:
    return box.locator(f".message.{role} .text")
