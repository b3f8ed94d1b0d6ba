"""Everything but browser/ runs on plain CPython: nothing there reaches for the browser."""

import subprocess
import sys

import pytest

ROOMS = ["errors", "options", "spelling", "protocol", "state", "sessions"]
ASK = """
import importlib, sys
importlib.import_module("web_client.{room}")
print(sorted({{name.split(".")[0] for name in sys.modules}} & {{"js", "pyodide", "pyscript"}}))
print(sorted(name for name in sys.modules if name.startswith("web_client.browser")))
"""


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_reaches_for_the_browser(room: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", ASK.format(room=room)], capture_output=True, text=True, check=True
    )
    assert asked.stdout.split("\n")[:2] == ["[]", "[]"]
