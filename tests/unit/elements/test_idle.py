"""What the build gives the shell."""

import json
from html.parser import HTMLParser

from web_client.elements.idle import prerender
from web_client.elements.orb.view import TEMPLATE

IDLE = prerender()["pinecall-orb"]


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def elements() -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(IDLE["html"])
    return parser.found


def test_it_is_json() -> None:
    assert json.loads(json.dumps(prerender())) == prerender()


def test_every_region_of_the_template_has_its_place() -> None:
    places = {attributes.get("data-region") for _, attributes in elements()} - {None}
    assert places == set(TEMPLATE.blocks)


def test_it_works_under_a_strict_policy() -> None:
    """No inline style, no handler, no script (5-facts, 5.4)."""
    for tag, attributes in elements():
        assert tag not in ("script", "style", "link")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert "url(" not in IDLE["css"]


def test_the_orb_is_a_real_button_with_a_name_and_a_live_region() -> None:
    assert [tag for tag, _ in elements()].count("button") == 1
    assert "Talk to Agent" in IDLE["html"]
    assert [a for _, a in elements() if a.get("role") == "status"]


def test_the_shell_knows_the_words_and_the_names() -> None:
    assert IDLE["words"]["talk"] == "Talk to {name}"
    assert {"agent", "server", "name", "label", "preset"} <= set(IDLE["attributes"])
    assert {"tokenProvider", "config", "theme"} <= set(IDLE["properties"])
    assert {"connect", "disconnect", "setContext", "getState"} <= set(IDLE["methods"])
    assert isinstance(IDLE["state"], dict)
    assert IDLE["state"]["status"] == "idle"
