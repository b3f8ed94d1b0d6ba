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
from dataclasses import dataclass, is_dataclass
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
        _bare(ENVIRONMENT.get_template(included or ""))
    return _bare(ENVIRONMENT.from_string(source))


def _bare(source: Template) -> Template:
    """Without Jinja's globals (`range`, `cycler`…): none of ours names one, and they would be
    copied for every rendering."""
    source.globals = {}
    return source


def block(source: Template, name: str, **values: object) -> str:
    """The HTML of one block of a template, alone."""
    return "".join(source.blocks[name](source.new_context(values)))


class Regions:
    """The regions of one template as they stand on the page: its blocks, but for `without`.

    Where views are `frozen` all the way down, a block is rendered only when something that it
    read of the view, or of a part of it, has become another: a word doesn't cost all blocks of
    an element.
    """

    def __init__(self, source: Template, without: str = "", *, frozen: bool = True) -> None:
        self._template = source
        self._names = [name for name in source.blocks if name != without]
        self._frozen = frozen
        self._read: dict[str, _Read] = {}
        self._shown: dict[str, str] = {}

    def changed(self, view: object) -> Iterator[tuple[str, str]]:
        """Render with `view`; yield `(name, html)` of the blocks that became others."""
        for name in self._names:
            if name in self._read and self._read[name].is_the_same(view):
                continue
            read = _Read(view)
            html = block(self._template, name, view=_Reader(read) if self._frozen else view)
            if self._frozen:
                self._read[name] = read
            if self._shown.get(name) != html:
                self._shown[name] = html
                yield name, html


class _Read:
    """What was read: a value, and of a view that was looked into, those of its `parts` alone."""

    __slots__ = ("parts", "value")

    def __init__(self, value: object) -> None:
        self.value = value
        self.parts: dict[str, _Read] = {}

    def is_the_same(self, value: object) -> bool:
        """Whether who reads the same of `value` would find nothing new."""
        if value is self.value:
            return True
        if not self.parts or type(value) is not type(self.value):
            return value == self.value
        for name, part in self.parts.items():
            now = getattr(value, name)
            if now is not part.value and not part.is_the_same(now):
                return False
        return True


class _Reader:
    """Gives what a view has, and notes it."""

    __slots__ = ("_read",)

    def __init__(self, read: _Read) -> None:
        self._read = read

    def __getattr__(self, name: str) -> object:
        parts = self._read.parts
        part = parts.get(name)
        if part is None:
            part = parts[name] = _Read(getattr(self._read.value, name))
        return _Reader(part) if is_dataclass(part.value) else part.value


class Item(Protocol):
    """Anything that has an id of its own: a message."""

    @property
    def id(self) -> int: ...


AnItem = TypeVar("AnItem", bound=Item)


OPEN_END: Final = "<template data-open></template>"
"""Stands in a row that grows, between what is settled of it and its open end."""

CUT: Final = ("<span data-cut>", "</span>")
"""Around what is not settled of the last line of a row that grows."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What is new in a row that is shown already: `settled` goes before `OPEN_END`, `open_end`
    takes the place of all that stands behind it; `is_in_line`: the same of `CUT`."""

    settled: str
    open_end: str
    is_in_line: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What goes on at the end of the last text of a row: `text` as it is, no markup."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One changed row of a list: another `html`, or what it has grown by.

    Without either the row is gone. `after` is the id of the row before it, None for the first:
    where a row that is new belongs.
    """

    id: int
    html: str
    after: int | None
    grown: Growth | Words | None = None


class Rows(Generic[AnItem]):
    """A list on the page whose items are immutable: a row is rendered when its item is unequal.

    A new word costs one rendered row, and a look at what the list doesn't share with the one
    before: of a session's `Messages` the same at the first message and at the thousandth.
    """

    def __init__(
        self,
        render: Callable[[AnItem], str],
        grow: Callable[[AnItem, AnItem], Growth | Words | None] = lambda _was, _item: None,
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
        after = items[start - 1].id if start else None
        if start and len(before) == len(items) == start + 1 and before[start].id == items[start].id:
            # A word or a token: there is nothing to be looked for.
            if before[start] != items[start]:
                yield self._row(before[start], items[start], after)
        else:
            yield from self._compared(before[start:], items[start:], after, again)
        self._before = items  # only now: a row that could not be rendered is tried again

    def _compared(
        self,
        before: Sequence[AnItem],
        items: Sequence[AnItem],
        after: int | None,
        again: Callable[[AnItem], bool] | None,
    ) -> Iterator[Row]:
        shown = {item.id: item for item in before}
        for gone in shown.keys() - {item.id for item in items}:
            yield Row(gone, "", None)
        for item in items:
            was = shown.get(item.id)
            if (was is not item and was != item) or (again is not None and again(item)):
                yield self._row(was, item, after)
            after = item.id

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
