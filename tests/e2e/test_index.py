"""The pages as such: they lead to each other, fit a phone, and ask nobody else for anything."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import NewPage
from tests.e2e.visitor import WASM

PAGES = ["index.html", "book.html", "chat.html", "voice.html", "embed.html"]


def test_the_index_leads_to_every_demo(new_page: NewPage, agent: AgentProcess) -> None:
    page = new_page()
    page.goto("")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    links: list[str] = page.locator("a[href]").evaluate_all("all => all.map(a => a.href)")
    here = urlsplit(agent.url).netloc
    ours = {link for link in links if urlsplit(link).netloc == here}
    assert {urlsplit(link).path.strip("/") for link in ours} >= set(PAGES[1:])
    for link in ours:
        assert page.request.get(link).ok, link


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_screen(new_page: NewPage, config: SimpleNamespace, path: str) -> None:
    """Before Python is there; what it draws, test_pages.py makes narrow."""
    page = new_page(**config.PHONE)
    page.route(WASM, lambda route: None)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    _fits(page)
    page.set_viewport_size(config.WIDE["viewport"])
    _fits(page)


def _fits(page: Page) -> None:
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0


FETCHED = "performance.getEntriesByType('resource').map(({ name }) => name)"


def test_a_chat_asks_nobody_else(chat_page: Page, agent: AgentProcess) -> None:
    _asked_only(agent, chat_page)


def test_a_call_asks_nobody_else(voice_page: Page, agent: AgentProcess) -> None:
    _asked_only(agent, voice_page)


def _asked_only(agent: AgentProcess, page: Page) -> None:
    """For the page and all of Python: no request leaves the machine."""
    fetched: list[str] = page.evaluate(FETCHED)
    hosts = {urlsplit(url).netloc for url in [page.url, *fetched]} - {""}  # data: and blob:
    assert hosts == {urlsplit(agent.url).netloc}
    assert any(url.endswith(".wasm") for url in fetched)
