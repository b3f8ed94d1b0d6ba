"""How long a page waits for the local agent, stage by stage, and what stays in memory.

The protocol forces an order: token, ICE servers and microphone at once; then the offer and its
answer; then the ways between the two. The time until `connect()` is done is held against the
longest chain of its own stages, so that what is ours is what lies between them. Memory is what
Python's allocator has given out, after its garbage was collected.
"""

import runpy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from playwright.sync_api import Page, sync_playwright

from tests.bench.packed import packed
from tests.bench.rows import Options, Row
from tests.e2e.agent_process import ROOT, AgentProcess
from tests.e2e.person import AUDIO

AHEAD = ("token", "ice-servers", "microphone")
IN_ORDER = ("gathering", "offer")
AT_LAST = ("ice", "channel")
CHAIN_BAR = 1.1
MESSAGES, CYCLES = 1000, 200
WARM = 20
"""Connects before the first look at memory: what is kept once is no leak."""

MESSAGES_BAR, CYCLES_BAR = 1.0, 0.5
"""Megabytes."""

Stages = dict[str, float]

_BOOT = """async (packed) => {
  const { boot } = await import("/boot.mjs");
  const pyodide = await boot();
  await pyodide.runPythonAsync(""); // once the whole library is there
  pyodide.unpackArchive(new Uint8Array(packed).buffer, "zip");
  const { _malloc, _mallinfo } = pyodide._module;
  const place = _malloc(40);
  globalThis.used = () => {
    python.tidy();
    _mallinfo(place);
    return pyodide._module.HEAPU32[(place >> 2) + 7] / 1e6;
  };
  globalThis.python = pyodide.pyimport("tests.bench.inside.connect");
}"""


def measure(options: Options) -> Iterable[Row]:
    with _page() as page:
        page.evaluate("() => python.call()")  # the first has more to fetch
        calls = [_call(page) for _ in range(options.runs)]
        empty = page.evaluate("() => used()")
        held = page.evaluate(f"() => python.hold({MESSAGES}).then(used)") - empty
        warm = page.evaluate(f"() => python.chats({WARM}).then(used)")
        left = page.evaluate(f"() => python.chats({CYCLES}).then(used)") - warm
    chains = [_chain(stages) for _, stages in calls]
    yield Row("connect() to connected", "ms", [took for took, _ in calls], chains, bar=CHAIN_BAR)
    for stage in (*AHEAD, *IN_ORDER, *AT_LAST):
        yield Row(f"stage: {stage}", "ms", [stages[stage] for _, stages in calls])
    yield Row("memory: Python with the library", "MB", [empty])
    yield Row(f"memory: {MESSAGES} messages", "MB", [held], bar=MESSAGES_BAR)
    yield Row(f"memory: left by {CYCLES} connects", "MB", [left], bar=CYCLES_BAR)


def _call(page: Page) -> tuple[float, Stages]:
    took, stages = page.evaluate("() => python.call()")
    return took, dict(stages)


def _chain(stages: Stages) -> float:
    """The shortest time in which these stages could have been done."""
    ahead = max(stages[name] for name in AHEAD)
    return ahead + sum(stages[name] for name in IN_ORDER) + max(stages[name] for name in AT_LAST)


@contextmanager
def _page() -> Iterator[Page]:
    config = SimpleNamespace(**runpy.run_path(str(ROOT / "playwright.config.py")))
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        agent = AgentProcess(Path(folder, "agent.log"))
        browser = config.launch(playwright, microphone=AUDIO / "silence.wav")
        try:
            page = browser.new_page(base_url=agent.url)
            page.goto("manifest.json")
            page.evaluate(_BOOT, list(packed()))
            yield page
        finally:
            browser.close()
            agent.stop()
