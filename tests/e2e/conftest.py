"""A person at the demo pages: a real browser, the real agent, real audio.

Every page here fails its test when a script of it raises, or when anything is asked of a host
other than the agent's: at run time no request leaves the machine.
"""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect

from tests.conftest import CONFIG
from tests.e2e.agent_process import AgentProcess
from tests.e2e.person import AUDIO, NOTHING, connected, sign_in, until
from tests.e2e.site import POLICY, SCRIPTED
from tests.firefox import is_raised

HERE = Path(__file__).parent

# The short pass: where there is a Firefox, and the run isn't in Firefox anyhow.
SHORT_PASS = CONFIG.BROWSER != "firefox" and CONFIG.firefox()
collect_ignore = [] if SHORT_PASS else ["test_firefox.py"]

NewPage = Callable[..., Page]

# All that Python had to draw is drawn with the next frame; then the button is there, or it isn't.
SIGN_OUT = """new Promise(requestAnimationFrame).then(() =>
  document.querySelector("[data-sign-out]")?.click())"""


@pytest.fixture(scope="session")
def agent(plain_dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentProcess]:
    log = tmp_path_factory.mktemp("agent") / "agent.log"
    process = AgentProcess(log, "--pages", str(plain_dist), "--verbose")
    yield process
    process.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed shows what the agent has to say to it: what it heard, above all."""
    report = yield
    agent = getattr(item, "funcargs", {}).get("agent")
    if report.failed and isinstance(agent, AgentProcess):
        report.sections.append(("The agent's log", agent.log))
    return report


@pytest.fixture(scope="session")
def browser(playwright: Playwright, config: SimpleNamespace) -> Iterator[Browser]:
    """One whose microphone needs no permission, in a room where nobody speaks.

    Its own would beep, and now and then a beep passes for a word that interrupts.
    """
    running = config.launch(playwright, microphone=AUDIO / "silence.wav")
    yield running
    running.close()


@pytest.fixture
def new_page(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[NewPage]:
    """Opens pages, each in a context of its own, and holds them to the rules above."""
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    visit = Visit(agent.url, config)

    def open_page(other: Browser | None = None, **options: object) -> Page:
        context = (other or browser).new_context(base_url=agent.url, **(config.WIDE | options))
        return visit.page(context, quiet=not other)

    yield open_page
    visit.end()


@pytest.fixture(scope="session")
def lounge(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator["Lounge"]:
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    shared = Lounge(browser, agent.url, config)
    yield shared
    shared.close()


@pytest.fixture
def chat_page(lounge: "Lounge") -> Iterator[Page]:
    """`chat.html` with Python awake and nobody signed in; all tests share it."""
    yield lounge.enter("chat.html")
    lounge.leave("chat.html")


@pytest.fixture
def chat(chat_page: Page) -> Page:
    """The same, with Ada signed in and the agent at the other end."""
    sign_in(chat_page)
    connected(chat_page)
    return chat_page


@pytest.fixture
def voice_page(lounge: "Lounge") -> Iterator[Page]:
    """`voice.html` with Python awake and nobody signed in; all tests share it."""
    yield lounge.enter("voice.html")
    lounge.leave("voice.html")


@pytest.fixture
def book_page(lounge: "Lounge") -> Iterator[Page]:
    """`book.html` with Python awake and nobody signed in; all tests share it."""
    yield lounge.enter("book.html")
    lounge.leave("book.html")


@pytest.fixture(scope="session")
def site(browser: Browser, agent: AgentProcess, config: SimpleNamespace) -> Iterator[Page]:
    """The page behind `page`: one Python serves all tests."""
    expect.set_options(timeout=config.EXPECT_TIMEOUT)
    visit = Visit(agent.url, config)
    page = visit.page(browser.new_context(base_url=agent.url, **config.WIDE))
    for script in ("orb.js", "elements.js", "modal.js", "said.js"):
        page.add_init_script(path=HERE / "page" / script)
    page.route_web_socket("**/chat/ws*", SCRIPTED.serve)
    # A real page: of one that a test made up Chromium doesn't know whence it came, and denies it
    # every socket.
    page.goto("manifest.json")
    page.evaluate("policy => elements.strict(policy)", POLICY)
    yield page
    visit.end()


@pytest.fixture
def page(site: Page, config: SimpleNamespace) -> Iterator[Page]:
    """A page of somebody's own, with a strict policy and the elements. Nothing on it yet; in the
    end nothing any more, and nobody has noticed."""
    site.bring_to_front()
    site.set_viewport_size(config.WIDE["viewport"])
    site.evaluate("witness.microphone()")
    site.evaluate("localStorage.clear()")
    site.evaluate("orb.told.length = 0")
    before = site.evaluate("elements.host()")
    yield site
    site.unroute_all(behavior="ignoreErrors")
    site.context.clear_cookies()
    site.evaluate("witness.releaseFrames()")
    SCRIPTED.history = None
    site.evaluate("document.getElementById('it').remove()")
    until(site, "Object.values(witness.open()).every(count => count === 0)")
    assert site.evaluate("witness.open()") == NOTHING
    site.evaluate("witness.reset()")
    assert site.evaluate("elements.host()") == before
    assert site.evaluate("orb.violations") == []
    assert site.evaluate("elements.pwned") == []


class Lounge:
    """Pages that outlive a test, since Python takes seconds to wake up.

    Between two tests nobody is signed in, which ends the session and begins another. A page
    that can't be brought to that fails the test that left it so, and is not used again. A test
    that breaks sockets needs a page of its own: Playwright never takes such a route off again.
    """

    def __init__(self, browser: Browser, home: str, config: SimpleNamespace) -> None:
        self._browser = browser
        self._home = home
        self._config = config
        self._visits: dict[str, Visit] = {}

    def enter(self, path: str) -> Page:
        if path not in self._visits:
            self._visits[path] = self._open(path)
        page = self._visits[path].last
        page.bring_to_front()  # in Firefox a page behind others has no focus
        return page

    def _open(self, path: str) -> "Visit":
        visit = Visit(self._home, self._config)
        visit.page(self._browser.new_context(base_url=self._home, **self._config.WIDE)).goto(path)
        expect(visit.last.get_by_role("button", name="Sign in")).to_be_enabled()
        return visit

    def leave(self, path: str) -> None:
        visit = self._visits.pop(path)
        page = visit.last
        page.unroute_all(behavior="ignoreErrors")
        page.evaluate(SIGN_OUT)
        expect(page.locator("[data-region=person]")).to_be_empty()
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
        expect(page.locator("body")).to_have_attribute("data-status", "idle")
        page.evaluate("witness.reset()")
        visit.check()
        self._visits[path] = visit

    def close(self) -> None:
        for visit in self._visits.values():
            visit.end()


class Visit:
    """The pages of one visitor, and what they did that they may not."""

    def __init__(self, home: str, config: SimpleNamespace, *elsewhere: str) -> None:
        """`elsewhere`: what may be asked besides the agent at `home`; data: and blob: have no
        host."""
        self._known = {"", *(urlsplit(url).netloc for url in (home, *elsewhere))}
        self._config = config
        self._pages: list[Page] = []
        self._strangers: list[str] = []
        self._raised: list[str] = []

    def page(self, context: BrowserContext, *, quiet: bool = True) -> Page:
        """`quiet`: in a room where nobody speaks, where it isn't the browser's affair."""
        page = context.new_page()
        self._pages.append(page)
        page.set_default_timeout(self._config.TIMEOUT)
        page.add_init_script(path=HERE / "page" / "witness.js")
        if quiet and self._config.BROWSER == "firefox":  # whose own microphone has a tone
            page.add_init_script("window.witness?.room()")
        page.on("request", lambda request: self._asked(request.url))
        page.on("websocket", lambda socket: self._asked(socket.url))
        page.on("pageerror", self._failed)
        return page

    @property
    def last(self) -> Page:
        return self._pages[-1]

    def end(self) -> None:
        try:
            self.check()
        finally:
            for page in self._open():
                page.context.close()

    def check(self) -> None:
        for page in self._open():
            self._strangers += page.evaluate("() => window.witness?.iceServers ?? []")
        assert self._strangers == []
        assert self._raised == []

    def _open(self) -> list[Page]:
        """All but those that were closed with a browser of their own."""
        return [page for page in self._pages if not page.is_closed()]

    def _failed(self, error: Error) -> None:
        if is_raised(error):
            self._raised.append(error.stack or str(error))

    def _asked(self, url: str) -> None:
        if urlsplit(url).netloc not in self._known:
            self._strangers.append(url)
