"""dist/ as it is served, under two names (hence origins), and a browser to look at it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route

from tests.e2e.agent_process import AgentProcess

KEEPS_NOTHING = "Object.defineProperty(globalThis, 'caches', { value: undefined })"
"""For a page that a test writes: it has no HTTP cache, out of which anything could be kept."""

DIST = Path(__file__).resolve().parent.parent.parent / "dist"


@pytest.fixture(scope="session")
def dist() -> Path:
    assert (DIST / "manifest.json").is_file(), "build dist/ first: npm run build"
    return DIST


@pytest.fixture(scope="session")
def site(plain_dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where dist/ is, not compressed; ends with a slash."""
    yield from served(plain_dist, tmp_path_factory)


@pytest.fixture(scope="session")
def packed_site(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where it is as visitors get it."""
    yield from served(dist, tmp_path_factory)


def served(pages: Path, folders: pytest.TempPathFactory) -> Iterator[str]:
    agent = AgentProcess(folders.mktemp("site") / "agent.log", "--pages", str(pages))
    yield agent.url
    agent.stop()


@pytest.fixture(scope="session")
def other_site(site: str) -> str:
    """The same under another name, which makes it another origin."""
    one, other = "127.0.0.1", "localhost"
    return site.replace(one, other) if one in site else site.replace(other, one)


@pytest.fixture(scope="session")
def browser(playwright: Playwright, config: SimpleNamespace) -> Iterator[Browser]:
    running = config.launch(playwright)
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser, config: SimpleNamespace) -> Iterator[BrowserContext]:
    """A visitor who was never here before."""
    context = browser.new_context()
    context.set_default_timeout(config.TIMEOUT)
    yield context
    context.close()


class Visit:
    """One page, written by the test, and all that it asked for and said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.said: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, url: str, html: str = "", policy: str = "") -> None:
        """Show `html` as if `url` had answered with it, under a Content-Security-Policy."""
        text = f'<!doctype html><link rel="icon" href="data:,"><title>A test</title>{html}'
        headers = {"Content-Type": "text/html; charset=utf-8"}
        if policy:
            headers["Content-Security-Policy"] = policy

        def answer(route: Route) -> None:
            route.fulfill(body=text, headers=headers)

        self.page.route(url, answer)
        self.page.goto(url)

    def boot(self, site: str, then: str = "null", timeout: int = 60_000) -> object:
        """Boot from `site`; the value of the JavaScript `then`, in which `python` is Pyodide."""
        self.page.evaluate(
            """async ([url, timeout]) => {
                globalThis.boot = (await import(url)).boot;
                globalThis.python = await boot({ timeout });
            }""",
            [f"{site}boot.mjs", timeout],
        )
        return self.page.evaluate(then)

    def load(self, site: str, then: str = "null", **options: object) -> object:
        """The same by the other door, `loadPyodide(options)`."""
        self.page.evaluate(
            """async ([url, options]) => {
                const { loadPyodide } = await import(url);
                globalThis.python = await loadPyodide(options);
            }""",
            [f"{site}boot.mjs", options],
        )
        return self.page.evaluate(then)


@pytest.fixture
def visit(context: BrowserContext) -> Visit:
    return Visit(context.new_page())


@pytest.fixture(scope="module")
def booted(browser: Browser, packed_site: str) -> Iterator[Visit]:
    """A page, otherwise empty, in which Python runs; for tests that only look."""
    with browser.new_context() as context:
        visit = Visit(context.new_page())
        visit.open(f"{packed_site}test.html", f"<script>{KEEPS_NOTHING}</script>")
        visit.boot(packed_site)
        yield visit
