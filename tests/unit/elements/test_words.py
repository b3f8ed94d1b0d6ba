"""The words of the elements: complete in every language, and the page's own before all."""

import re
from dataclasses import asdict

import pytest

from tests.unit.elements.conftest import FakeHost
from web_client.elements.labels import ENGLISH, LANGUAGES, labels_in, reworded
from web_client.elements.orb.element import OrbElement

OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_word_is_translated_with_all_it_names(code: str) -> None:
    spoken = asdict(labels_in(code))
    for key, english in asdict(ENGLISH).items():
        assert spoken[key] != english, key
        assert set(re.findall(r"{\w+}", spoken[key])) == set(re.findall(r"{\w+}", english)), key


@pytest.mark.parametrize("tag", ["es", "es-AR", "ES"])
def test_a_language_goes_by_its_first_part(tag: str) -> None:
    assert labels_in(tag).close == "Cerrar"


@pytest.mark.parametrize("tag", ["", "fr", "__init__", "../es"])
def test_what_is_not_spoken_here_is_english(tag: str) -> None:
    assert labels_in(tag) is ENGLISH


async def test_the_element_s_language_comes_before_the_page_s(
    orb: OrbElement, host: FakeHost
) -> None:
    seen = []
    for name, value in (("lang", "de-CH"), ("language", "pt"), ("language", None)):
        orb.attribute(name, value)
        host.paint()
        seen.append(host.regions["press"])
    assert seen == ["Mit Mara sprechen", "Fale com Mara", "Mit Mara sprechen"]


async def test_single_words_stay_the_page_s_own_in_any_language(
    orb: OrbElement, host: FakeHost
) -> None:
    orb.assign("labels", {"talk": "Ring {name}"})
    orb.attribute("language", "es")
    host.paint()
    assert host.regions["press"] == "Ring Mara"


def test_a_word_that_is_none_is_ours() -> None:
    assert reworded(ENGLISH, {"talk": None}) == ENGLISH


async def test_who_has_no_name_is_called_in_the_visitor_s_language(
    orb: OrbElement, host: FakeHost
) -> None:
    orb.attribute("name", None)
    orb.attribute("lang", "de")
    host.paint()
    assert host.regions["press"] == "Mit Assistenz sprechen"
