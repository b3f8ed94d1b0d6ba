"""What the build gives the shell."""

import json
from html.parser import HTMLParser

import pytest

from web_client.elements.chat.view import TEMPLATE as CHAT_TEMPLATE
from web_client.elements.hub.view import TEMPLATE as HUB_TEMPLATE
from web_client.elements.idle import prerender
from web_client.elements.modal.view import TEMPLATE as MODAL_TEMPLATE
from web_client.elements.orb.view import TEMPLATE as ORB_TEMPLATE
from web_client.elements.surface import SURFACES, Surface
from web_client.elements.widget.view import TEMPLATE as WIDGET_TEMPLATE

SHELL = prerender()
LOOKS = SHELL["elements"]
TEMPLATES = {
    "pinecall-orb": ORB_TEMPLATE,
    "pinecall-chat": CHAT_TEMPLATE,
    "pinecall-hub": HUB_TEMPLATE,
    "pinecall-modal": MODAL_TEMPLATE,
    "pinecall-widget": WIDGET_TEMPLATE,
}
of_each = pytest.mark.parametrize("tag", LOOKS)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def elements(tag: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(LOOKS[tag]["html"])
    return parser.found


def test_it_is_json() -> None:
    assert json.loads(json.dumps(SHELL)) == SHELL


@of_each
def test_every_region_of_the_template_has_its_place(tag: str) -> None:
    places = {attributes.get("data-region") for _, attributes in elements(tag)} - {None}
    assert places - {"panel"} == set(TEMPLATES[tag].blocks)


@of_each
def test_it_works_under_a_strict_policy(tag: str) -> None:
    """No inline style, no handler, no script (5-facts, 5.4)."""
    for name, attributes in elements(tag):
        assert name not in ("script", "style", "link")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert "url(" not in LOOKS[tag]["css"] + SHELL["css"]


@of_each
def test_at_rest_there_is_one_real_button_with_a_name_and_a_live_region(tag: str) -> None:
    assert [name for name, _ in elements(tag)].count("button") == 1
    assert [a for name, a in elements(tag) if name == "button" and a["data-act"]]
    assert "to Agent" in LOOKS[tag]["html"] or "with Agent" in LOOKS[tag]["html"]
    assert [a for _, a in elements(tag) if a.get("role") == "status"]


@of_each
def test_the_shell_has_the_words_it_says_in_every_language(tag: str) -> None:
    assert set(SHELL["words"]) == {"en", "es", "de", "pt"}
    for words in SHELL["words"].values():
        assert {*LOOKS[tag]["says"].values(), "name", "loading", "boot_failed"} <= set(words)


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.tag)
def test_the_shell_knows_every_name_of_the_table(surface: Surface) -> None:
    look = LOOKS[surface.tag]
    assert tuple(look["attributes"]) == surface.attributes
    assert tuple(look["properties"]) == surface.properties
    assert tuple(look["methods"]) == surface.methods
    if "getState" in surface.methods:
        assert isinstance(look["state"], dict)
        assert look["state"]["status"] == "idle"
