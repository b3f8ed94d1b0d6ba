"""One bare page for all: a page that boots Python costs seconds."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser

from tests.e2e.bare.lab import Lab
from tests.e2e.bare.relay import Relay


@pytest.fixture(scope="session")
def bare_page(
    browser: Browser, config: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lab]:
    lab = Lab(browser, tmp_path_factory.mktemp("faulty") / "agent.log", config.TIMEOUT)
    yield lab
    lab.close()


@pytest.fixture
def lab(bare_page: Lab) -> Iterator[Lab]:
    yield bare_page
    bare_page.forget()


@pytest.fixture
def relay(lab: Lab) -> Iterator[Relay]:
    """Calls go through it."""
    relay = Relay()
    lab.led_through(relay)
    yield relay
    relay.close()
