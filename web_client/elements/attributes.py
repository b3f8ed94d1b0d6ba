"""What a page can say to an element: one table that feeds the shell, the code and the tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attribute:
    """One HTML attribute. `default` is what its absence means (None: nothing is said)."""

    name: str
    default: str | None
    about: str


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything by which a page reaches one element (3-elements). Names as pages write them."""

    tag: str
    attributes: tuple[Attribute, ...]
    properties: tuple[str, ...]
    methods: tuple[str, ...]
    events: tuple[str, ...]
