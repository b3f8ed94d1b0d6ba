"""What an event costs, from its arrival to the state: with few messages behind it and with many,
here and in Chromium; and what the length of a reply costs (2-sessions, 2.2).

`chat.token` carries the whole reply so far, so that to read all tokens of a reply costs the
square of its length, for the bytes alone. What is ours must not: hence the rows for it alone.
"""

import asyncio
import runpy
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import SimpleNamespace

from playwright.sync_api import Page, sync_playwright

from tests.bench.packed import packed
from tests.bench.rows import Options, Row, in_turns
from tests.bench.workload import KINDS, frames, reply_costs, session
from tests.pyodide.server import ROOT, serving

HELD = (10, 100, 1000, 5000)
LENGTHS = (5_000, 20_000)
EVENTS, PARTS = 100, 6
"""A value is the best of so many parts of so many events: what else the machine does meanwhile
is no cost of ours. The first part is not counted."""

BAR = 40.0
"""Microseconds from the browser's event to the state."""

GROWTH = 1.5

Measured = dict[tuple[str, int], list[float]]

_DISPATCH = """([events, parts]) => {
  let best = Infinity;
  for (let part = 0; part < parts; part++) {
    const texts = benched.splice(0, events);
    const began = performance.now();
    for (const data of texts) target.dispatchEvent(new MessageEvent("message", { data }));
    if (part) best = Math.min(best, performance.now() - began);
  }
  return (1000 * best) / events;
}"""


def measure(options: Options) -> Iterable[Row]:
    cases = [(kind, held) for kind in KINDS for held in HELD]
    here = in_turns(cases, options.runs, lambda case: _here(*case))
    yield from _rows("CPython", here, bar=None)
    with _page() as page:
        there = in_turns(cases, options.runs, lambda case: _there(page, *case))
        yield from _rows("Chromium", there, bar=BAR)
        yield from _replies("CPython", options.runs, _reply_here)
        yield from _replies("Chromium", options.runs, lambda length: _ask(page, length))


def _rows(where: str, measured: Measured, bar: float | None) -> Iterator[Row]:
    for (kind, held), values in measured.items():
        name = f"{kind}, {held} messages, {where}"
        if held == HELD[0]:
            yield Row(name, "µs", values, bar=bar)
        else:
            few = measured[kind, HELD[0]]
            yield Row(name, "µs", values, base=few, bar=GROWTH if held == HELD[-1] else None)


def _here(kind: str, held: int) -> float:
    return asyncio.run(_fed(kind, held))


async def _fed(kind: str, held: int) -> float:
    talk, receive = await session(kind, held)
    texts = frames(kind)
    best = float("inf")
    for part in range(PARTS):
        batch = [*islice(texts, EVENTS)]
        began = time.perf_counter()
        for text in batch:
            receive(text)
        if part:
            best = min(best, time.perf_counter() - began)
    talk.destroy()
    return 1e6 * best / EVENTS


def _there(page: Page, kind: str, held: int) -> float:
    page.evaluate(
        "([kind, held, amount]) => python.begin(kind, held, amount).then((kept) => kept.destroy())",
        [kind, held, EVENTS * PARTS],
    )
    best: float = page.evaluate(_DISPATCH, [EVENTS, PARTS])
    return best


def _replies(where: str, runs: int, once: Callable[[int], tuple[float, float]]) -> Iterator[Row]:
    measured = in_turns(LENGTHS, runs, once)
    short = [ours for _, ours in measured[LENGTHS[0]]]
    for length, values in measured.items():
        size = f"a reply of {length // 1000} kB, a token, {where}"
        yield Row(f"{size}: decoding", "µs", [decoding for decoding, _ in values])
        yield Row(f"{size}: state", "µs", [ours for _, ours in values], base=short, bar=GROWTH)


def _reply_here(length: int) -> tuple[float, float]:
    decoding, ours = reply_costs(length, lambda: 1e6 * time.perf_counter())
    return decoding, ours


def _ask(page: Page, length: int) -> tuple[float, float]:
    decoding, ours = page.evaluate("(length) => python.costs(length).toJs()", length)
    return decoding, ours


@contextmanager
def _page() -> Iterator[Page]:
    """A page with Python and the workload on it."""
    config = SimpleNamespace(**runpy.run_path(str(ROOT / "playwright.config.py")))
    with serving(ROOT / "dist") as port, sync_playwright() as playwright:
        browser = config.launch(playwright)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/mirror")
        page.evaluate(_BOOT, list(packed()))
        yield page
        browser.close()


_BOOT = """async (packed) => {
  const { loadPyodide } = await import("/dist/boot.mjs");
  const pyodide = await loadPyodide();
  pyodide.unpackArchive(new Uint8Array(packed).buffer, "zip");
  globalThis.python = pyodide.pyimport("tests.bench.inside.events");
}"""
