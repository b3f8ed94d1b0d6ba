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

CHROMIUM_ONLY = {
    "test_a_call_ends_with_its_page": "a page is kept by a switch of Chromium's",
    "test_a_chat_comes_back_with_its_page": "the same",
    "test_enter_in_the_browser_s_own_composition": "an input method is played over CDP",
}


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the others out of the collection."""
    config.hook.pytest_deselected(items=[item for item in items if not _is_ours(item)])
    items[:] = filter(_is_ours, items)


def _is_ours(item: pytest.Item) -> bool:
    name = item.nodeid.split("::")[-1]
    return item.nodeid.startswith(FILES) and name.partition("[")[0] not in CHROMIUM_ONLY
