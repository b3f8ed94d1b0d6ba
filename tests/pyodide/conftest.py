"""One Chromium, one server, and a page for each kind of visitor."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.pyodide.server import ROOT, serving

DIST = ROOT / "dist"
INSECURE_HOST = "insecure.test"
ARGUMENTS = [
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=document-user-activation-required",
    "--use-fake-device-for-media-stream",
    f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1",
]
# Those would let every page do what only some visitors allow.
TOO_KIND = ("--autoplay-policy", "--use-fake-ui-for-media-stream")


@pytest.fixture(scope="session")
def dist() -> Path:
    assert (DIST / "manifest.json").is_file(), "build dist/ first: npm run build"
    return DIST


@pytest.fixture(scope="session")
def port(dist: Path) -> Iterator[int]:
    with serving(dist) as port:
        yield port


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, config: SimpleNamespace) -> Iterator[Browser]:
    options = config.launch_options()
    kept = [argument for argument in options["args"] if not argument.startswith(TOO_KIND)]
    browser = playwright.chromium.launch(**options | {"args": [*kept, *ARGUMENTS]})
    yield browser
    browser.close()


def visit(browser: Browser, url: str, *permissions: str) -> Page:
    """A page of its own context, once Python is up and somebody has clicked."""
    page = browser.new_context(permissions=permissions).new_page()
    page.goto(url)
    page.wait_for_function("globalThis.ready", timeout=60_000)
    page.mouse.click(1, 1)
    return page


@pytest.fixture(scope="session")
def page(chromium: Browser, port: int) -> Page:
    """The usual visitor, who lets the page use the microphone."""
    return visit(chromium, f"http://127.0.0.1:{port}/", "microphone", "screen-wake-lock")


@pytest.fixture(scope="session")
def refusing_page(chromium: Browser, port: int) -> Page:
    """A visitor who refuses the microphone."""
    return visit(chromium, f"http://127.0.0.1:{port}/")


@pytest.fixture(scope="session")
def insecure_page(chromium: Browser, port: int) -> Page:
    """A page that came over plain http, from another host than this one."""
    return visit(chromium, f"http://{INSECURE_HOST}:{port}/")
