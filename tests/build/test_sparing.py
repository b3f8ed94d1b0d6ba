"""A visitor who spares data, or has a slow connection."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.build.conftest import Visit

ORBS = """<script src="pinecall.js"></script>
<pinecall-orb id="hovered"></pinecall-orb><pinecall-orb boot="eager"></pinecall-orb>"""
BOOT = "**/assets/boot.*.mjs"


def connection(page: Page, **says: object) -> None:
    value = json.dumps(says)
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{ value: {value} }})")


@pytest.mark.parametrize("says", [{"saveData": True}, {"effectiveType": "3g"}])
def test_fetches_nothing_before_the_press(visit: Visit, site: str, says: dict[str, object]) -> None:
    connection(visit.page, **says)
    visit.open(f"{site}test.html", ORBS)
    orb = visit.page.locator("#hovered").get_by_role("button")
    orb.hover()
    expect(orb).to_be_visible()
    assert not [url for url in visit.requests if "/assets/" in url]
    with visit.page.expect_request(BOOT):
        orb.click()


def test_others_have_python_when_the_page_wants_it(visit: Visit, site: str) -> None:
    connection(visit.page, effectiveType="4g")
    with visit.page.expect_request(BOOT):
        visit.open(f"{site}test.html", ORBS)
