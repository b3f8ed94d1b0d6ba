"""How far the first word of a reply is from its sound, as a person at the call page has both.

The word is taken when the page shows it, the sound at the loudspeaker, in the same clock. What
lies between is the browser's jitter buffer, which the agent can only guess at.
"""

import runpy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.rows import Options, Row
from tests.e2e.agent_process import ROOT, AgentProcess
from tests.e2e.person import (
    AUDIO,
    SILENT,
    call,
    connected,
    history,
    loudness,
    messages,
    sign_in,
    until,
    write,
)

PAUSE = 300
"""Milliseconds: a reply begins with the first sound after so long a silence."""

OVER = f"""
    !document.querySelector('[data-speaking]') &&
    witness.sound.every(([time, rms]) => rms < {SILENT} || performance.now() - time > {2 * PAUSE})
"""


def measure(options: Options) -> Iterable[Row]:
    with _called() as page:
        for reply in range(1, options.runs + 1):
            write(page, "who am I")
            expect(messages(page, "bot")).to_have_count(reply + 1)
            until(page, OVER)
        away = [abs(shown - heard) for shown, heard in zip(_shown(page), _heard(page), strict=True)]
    return [Row("a reply's first word to its sound", "ms", away, bar=100)]


@contextmanager
def _called() -> Iterator[Page]:
    """The call page, once the greeting is over."""
    config = SimpleNamespace(**runpy.run_path(str(ROOT / "playwright.config.py")))
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        agent = AgentProcess(Path(folder, "agent.log"))
        browser = config.launch(playwright, microphone=AUDIO / "silence.wav")
        try:
            yield _greeted(browser.new_page(base_url=agent.url))
        finally:
            browser.close()
            agent.stop()


def _greeted(page: Page) -> Page:
    page.add_init_script(path=ROOT / "tests" / "e2e" / "page" / "witness.js")
    page.goto("voice.html")
    page.evaluate("witness.follow('.message')")
    sign_in(page)
    call(page)
    connected(page)
    expect(messages(page, "bot")).to_have_count(1)
    until(page, OVER)
    return page


def _shown(page: Page) -> list[float]:
    """When each reply's first word was to be read."""
    first: dict[str, float] = {}
    for entry in history(page, "bot"):
        first.setdefault(entry["id"], entry["time"])
    return list(first.values())


def _heard(page: Page) -> list[float]:
    """When each reply was first to be heard."""
    sounding = [-PAUSE, *(time for time, rms in loudness(page) if rms > SILENT)]
    return [after for before, after in pairwise(sounding) if after - before > PAUSE]
