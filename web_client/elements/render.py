"""Rendering: templates, and which parts of the page they change (0-design; 6-faults, "The page").

A template is written once, as the whole markup of an element. Its **blocks are its regions**:
each stands inside a node `data-region="…"` of the same name, and is rendered alone when the
state changes. Only a region whose HTML is new is handed to the page, so what has the focus,
what is being typed and how far the reader has scrolled are never touched.

Text from the agent, from tools and from the person is data: autoescape is on for every
template, and `StrictUndefined` turns a misspelt field into an error instead of a blank.
"""

import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from jinja2.meta import find_referenced_templates

from web_client.state.messages import Messages


def resource(package: str, name: str) -> str:
    """The text of a file that lies in `package`, also inside a zip. Raises FileNotFoundError."""
    content = pkgutil.get_data(package, name)
    if content is None:
        raise FileNotFoundError(f"{package} has no {name}")
    return content.decode()


def _included(name: str) -> str:
    return resource("web_client.elements", name)


ENVIRONMENT = Environment(
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    loader=FunctionLoader(_included),
)
"""`{% include "orb/ball.html.j2" %}` is a file below this folder."""


def template(package: str, name: str = "template.html.j2") -> Template:
    """The template that lies in `package`, and what it includes: there will be no file to read
    any more where Python starts from a snapshot."""
    source = resource(package, name)
    for included in find_referenced_templates(ENVIRONMENT.parse(source)):
        ENVIRONMENT.get_template(included or "")
    return ENVIRONMENT.from_string(source)


def block(source: Template, name: str, **values: object) -> str:
    """The HTML of one block of a template, alone."""
    return "".join(source.blocks[name](source.new_context(values)))


class Regions:
    """The regions of one template as they stand on the page: its blocks, but for `without`."""

    def __init__(self, source: Template, without: str = "") -> None:
        self._template = source
        self._names = [name for name in source.blocks if name != without]
        self._shown: dict[str, str] = {}

    def changed(self, view: object) -> Iterator[tuple[str, str]]:
        """Render every block with `view`; yield `(name, html)` of those that became others."""
        for name in self._names:
            html = block(self._template, name, view=view)
            if self._shown.get(name) != html:
                self._shown[name] = html
                yield name, html


class Item(Protocol):
    """Anything that has an id of its own: a message."""

    @property
    def id(self) -> int: ...


AnItem = TypeVar("AnItem", bound=Item)


OPEN_END: Final = "<template data-open></template>"
"""Stands in a row that grows, between what is settled of it and its open end."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What is new in a row that is shown already: `settled` goes before `OPEN_END`, `open_end`
    takes the place of all that stands behind it."""

    settled: str
    open_end: str


@dataclass(frozen=True, slots=True)
class Row:
    """One changed row of a list: another `html`, or what it has grown by.

    Without either the row is gone. `after` is the id of the row before it, None for the first:
    where a row that is new belongs.
    """

    id: int
    html: str
    after: int | None
    grown: Growth | None = None


class Rows(Generic[AnItem]):
    """A list on the page whose items are immutable: a row is rendered when its item is unequal.

    A new word costs one rendered row, and a look at what the list doesn't share with the one
    before: of a session's `Messages` the same at the first message and at the thousandth.
    """

    def __init__(
        self,
        render: Callable[[AnItem], str],
        grow: Callable[[AnItem, AnItem], Growth | None] = lambda _was, _item: None,
    ) -> None:
        """`grow` says what an item has grown by since it was drawn, if it is no more than that."""
        self._render = render
        self._grow = grow
        self._before: Sequence[AnItem] = ()

    def changed(
        self, items: Sequence[AnItem], again: Callable[[AnItem], bool] | None = None
    ) -> Iterator[Row]:
        """Yield the rows that are gone, then those that are new or others, in list order; and,
        at the price of a look at every item, those that are to be drawn `again`."""
        before = self._before
        start = shared(before, items) if again is None else 0
        shown = {item.id: item for item in before[start:]}
        rest = items[start:]
        for gone in shown.keys() - {item.id for item in rest}:
            yield Row(gone, "", None)
        after = items[start - 1].id if start else None
        for item in rest:
            was = shown.get(item.id)
            if (was is not item and was != item) or (again is not None and again(item)):
                yield self._row(was, item, after)
            after = item.id
        self._before = items  # only now: a row that could not be rendered is tried again

    def _row(self, was: AnItem | None, item: AnItem, after: int | None) -> Row:
        grown = None if was is None else self._grow(was, item)
        return Row(item.id, "" if grown else self._render(item), after, grown)


def shared(before: Sequence[object], items: Sequence[object]) -> int:
    """How many items at the beginning are the same."""
    if isinstance(before, Messages) and isinstance(items, Messages):
        return items.shared(before)
    pairs = enumerate(zip(before, items, strict=False))
    different = (place for place, (one, other) in pairs if one is not other and one != other)
    return next(different, min(len(before), len(items)))
