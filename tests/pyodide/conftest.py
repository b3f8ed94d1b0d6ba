"""One browser, one server, and a page for each kind of visitor."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.pyodide.server import serving


@pytest.fixture(scope="session")
def port(plain_dist: Path) -> Iterator[int]:
    with serving(plain_dist) as port:
        yield port


@pytest.fixture(scope="session")
def browser(playwright: Playwright, config: SimpleNamespace) -> Iterator[Browser]:
    """It lets no page do what only some visitors allow; Firefox knows but all pages or none."""
    running = config.launch(playwright, allows=config.BROWSER == "firefox", plays=False)
    yield running
    running.close()


def visit(browser: Browser, url: str, *permissions: str) -> Page:
    """A page of its own context, once Python is up and somebody has clicked."""
    page = browser.new_context(permissions=permissions).new_page()
    page.goto(url)
    page.locator("html[data-ready]").wait_for(state="attached", timeout=60_000)
    page.mouse.click(1, 1)
    return page


@pytest.fixture(scope="session")
def page(browser: Browser, port: int) -> Page:
    """The usual visitor, who lets the page use the microphone."""
    return visit(browser, f"http://127.0.0.1:{port}/", "microphone", "screen-wake-lock")


@pytest.fixture(scope="session")
def refusing_page(playwright: Playwright, port: int, config: SimpleNamespace) -> Iterator[Page]:
    """A visitor who refuses the microphone."""
    browser = config.launch(playwright, allows=False)
    yield visit(browser, f"http://127.0.0.1:{port}/")
    browser.close()


@pytest.fixture(scope="session")
def insecure_page(browser: Browser, port: int, config: SimpleNamespace) -> Page:
    """A page that came over plain http, from another host than this one."""
    return visit(browser, f"http://{config.INSECURE_HOST}:{port}/")
