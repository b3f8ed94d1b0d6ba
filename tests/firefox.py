"""What Firefox is tested with: `npm run test:firefox`.

All that needs a browser, but for what is Chromium's alone. That is no part of the run, and why
stands here.
"""

import pytest

FILES = (
    "tests/e2e/",
    "tests/pyodide/",
    "tests/build/test_boot.py",
    "tests/build/test_pyscript.py",
    "tests/build/test_snapshot.py",
    "tests/build/test_sparing.py",
)

SCRIPTED_EVENT = "a track's listeners hear nothing of an event that a script made"
TOUCHED = "over BiDi, Playwright touches each page as it opens it"
CHROMIUM_ONLY = {
    "test_a_call_ends_with_its_page": "a page is kept by a switch of Chromium's",
    "test_a_chat_comes_back_with_its_page": "the same",
    "test_enter_in_the_browser_s_own_composition": "an input method is played over CDP",
    "test_a_browser_that_plays_nothing_before_a_touch": TOUCHED,
    "test_before_anybody_touched_the_page[untouched.sound_is_blocked_until_somebody_touches_the_page]": TOUCHED,
    "test_usual[media.the_filters_are_those_that_were_asked_for]": (
        "the fake microphone has no filters"
    ),
    "test_usual[media.a_lost_device_is_told_to_the_last_who_asked]": SCRIPTED_EVENT,
    "test_usual[media.a_device_that_the_system_silences_is_told]": SCRIPTED_EVENT,
}


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others out of the collection."""
    config.hook.pytest_deselected(items=[item for item in items if not _is_ours(item)])
    items[:] = filter(_is_ours, items)


def _is_ours(item: pytest.Item) -> bool:
    return item.nodeid.startswith(FILES) and item.name not in CHROMIUM_ONLY
