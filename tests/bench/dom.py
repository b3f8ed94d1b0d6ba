"""What a token or a word costs an element, from the browser's event to what is on the page, in
Chromium: with few messages above it and with many; and what the length of a reply costs.

Two figures a row: Python's part, which is everything from the event to the markup, and the
browser's, which is style and layout of what came of it. Besides, for how long the script tag
blocks the page that has it.
"""

import runpy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.packed import packed
from tests.bench.rows import Options, Row, in_turns
from tests.pyodide.server import ROOT, serving

KINDS = {"chat.token": "pinecall-chat", "bot.word": "pinecall-widget"}
HELD = (10, 100, 1000, 5000)
LENGTHS = (1_000, 5_000, 20_000)
EVENTS, PARTS = 40, 6
"""A value is the best of so many parts of so many events; the first part is not counted."""

BAR = 1000.0
"""Microseconds a token, both parts together."""
SHELL = 10.0
"""Milliseconds for which the script tag, with an element of each tag, may block its page."""
SHELLS = 9
"""How often that is measured, at least: each time in a page that has never seen it."""
GROWTH = 1.5

_FEED = """(events) => {
  const texts = benched.splice(0, events);
  const scroller = it.shadowRoot.querySelector("[data-scroller]");
  for (const data of texts) {
    target.dispatchEvent(new MessageEvent("message", { data }));
    frame();
    scroller.getBoundingClientRect();
  }
}"""

_BOOT = """async (packed) => {
  let wanted = new Map(), last = 0;
  globalThis.requestAnimationFrame = (callback) => (wanted.set(++last, callback), last);
  globalThis.cancelAnimationFrame = (request) => void wanted.delete(request);
  globalThis.frame = () => {
    const due = wanted;
    wanted = new Map();
    for (const callback of due.values()) callback(0);
  };
  const script = Object.assign(document.createElement("script"), { src: "/dist/pinecall.js" });
  document.head.append(script);
  const { boot } = await import("/dist/boot.mjs");
  const pyodide = await boot();
  await pyodide.runPythonAsync(""); // once the whole library is there
  pyodide.unpackArchive(new Uint8Array(packed).buffer, "zip");
  globalThis.python = pyodide.pyimport("tests.bench.inside.dom");
}"""

_BEGIN = """async ([tag, held, amount]) => {
  document.getElementById("it")?.remove();
  globalThis.socket = await python.begin(tag, held, amount);
  frame();
}"""

_READY = """async () => {
  const script = document.createElement("script");
  script.textContent = await (await fetch("/dist/pinecall.js")).text();
  const tags = [...script.textContent.matchAll(/"(pinecall-\\w+)"/g)].map(([, tag]) => tag);
  document.body.innerHTML = [...new Set(tags)].map((tag) => `<${tag} agent="a"></${tag}>`).join("");
  document.body.getBoundingClientRect();
  globalThis.script = script;
}"""

_SHELL = """() => {
  document.head.append(script);
  document.body.getBoundingClientRect();
}"""


class Cost(NamedTuple):
    """Microseconds an event."""

    python: float
    browser: float

    @property
    def whole(self) -> float:
        return self.python + self.browser


def measure(options: Options) -> Iterable[Row]:
    with _pages() as open_page:
        shell = [_blocked(open_page) for _ in range(max(SHELLS, options.runs))]
        page = open_page()
        page.evaluate(_BOOT, list(packed()))
        tool = page.context.new_cdp_session(page)
        tool.send("Performance.enable", {"timeDomain": "threadTicks"})
        cases = [(kind, held) for kind in KINDS for held in HELD]
        events = in_turns(cases, options.runs, lambda case: _event(page, tool, *case))
        replies = in_turns(LENGTHS, options.runs, lambda length: _reply(page, tool, length))
    yield Row("the script tag and an element of each tag", "ms", shell, bar=SHELL)
    for kind in KINDS:
        few = events[kind, HELD[0]]
        for held in HELD:
            yield from _rows(f"{kind}, {held} messages", events[kind, held], few)
    short = replies[LENGTHS[0]]
    for length in LENGTHS:
        name = f"chat.token, a reply of {length // 1000} kB"
        yield from _rows(name, replies[length], short)


def _rows(name: str, costs: list[Cost], few: list[Cost]) -> Iterator[Row]:
    whole = [cost.whole for cost in costs]
    base = None if costs is few else [cost.whole for cost in few]
    yield Row(name, "µs", whole, base, bar=GROWTH if base else BAR)
    yield Row(f"{name}: Python", "µs", [cost.python for cost in costs])
    yield Row(f"{name}: style and layout", "µs", [cost.browser for cost in costs])


def _event(page: Page, tool: CDPSession, kind: str, held: int) -> Cost:
    page.evaluate(_BEGIN, [KINDS[kind], held, EVENTS * PARTS])
    return _best(page, tool)


def _reply(page: Page, tool: CDPSession, length: int) -> Cost:
    page.evaluate(_BEGIN, ["pinecall-chat", HELD[0], 0])
    tokens = min(EVENTS * PARTS, length // 4 - 1)
    page.evaluate("([length, tokens]) => python.reply(length, tokens)", [length, tokens])
    return _middle(page, tool)


def _best(page: Page, tool: CDPSession) -> Cost:
    _fed(page, tool)
    return min((_fed(page, tool) for _ in range(PARTS - 1)), key=lambda cost: cost.whole)


def _middle(page: Page, tool: CDPSession) -> Cost:
    """Of parts that aren't alike: here a paragraph, there a table."""
    _fed(page, tool)
    parts = [_fed(page, tool) for _ in range(PARTS - 1)]
    python = sum(part.python for part in parts) / len(parts)
    return Cost(python, sum(part.browser for part in parts) / len(parts))


def _fed(page: Page, tool: CDPSession) -> Cost:
    whole, browser = _spent(tool)
    page.evaluate(_FEED, EVENTS)
    whole_now, browser_now = _spent(tool)
    browser = 1e6 * (browser_now - browser) / EVENTS
    return Cost(1e6 * (whole_now - whole) / EVENTS - browser, browser)


def _spent(tool: CDPSession) -> tuple[float, float]:
    """Seconds of the page's thread: all of them, and those for style and layout. It is the
    thread's own clock, which stands still while the machine does something else."""
    told = {metric["name"]: metric["value"] for metric in _metrics(tool)}
    return told["TaskDuration"], told["LayoutDuration"] + told["RecalcStyleDuration"]


def _metrics(tool: CDPSession) -> list[dict[str, Any]]:
    metrics: list[dict[str, Any]] = tool.send("Performance.getMetrics")["metrics"]
    return metrics


def _blocked(open_page: Callable[[], Page]) -> float:
    """Milliseconds, by the thread's own clock like all else here."""
    page = open_page()
    page.evaluate(_READY)
    tool = page.context.new_cdp_session(page)
    tool.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, _ = _spent(tool)
    page.evaluate(_SHELL)
    after, _ = _spent(tool)
    page.close()
    return 1e3 * (after - before)


@contextmanager
def _pages() -> Iterator[Callable[[], Page]]:
    config = SimpleNamespace(**runpy.run_path(str(ROOT / "playwright.config.py")))
    with serving(ROOT / "dist") as port, sync_playwright() as playwright:
        browser = config.launch(playwright)

        def open_page() -> Page:
            page: Page = browser.new_page()
            page.set_default_timeout(config.TIMEOUT)
            page.goto(f"http://127.0.0.1:{port}/mirror")
            page.set_content("<!doctype html><body></body>")
            return page

        yield open_page
        browser.close()
