"""What Firefox is tested with: `npm run test:firefox`.

All that needs a browser, but for what is Chromium's alone. That is no part of the run, and why
stands here.
"""

from itertools import chain

import pytest
from playwright.sync_api import Error

FILES = (
    "tests/e2e/",
    "tests/pyodide/",
    "tests/build/test_boot.py",
    "tests/build/test_pyscript.py",
    "tests/build/test_snapshot.py",
    "tests/build/test_sparing.py",
)

CHROMIUM_ONLY = {
    "Firefox keeps no page that was left with a line open": (
        "test_a_call_ends_with_its_page",
        "test_a_chat_comes_back_with_its_page",
    ),
    "an input method and a finger are played over CDP": (
        "test_enter_in_the_browser_s_own_composition",
        "test_a_button_held_by_a_thumb",
    ),
    "Playwright can't tell Firefox what the visitor's system is like": (
        "test_light_or_dark_as_the_visitor_s_system_is",
        "test_nothing_moves_where_the_visitor_wants_none",
    ),
    "over BiDi, Playwright touches each page as it opens it": (
        "test_a_browser_that_plays_nothing_before_a_touch",
        "test_before_anybody_touched_the_page",
    ),
    "Firefox goes from a page's last button on to its own, whence no test gets the focus back": (
        "test_an_attribute_opens_a_dialog_that_holds_the_focus_and_calls_nobody",
    ),
    "a track's listeners hear nothing of an event that a script made": (
        "media.a_lost_device_is_told_to_the_last_who_asked",
        "media.a_device_that_the_system_silences_is_told",
    ),
}

REMARKS = (
    "Firefox can’t establish a connection",
    "The Same Origin Policy disallows",
    "The connection to ",
    "The page’s settings blocked",
)


def is_raised(error: Error) -> bool:
    """Whether a script raised it: Firefox's remarks on the network and on policies come as if."""
    return not str(error).startswith(REMARKS)


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others out of the collection."""
    config.hook.pytest_deselected(items=[item for item in items if not _is_ours(item)])
    items[:] = filter(_is_ours, items)


def _is_ours(item: pytest.Item) -> bool:
    others = chain.from_iterable(CHROMIUM_ONLY.values())
    return item.nodeid.startswith(FILES) and not any(other in item.name for other in others)
