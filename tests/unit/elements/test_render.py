"""Only what changed is handed to the page."""

from dataclasses import dataclass

import pytest
from jinja2 import UndefinedError

from web_client.elements.render import ENVIRONMENT, Regions, Row, Rows
from web_client.state.messages import Messages


@dataclass(frozen=True)
class Line:
    id: int
    text: str


@dataclass(frozen=True)
class View:
    title: str
    body: str


@dataclass(frozen=True)
class Whole:
    part: View | None


TWO = (
    "<h1>{% block title %}{{ view.title }}{% endblock %}</h1>"
    "{% block body %}{{ view.body }}{% endblock %}"
)
NOTING = (
    "{% block title %}{% if view.title %}{{ note('title') }}{% endif %}{% endblock %}"
    "{% block body %}{{ note(view.body) }}{% endblock %}"
)


def test_a_region_is_rendered_when_its_html_is_new() -> None:
    regions = Regions(ENVIRONMENT.from_string(TWO))
    assert dict(regions.changed(View("a", "b"))) == {"title": "a", "body": "b"}
    assert dict(regions.changed(View("a", "<i>"))) == {"body": "&lt;i&gt;"}
    assert dict(regions.changed(View("a", "<i>"))) == {}


@pytest.mark.parametrize(("frozen", "drawn"), [(True, ["title"]), (False, ["title", "body"])])
def test_a_block_is_rendered_when_what_it_reads_has_become_another(
    frozen: bool, drawn: list[str]
) -> None:
    rendered: list[str] = []

    def note(block: str) -> str:
        rendered.append(block)
        return block

    template = ENVIRONMENT.from_string(NOTING, {"note": note})
    regions = Regions(template, frozen=frozen)
    assert dict(regions.changed(View("", "body"))) == {"title": "", "body": "body"}
    rendered.clear()
    assert dict(regions.changed(View("a", "body"))) == {"title": "title"}
    assert rendered == drawn


def test_of_a_part_that_counts_which_a_block_reads() -> None:
    rendered: list[str] = []

    def note(text: str) -> str:
        rendered.append(text)
        return text

    blocks = (
        "{% block title %}{% if view.part %}{{ note(view.part.title) }}{% endif %}{% endblock %}"
        "{% block body %}{{ note(view.part.body) if view.part else 'none' }}{% endblock %}"
    )
    regions = Regions(ENVIRONMENT.from_string(blocks, {"note": note}))
    assert dict(regions.changed(Whole(View("a", "b")))) == {"title": "a", "body": "b"}
    assert dict(regions.changed(Whole(View("a", "c")))) == {"body": "c"}
    assert rendered == ["a", "b", "c"]
    assert dict(regions.changed(Whole(None))) == {"title": "", "body": "none"}
    assert dict(regions.changed(Whole(View("a", "b")))) == {"title": "a", "body": "b"}


def test_a_misspelt_field_is_an_error() -> None:
    regions = Regions(ENVIRONMENT.from_string("{% block a %}{{ view.titel }}{% endblock %}"))
    with pytest.raises(UndefinedError, match="titel"):
        list(regions.changed(View("a", "b")))


def test_one_new_word_is_one_rendered_row() -> None:
    rendered: list[int] = []

    def render(line: Line) -> str:
        rendered.append(line.id)
        return line.text

    rows = Rows(render)
    lines = [Line(number, str(number)) for number in range(1000)]
    assert len(list(rows.changed(Messages.of(lines)))) == 1000
    rendered.clear()
    lines[500] = Line(500, "other")
    assert list(rows.changed(Messages.of(lines))) == [Row(500, "other", after=499)]
    assert rendered == [500]


def test_history_goes_in_front() -> None:
    rows: Rows[Line] = Rows(lambda line: line.text)
    now = Line(1, "now")
    assert list(rows.changed(Messages.of([now]))) == [Row(1, "now", after=None)]
    before = [Line(2, "a"), Line(3, "b")]
    assert list(rows.changed(Messages.of([*before, now]))) == [Row(2, "a", None), Row(3, "b", 2)]


def test_a_row_that_could_not_be_rendered_is_tried_again_with_all_behind_it() -> None:
    def render(line: Line) -> str:
        if broken:
            raise ValueError(line.text)
        return line.text

    rows = Rows(render)
    lines = Messages.of([Line(1, "a"), Line(2, "b")])
    broken = True
    with pytest.raises(ValueError, match="a"):
        list(rows.changed(lines))
    broken = False
    assert list(rows.changed(lines)) == [Row(1, "a", None), Row(2, "b", 1)]


def test_a_row_that_is_gone_is_taken_away() -> None:
    rows: Rows[Line] = Rows(lambda line: line.text)
    kept = Line(2, "b")
    list(rows.changed(Messages.of([Line(1, "a"), kept])))
    assert list(rows.changed(Messages.of([kept]))) == [Row(1, "", after=None)]
