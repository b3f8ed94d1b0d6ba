"""From the first byte of a page to a Python with the library imported, in Chromium.

What every time is held against is `loadPyodide()` of a stock Pyodide with no package, from the
same server. Each visit is by a browser of its own: the first finds every cache empty (cold), the
second finds what the first, who stays a while, left (warm). The ways take turns. A task over 50 ms
blocks the page: `blocked` is the sum of what goes beyond that.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from runpy import run_path
from typing import Any

from playwright.sync_api import BrowserContext, Playwright, sync_playwright

import compress
from tests.bench.rows import Options, Row
from tests.e2e.agent_process import ROOT, AgentProcess

CONFIG = run_path(str(ROOT / "playwright.config.py"))
STOCK = [
    *("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"),
    *("python_stdlib.zip", "pyodide-lock.json"),
]
STAY = 3000.0
"""Milliseconds: time to read a few lines, and to put away what the next visit will want."""
STOCK_FOLDER = "stock/0123456789ab"  # looks like a hash, so that it is cached like our files

HEAD = """<!doctype html><link rel="icon" href="data:,"><title>Bench</title><script>
globalThis.tasks = [];
new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
}).observe({ type: "longtask", buffered: true });
globalThis.finish = () => { globalThis.finished ??= performance.now(); };
addEventListener("pinecall:ready", finish);
</script>"""
SCRIPT_TAG = (
    HEAD
    + """<script src="pinecall.js"></script>
<pinecall-orb agent="mara" name="Mara" server="/" boot="eager"></pinecall-orb>"""
)
PAGES = {
    "stock": HEAD
    + f"""<script type="module">
import {{ loadPyodide }} from "./{STOCK_FOLDER}/pyodide.mjs";
await loadPyodide();
finish();
</script>""",
    "script tag": SCRIPT_TAG,
    "without snapshot": SCRIPT_TAG,
    "PyScript": HEAD
    + """<link rel="stylesheet" href="pyscript/core.css">
<script type="module" src="early.mjs" async></script>
<script type="module" src="pyscript/core.js"></script>
<script type="py" config='{"interpreter": "./boot.mjs", "packages_cache": "passthrough"}'>
import js, web_client
js.finish()
</script>""",
}
MEASURED = """() => {
    const all = performance.getEntriesByType("resource");
    const parts = all.filter(({ responseEnd }) => responseEnd <= finished);
    const [paint] = performance.getEntriesByName("first-contentful-paint");
    return {
        time: finished / 1000,
        longest: Math.max(0, ...tasks),
        blocked: tasks.reduce((sum, task) => sum + task - 50, 0),
        bytes: parts.map(({ name, transferSize }) => [new URL(name).pathname, transferSize]),
        paint: paint?.startTime ?? 0,
    };
}"""


@dataclass(frozen=True, slots=True)
class Visit:
    """What the browser says of one visit: seconds, milliseconds, bytes of each part that had come
    by then."""

    time: float
    longest: float
    blocked: float
    bytes: list[tuple[str, int]]
    paint: float


Visits = dict[str, list[Visit]]


def measure(options: Options) -> Iterable[Row]:
    """Rows for each way; bars are those of the project's plan."""
    cold: Visits = {way: [] for way in PAGES}
    warm: Visits = {way: [] for way in PAGES}
    with serving() as url, sync_playwright() as playwright:
        for _ in range(options.runs):
            for way in PAGES:
                first, second = visited_twice(playwright, f"{url}{page_of(way)}")
                cold[way].append(first)
                warm[way].append(second)
    yield from times(cold, warm)
    yield from tasks(cold, warm)
    yield from parts(cold)


def times(cold: Visits, warm: Visits) -> Iterator[Row]:
    bars = {
        "script tag, cold": 0.33,
        "script tag, warm": 0.25,
        "PyScript, cold": 0.45,
        "PyScript, warm": 0.40,
        "without snapshot, cold": 0.70,
    }
    for kind, visits in (("cold", cold), ("warm", warm)):
        base = [visit.time for visit in visits["stock"]]
        for way in PAGES:
            name = f"{way}, {kind}"
            yield Row(name, "s", [v.time for v in visits[way]], base, bars.get(name))


def tasks(cold: Visits, warm: Visits) -> Iterator[Row]:
    bars = {"script tag, cold": (100.0, 120.0)}
    for kind, visits in (("cold", cold), ("warm", warm)):
        for way in PAGES:
            name = f"{way}, {kind}"
            longest, blocked = bars.get(name, (None, None))
            yield Row(f"longest task: {name}", "ms", [v.longest for v in visits[way]], bar=longest)
            yield Row(f"blocked: {name}", "ms", [v.blocked for v in visits[way]], bar=blocked)


def parts(cold: Visits) -> Iterator[Row]:
    for way in ("stock", "script tag", "PyScript"):
        visits = cold[way]
        sums = [sum(size for _, size in visit.bytes) / 1e6 for visit in visits]
        bar = 6.5 if way == "script tag" else None
        yield Row(f"sent: {way}", "MB", sums, bar=bar)
        yield Row(f"requests: {way}", "", [len(visit.bytes) for visit in visits])
    for kind, size in sorted(by_kind(cold["script tag"][0]).items()):
        yield Row(f"sent: script tag, {kind}", "kB", [size / 1000])
    yield Row("script tag is painted", "ms", [visit.paint for visit in cold["script tag"]])


def by_kind(visit: Visit) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for name, size in visit.bytes:
        kind = Path(name).suffix.removeprefix(".")
        kinds[kind] = kinds.get(kind, 0) + size
    return kinds


def visited_twice(playwright: Playwright, url: str) -> tuple[Visit, Visit]:
    with tempfile.TemporaryDirectory() as profile:
        browser = getattr(playwright, CONFIG["BROWSER"])
        context = browser.launch_persistent_context(profile, **CONFIG["launch_options"]())
        try:
            return visited(context, url, STAY), visited(context, url)
        finally:
            context.close()


def visited(context: BrowserContext, url: str, stay: float = 0) -> Visit:
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("globalThis.finished", timeout=CONFIG["TIMEOUT"])
    measured: dict[str, Any] = page.evaluate(MEASURED)
    page.wait_for_timeout(stay)
    page.close()
    return Visit(**measured)


@contextmanager
def serving() -> Iterator[str]:
    """dist/, the same once more without its snapshot, a stock Pyodide, and the pages."""
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        fill(pages)
        agent = AgentProcess(Path(folder) / "agent.log", "--pages", str(pages))
        try:
            yield agent.url
        finally:
            agent.stop()


def fill(pages: Path) -> None:
    shutil.copytree(ROOT / "dist", pages)
    shutil.copytree(ROOT / "dist", pages / "without", ignore=shutil.ignore_patterns("snapshot.*"))
    stock = pages / STOCK_FOLDER
    stock.mkdir(parents=True)
    for part in STOCK:
        shutil.copyfile(ROOT / "node_modules/pyodide" / part, stock / part)
    compress.everything(stock)
    for way, html in PAGES.items():
        (pages / page_of(way)).write_text(html)


def page_of(way: str) -> str:
    folder = "without/" if way == "without snapshot" else ""
    return f"{folder}bench-{way.replace(' ', '-')}.html"
