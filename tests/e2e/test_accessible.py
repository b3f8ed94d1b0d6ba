"""Every state of every element, in every preset, before axe: names, roles, contrast.

Drawn by the templates alone, so that no page has to wait for Python.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import gallery
from web_client.elements.themes import PRESETS

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# Not ours: a page has one of each of the elements, and its own headings.
NOT_OF_ELEMENTS = ["heading-order", "landmark-unique", "page-has-heading-one", "region"]

RUN = """rules => axe.run(document, {
  rules: Object.fromEntries(rules.map(rule => [rule, {enabled: false}])),
  resultTypes: ["violations"],
}).then(({violations}) => violations.flatMap(({id, nodes}) =>
  nodes.map(({target, failureSummary}) => [id, target.flat().join(" "), failureSummary])))"""

CONTRAST = """() => axe.run(document, {runOnly: ["color-contrast"], resultTypes: ["violations"]})
  .then(({violations}) => violations.flatMap(({nodes}) =>
    nodes.map(({target, failureSummary}) => [target.flat().join(" "), failureSummary])))"""


@pytest.fixture(scope="module")
def wide(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1760, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(path=AXE)
    yield page
    context.close()


NIGHT = "night => void (document.querySelector('main').style.background = night)"


@pytest.mark.parametrize("preset", PRESETS)
def test_axe_finds_nothing(wide: Page, preset: str) -> None:
    """And all text can be read on a dark page as well, of which panels and captions let something
    shine through."""
    wide.goto("about:blank")
    wide.set_content(gallery.page([preset]))
    assert wide.evaluate(RUN, NOT_OF_ELEMENTS) == []
    wide.evaluate(NIGHT, gallery.NIGHT)
    assert wide.evaluate(CONTRAST) == []
