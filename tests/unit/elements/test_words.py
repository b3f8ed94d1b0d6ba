"""The words of the elements: complete in every language, and the page's own before all."""

import re
from dataclasses import asdict
from inspect import isclass

import pytest

from tests.unit.elements.conftest import FakeHost
from web_client import errors
from web_client.elements.labels import ENGLISH, LANGUAGES, labels_in, problem_in, reworded
from web_client.elements.orb.element import OrbElement
from web_client.elements.settings import InvalidSetting

OTHERS = [code for code in LANGUAGES if code != "en"]
UNWORDED = {
    errors.ServerError.code,  # the server says it, in its own words
    errors.SessionDestroyed.code,  # nobody looks any more
}
CODES = {InvalidSetting.code} | {
    value.code
    for value in vars(errors).values()
    if isclass(value) and issubclass(value, errors.SessionError)
}


@pytest.mark.parametrize("code", OTHERS)
def test_every_word_is_translated_with_all_it_names(code: str) -> None:
    spoken = asdict(labels_in(code))
    for key, english in asdict(ENGLISH).items():
        assert spoken[key] != english, key
        if key.startswith("error_"):
            continue
        assert set(re.findall(r"{\w+}", spoken[key])) == set(re.findall(r"{\w+}", english)), key


def test_what_is_said_of_an_error_goes_by_its_code() -> None:
    worded = {key.removeprefix("error_") for key in asdict(ENGLISH) if key.startswith("error_")}
    assert worded == CODES - UNWORDED


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("code", sorted(CODES - UNWORDED))
def test_every_error_is_a_sentence_in_every_language(language: str, code: str) -> None:
    said = problem_in(labels_in(language), code, "Our own words.", name="Mara")
    assert said.endswith(".")
    assert "{" not in said
    assert said != "Our own words."
    assert problem_in(ENGLISH, code, "Our own words.", name="Mara") == "Our own words."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [*sorted(UNWORDED), None, "unheard_of"])
def test_what_has_no_words_of_ours_is_shown_as_it_is_said(language: str, code: str | None) -> None:
    assert problem_in(labels_in(language), code, "Ask {name}.", name="Mara") == "Ask {name}."


@pytest.mark.parametrize("language", OTHERS)
def test_the_page_s_own_reason_for_giving_no_token_is_not_lost(language: str) -> None:
    said = problem_in(labels_in(language), "token_refused", "Only for {name}.", name="Mara")
    assert said.endswith(": Only for {name}.")


def test_the_page_words_an_error_in_any_language() -> None:
    own = {"errorTimedOut": "{name} is slow: {reason}", "errorIceFailed": ""}
    for language in LANGUAGES:
        labels = reworded(labels_in(language), own)
        assert (
            problem_in(labels, "timed_out", "Too late.", name="Mara") == "Mara is slow: Too late."
        )
        assert problem_in(labels, "ice_failed", "No way.", name="Mara") == "No way."


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
