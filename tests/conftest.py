"""What the test folders share.

Playwright's synchronous API keeps an event loop running for as long as it lives, and no
`async def` test can run after it. So the folders that drive a browser come last; under
pytest-xdist too, whose processes each take tests in this order. All of them share the one
configuration below, and those of a process the one Playwright.
"""

import runpy
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import firefox
from tests.sizes import PROFILE

Launch = Callable[..., Browser]

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
# The name can't be imported, so it is run.
CONFIG = SimpleNamespace(**runpy.run_path(str(ROOT / "playwright.config.py")))
BROWSER_FOLDERS = ("build", "pyodide", "e2e")

# No deadline: how long an example takes is the machine's affair.
settings.register_profile("usual", deadline=None)
settings.register_profile("nightly", deadline=None, max_examples=5000)
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser folders last, in their order; elsewhere the order of collection stays."""
    if CONFIG.BROWSER == "firefox":
        firefox.choose(config, items)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.path.relative_to(ROOT / "tests").parts[0]
    return BROWSER_FOLDERS.index(folder) + 1 if folder in BROWSER_FOLDERS else 0


@pytest.fixture(scope="session")
def config() -> SimpleNamespace:
    return CONFIG


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def plain_dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dist/ without its compressed twins: a visitor on this very machine spends a fifth of the
    processor time of a start on unpacking them. Where bytes count, `tests/build` has them."""
    assert (DIST / "manifest.json").is_file(), "build dist/ first: npm run build"
    plain = tmp_path_factory.mktemp("plain") / "dist"
    return shutil.copytree(DIST, plain, ignore=shutil.ignore_patterns("*.br", "*.gz"))


@pytest.fixture
def launch(playwright: Playwright, config: SimpleNamespace) -> Iterator[Launch]:
    """Starts browsers for visitors of other kinds, as `config.launch` does, for one test."""
    running: list[Browser] = []

    def start(**kind: object) -> Browser:
        running.append(config.launch(playwright, **kind))
        return running[-1]

    yield start
    for browser in running:
        browser.close()
