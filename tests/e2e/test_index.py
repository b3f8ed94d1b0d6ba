"""The pages as such: they lead to each other, fit a phone, and ask nobody else for anything."""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Request, expect

from tests.e2e.agent_process import AgentProcess
from tests.e2e.conftest import NewPage

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
@pytest.mark.parametrize("screen", ["WIDE", "PHONE"])
def test_a_page_fits_its_screen(new_page: NewPage, config: object, path: str, screen: str) -> None:
    page = new_page(**getattr(config, screen))
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0


@pytest.mark.parametrize("path", ["chat.html", "voice.html"])
def test_no_request_leaves_the_machine(new_page: NewPage, agent: AgentProcess, path: str) -> None:
    page = new_page()
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.goto(path)
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    hosts = {urlsplit(request.url).netloc for request in asked} - {""}  # data: and blob:
    assert hosts == {urlsplit(agent.url).netloc}
    assert any(request.url.endswith(".wasm") for request in asked)
    assert urljoin(agent.url, path) in {request.url for request in asked}
