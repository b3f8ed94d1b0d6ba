"""The pictures of README.md and of the pages: there, small, and each of them shown somewhere."""

import re

from tests.conftest import ROOT
from tests.e2e.pictures import ALL, LARGEST, PICTURES

READERS = ("README.md", "pages/index.html", "web_client/elements/README.md")
NAMED = re.compile(r"pictures/([\w-]+\.webp)")


def test_they_are_small() -> None:
    sizes = [picture.stat().st_size for picture in PICTURES.iterdir()]
    assert max(sizes) <= LARGEST
    assert sum(sizes) <= ALL


def test_each_is_there_and_shown() -> None:
    shown = {name for reader in READERS for name in NAMED.findall((ROOT / reader).read_text())}
    assert shown == {picture.name for picture in PICTURES.iterdir()}
