"""A page that is left and comes back as it was, out of the browser's own cache: nothing of it goes
on meanwhile, and it can be used again (2-sessions, 2.1; 6-faults, Privacy).
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Playwright

from tests.e2e.bare.lab import Lab
from tests.e2e.person import AUDIO

THANKS, WELCOME = "Thank you", "You are welcome."

# Listens after the session, which has begun to before; so what is seen is what that has left.
WATCH = """() => {
  addEventListener("pagehide", () => (globalThis.used = witness.inUse()), { once: true });
  addEventListener("pageshow", ({ persisted }) => (globalThis.wasKept = persisted), { once: true });
}"""
# As it was, or loaded anew.
BACK = "location.pathname !== '/embed.html' && document.readyState === 'complete'"


@pytest.fixture(scope="module")
def kept_page(
    playwright: Playwright, config: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    browser = config.launch(playwright, microphone=AUDIO / "silence.wav", keeps=True)
    lab = Lab(browser, tmp_path_factory.mktemp("kept") / "agent.log", config.TIMEOUT)
    yield lab
    lab.close()
    browser.close()


@pytest.fixture
def lab(kept_page: Lab) -> Iterator[Lab]:
    yield kept_page
    if not kept_page.page.evaluate("globalThis.ready"):  # it wasn't kept
        kept_page.load()
    kept_page.forget()


def go_and_come_back(lab: Lab) -> None:
    browser = lab.page.context.new_cdp_session(lab.page)
    reasons: list[dict[str, str]] = []
    browser.on(
        "Page.backForwardCacheNotUsed", lambda told: reasons.extend(told["notRestoredExplanations"])
    )
    browser.send("Page.enable")
    lab.page.evaluate(WATCH)
    lab.page.goto("embed.html")
    lab.page.wait_for_function("location.pathname === '/embed.html'")
    # Here and not by chance: what the page has left to be tidied up runs in it, and ends it.
    browser.send("HeapProfiler.collectGarbage")
    lab.page.evaluate("history.back()")  # Playwright's own asks a page that may be put away by now
    lab.page.wait_for_function(BACK)
    browser.detach()
    assert lab.page.evaluate("globalThis.wasKept"), f"Chromium did not keep it: {reasons}"
    assert lab.page.evaluate("used") == []


def test_a_call_ends_with_its_page(lab: Lab) -> None:
    call = lab.talk("call", "voice")
    call.connect()
    call.until(status="connected")
    go_and_come_back(lab)
    assert call.shown()["statuses"] == ["idle", "connecting", "connected", "idle"]
    call.connect()
    call.until(status="connected")
    call.say(THANKS)
    call.until_said("bot", WELCOME)


def test_a_chat_comes_back_with_its_page(lab: Lab) -> None:
    chat = lab.talk("chat", "chat")
    chat.connect()
    chat.until(status="connected")
    go_and_come_back(lab)
    chat.until(status="connected")
    assert chat.shown()["statuses"][3:] == ["reconnecting", "connected"]
    chat.say(THANKS)
    chat.until_said("bot", WELCOME)
