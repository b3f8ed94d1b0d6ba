"""A person at the demo pages: real Chromium, the real agent, real audio.

Every page here fails its test when a script of it raises, or when anything is asked of a host
other than the agent's: at run time no request leaves the machine.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.e2e.agent_process import AgentProcess

HERE = Path(__file__).parent

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentProcess]:
    process = AgentProcess(tmp_path_factory.mktemp("agent") / "agent.log")
    yield process
    process.stop()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, config: SimpleNamespace) -> Iterator[Browser]:
    """Chromium whose microphone needs no permission and beeps."""
    running = playwright.chromium.launch(**config.launch_options())
    yield running
    running.close()


@pytest.fixture
def new_page(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[NewPage]:
    """Opens pages, each in a context of its own, and holds them to the rules above."""
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    visit = Visit(agent.url, config)

    def open_page(browser: Browser = browser, **options: object) -> Page:
        return visit.page(browser.new_context(base_url=agent.url, **(config.WIDE | options)))

    yield open_page
    visit.end()


class Visit:
    """The pages of one test, and what they did that they may not."""

    def __init__(self, home: str, config: SimpleNamespace) -> None:
        self._home = urlsplit(home).netloc
        self._config = config
        self._pages: list[Page] = []
        self._strangers: list[str] = []
        self._raised: list[str] = []

    def page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        self._pages.append(page)
        page.set_default_timeout(self._config.TIMEOUT)
        page.add_init_script(path=HERE / "page" / "witness.js")
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", lambda error: self._raised.append(str(error)))
        return page

    def end(self) -> None:
        for page in self._pages:
            if page.is_closed():  # with a browser of its own
                continue
            self._strangers += page.evaluate("() => window.witness?.iceServers ?? []")
            page.context.close()
        assert self._strangers == []
        assert self._raised == []

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc not in (self._home, ""):  # data: and blob: have no host
            self._strangers.append(url)
