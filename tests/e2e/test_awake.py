"""What a page does in its first minutes is in the snapshot whole (build/inside/waking.py): Python
comes out of it, and nothing has to be brought while the page stands still.
"""

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.conftest import HERE, NewPage
from tests.e2e.person import speak, until
from tests.e2e.site import POLICY, put
from tests.e2e.visitor import bubbles, button, chat

BEHIND = re.compile(r"/(tables|packages|python_stdlib)[^/]*$")
ANSWER = "On Friday we are open from nine to six."
TOOLS = """
const it = document.getElementById("it");
it.languages = {en: {label: "English", language: "en"}, es: {label: "Español", language: "es"}};
it.tools = {get_available_slots: "{% for hour in result.slots %}<b>{{ hour }}</b>{% endfor %}"};
"""
WOKEN = """async () => {
  const { boot } = await import("./boot.mjs");
  const python = await boot();
  return python.runPython("import json, waking; json.dumps(waking.woken)");
}"""


def test_nothing_is_woken_by_what_everybody_does(new_page: NewPage) -> None:
    page = new_page()
    stood_still: list[str] = []

    def late(route: Route) -> None:
        """What comes behind is lost, unless the page stands still for it."""
        if route.request.resource_type == "xhr":
            stood_still.append(route.request.url)
            route.continue_()
        else:
            route.abort()

    page.route(BEHIND, late)
    for script in ("orb.js", "elements.js"):
        page.add_init_script(path=HERE / "page" / script)
    page.goto("manifest.json")
    page.evaluate("policy => elements.strict(policy)", POLICY)
    page.evaluate("witness.microphone()")
    writes(page)
    for calls in (calls_with_an_orb, calls_with_a_widget, calls_with_a_modal, looks_for_a_way):
        page.evaluate("document.getElementById('it').remove()")
        calls(page)
    assert page.evaluate(WOKEN) == "[]"
    assert stood_still == []


def writes(page: Page) -> None:
    box = chat(page, greeting="Hello, **this** is Mara.")
    page.keyboard.type("what are the opening hours on friday")
    page.keyboard.press("Enter")
    expect(bubbles(box, "bot").last).to_have_text(ANSWER)
    box.get_by_role("button", name="Copy").last.click()
    button(page, "Dictate a message").click()


def calls_with_an_orb(page: Page) -> None:
    orb = put(page, "pinecall-orb")
    button(page, "Talk to Mara").click()
    greeted(page, orb.locator(".caption"))
    speak(page, "question")
    expect(orb.locator(".caption")).to_have_text(ANSWER)
    button(page, "Hang up on Mara").click()


def calls_with_a_widget(page: Page) -> None:
    widget = put(page, "pinecall-widget")
    page.evaluate(TOOLS)
    button(page, "Talk to Mara").click()
    greeted(page, widget.locator(".caption"))
    page.evaluate("document.getElementById('it').sendText('what is free on friday')")
    expect(widget.locator("b").first).to_be_visible()
    widget.get_by_role("button", name="Mute the microphone").click()
    widget.get_by_role("button", name="ES Español").click()
    button(page, "Hang up on Mara").click()
    expect(button(page, "Talk to Mara")).to_be_visible()


def calls_with_a_modal(page: Page) -> None:
    modal = put(page, "pinecall-modal", visual="wave")
    button(page, "Talk to Mara").click()
    page.keyboard.press("Enter")
    greeted(page, modal.locator(".words p"))
    page.keyboard.press("Escape")


def looks_for_a_way(page: Page) -> None:
    hub = put(page, "pinecall-hub", **{"call-me": "/api/call-me"})
    button(page, "Get in touch with Mara").click()
    expect(hub.locator(".way").first).to_be_visible()


def greeted(page: Page, caption: Locator) -> None:
    expect(caption).to_have_text("Hello, this is Mara.")
    until(page, "!document.getElementById('it').getState().agentSpeaking")
