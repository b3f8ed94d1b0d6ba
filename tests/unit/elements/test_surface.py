"""The table of what a page can say: complete, and told to its readers as it is."""

from pathlib import Path

import pytest

from tests.unit.elements.conftest import FakeHost
from web_client.elements import surface as table
from web_client.elements.surface import CHAT, HUB, MODAL, ORB, SURFACES, Surface
from web_client.elements.tags import element_class
from web_client.testing import fake_ports

README = Path(table.__file__).parent / "README.md"
of_each = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.tag)


def test_the_reference_says_what_the_table_says() -> None:
    assert README.read_text().endswith(table.reference())


@of_each
def test_every_method_is_there(surface: Surface) -> None:
    element = element_class(surface.tag)(FakeHost(), fake_ports())
    assert set(element._methods()) == set(surface.methods)


@of_each
def test_no_name_is_written_twice(surface: Surface) -> None:
    for names in (surface.attributes, surface.properties, surface.methods, surface.events):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("opener", [ORB, HUB], ids=lambda surface: surface.tag)
@pytest.mark.parametrize("opened", [MODAL, CHAT], ids=lambda surface: surface.tag)
def test_what_an_element_opens_can_be_told_everything(opener: Surface, opened: Surface) -> None:
    by_the_opener_alone = {"open", "no-fab", "auto-call"}
    assert set(opened.attributes) - by_the_opener_alone <= set(opener.attributes)
    assert set(opened.properties) <= set(opener.properties)
    assert set(opened.events) <= set(opener.events)
