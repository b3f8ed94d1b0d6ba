"""kept.js: what a start takes unpacked out of Cache Storage, and what it does without."""

from pathlib import PurePosixPath
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.build.conftest import Visit

IMPORTS = "python.runPython('import web_client; web_client.__name__')"
WHOLE = "python.runPythonAsync('import smtplib; smtplib.__name__')"
PARTS = ["packages", "pydantic_core", "pyodide", "python_stdlib", "snapshot", "tables"]
KEPT = """async ({ amount, atLeast }) => {
  const cache = await caches.open("pinecall");
  for (;;) {
    const all = await cache.matchAll();
    const sizes = await Promise.all(all.map(async (one) => (await one.blob()).size));
    const keys = await cache.keys();
    if (keys.length === amount && Math.min(...sizes) >= atLeast) return keys.map(({ url }) => url);
    await new Promise(requestAnimationFrame);
  }
}"""
SPOIL = """async (part) => {
  const cache = await caches.open("pinecall");
  const [{ url }] = (await cache.keys()).filter(({ url }) => url.includes(part));
  const headers = { "Content-Type": "application/wasm" };
  await cache.put(url, new Response(new Uint8Array([0, 97, 115, 109]), { headers }));
}"""
PUT = """async (urls) => {
  const cache = await caches.open("pinecall");
  for (const url of urls) await cache.put(url, new Response("of old"));
}"""
REAL = "manifest.json"
"""A page that no test writes: where one does, the browser's HTTP cache is off."""
STORAGE = "Object.defineProperty(globalThis, 'caches', { get() { %s } })"


@pytest.fixture
def again(context: BrowserContext, packed_site: str) -> Visit:
    """A visitor who was here before, and hasn't asked for anything yet."""
    first = Visit(context.new_page())
    first.page.goto(f"{packed_site}{REAL}")
    first.boot(packed_site)
    assert names(kept(first.page)) == PARTS
    visit = Visit(context.new_page())
    visit.page.goto(f"{packed_site}{REAL}")
    visit.requests.clear()
    return visit


def kept(page: Page, amount: int = len(PARTS), at_least: int = 0) -> Any:
    """Addresses, as soon as there are so many, each with so many bytes."""
    return page.evaluate(KEPT, {"amount": amount, "atLeast": at_least})


def names(urls: list[str]) -> list[str]:
    """Without hashes and endings."""
    return sorted(PurePosixPath(url).name.split(".")[0] for url in urls)


def test_who_comes_again_fetches_no_part_that_is_packed(again: Visit, packed_site: str) -> None:
    assert again.boot(packed_site, IMPORTS) == "web_client"
    assert again.page.evaluate(WHOLE) == "smtplib"
    asked = [url for url in again.requests if "/empty-" not in url]
    assert names(asked) == ["boot", "boot", "pyodide", "pyodide"]
    assert all(url.endswith(".mjs") for url in asked)
    assert again.said == []


def test_what_is_kept_and_no_good_is_replaced(again: Visit, packed_site: str) -> None:
    for spoiled, said in (
        (["/pyodide.asm.wasm", "/pydantic_core."], []),
        (["/snapshot."], ["Python starts without its snapshot, which takes longer"]),
        ([], []),
    ):
        for part in spoiled:
            again.page.evaluate(SPOIL, part)
        again.page.reload()
        assert again.boot(packed_site, IMPORTS) == "web_client"
        assert [line.split(":")[0] for line in again.said] == said
        again.said.clear()
    kept(again.page, at_least=1000)


def test_an_older_version_makes_room_and_nothing_else_does(visit: Visit, packed_site: str) -> None:
    old, others = f"{packed_site}assets/snapshot.old.bin", f"{packed_site}own/file.js"
    visit.page.goto(f"{packed_site}{REAL}")
    visit.page.evaluate(PUT, [old, others])
    visit.boot(packed_site)
    assert names(kept(visit.page, len(PARTS) + 1)) == sorted([*PARTS, "file"])


@pytest.mark.parametrize(
    "storage",
    [
        "throw new DOMException('Not here', 'SecurityError')",
        "return { match: () => new Promise(() => {}) }",
    ],
    ids=["forbidden", "silent"],
)
def test_a_browser_that_keeps_nothing_starts_all_the_same(
    visit: Visit, site: str, storage: str
) -> None:
    visit.page.add_init_script(STORAGE % storage)
    visit.open(f"{site}test.html")
    assert visit.boot(site, IMPORTS) == "web_client"
    assert visit.page.evaluate(WHOLE) == "smtplib"
    assert visit.said == []


def test_what_comes_unpacked_is_not_kept(visit: Visit, site: str) -> None:
    visit.open(f"{site}test.html")
    visit.boot(site)
    assert visit.page.evaluate(WHOLE) == "smtplib"
    visit.page.evaluate("new Promise(requestIdleCallback)")
    assert visit.page.evaluate("caches.has('pinecall')") is False


@pytest.mark.parametrize("saves", [False, True])
def test_who_saves_data_keeps_nothing(visit: Visit, packed_site: str, saves: bool) -> None:
    connection = f"{{ value: {{ saveData: {str(saves).lower()} }} }}"
    visit.page.add_init_script(f"Object.defineProperty(navigator, 'connection', {connection})")
    visit.page.goto(f"{packed_site}{REAL}")
    visit.boot(packed_site)
    assert visit.page.evaluate(WHOLE) == "smtplib"
    visit.page.evaluate("new Promise(requestIdleCallback)")
    assert visit.page.evaluate("caches.has('pinecall')") is not saves
