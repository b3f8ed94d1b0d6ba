"""The short pass in Firefox, within the usual run: Python from its snapshot, a chat, a call.

One page for all, as a site would have it. The whole suite runs there by `npm run test:firefox`.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import Visit
from tests.e2e.person import NOTHING, SILENCE_BEFORE, SILENT, loudness, speak, until
from tests.e2e.visitor import (
    ORB,
    SCRIPT,
    bubbles,
    button,
    caption,
    greeted,
    in_call,
    press,
    show,
)

CHAT = '<pinecall-chat agent="mara" name="Mara" server="/" boot="eager"></pinecall-chat>'
READY = "orb.told.some(([name]) => name === 'ready')"
ANSWER = "On Friday we are open from nine to six."


@pytest.fixture
def site(playwright: Playwright, agent: AgentProcess, config: SimpleNamespace) -> Iterator[Page]:
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    browser = config.launch(playwright, kind="firefox")
    visit = Visit(agent.url, config)
    page = visit.page(browser.new_context(base_url=agent.url, **config.WIDE))
    yield page
    visit.end()
    browser.close()


def test_a_visit(site: Page, config: SimpleNamespace) -> None:
    _python_comes_out_of_its_snapshot(site)
    _a_chat(site)
    _a_call(site, config)


def _python_comes_out_of_its_snapshot(site: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    site.on("console", lambda message: said.append(message.text))
    site.on("request", lambda request: asked.append(request.url))
    show(site, SCRIPT + ORB + CHAT)
    until(site, READY)
    assert [url for url in asked if "/snapshot." in url]
    assert said == []


def _a_chat(site: Page) -> None:
    button(site, "Chat with Mara").click()
    site.keyboard.type("what are the opening hours on friday")
    site.keyboard.press("Enter")
    box = site.locator("pinecall-chat")
    expect(bubbles(box, "bot").last).to_have_text(ANSWER)
    site.keyboard.press("Escape")
    expect(button(site, "Chat with Mara")).to_be_focused()


def _a_call(site: Page, config: SimpleNamespace) -> None:
    site.evaluate("document.querySelector('pinecall-chat').remove()")
    site.evaluate("witness.microphone()")
    press(site)
    in_call(site)
    greeted(site)
    began = site.evaluate("performance.now()")
    speak(site, "question", SILENCE_BEFORE)
    expect(caption(site)).to_have_text(ANSWER, timeout=config.TIMEOUT)
    assert max(rms for time, rms in loudness(site) if time > began) > 10 * SILENT
    press(site, "Hang up on Mara")
    expect(caption(site)).to_have_text("Talk to Mara")
    until(site, "Object.values(witness.open()).every(count => count === 0)")
    assert site.evaluate("witness.open()") == NOTHING
