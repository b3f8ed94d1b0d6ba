"""What a page can say to an element: one table that feeds the shell, the code and the tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything by which a page reaches one element (3-elements). Names as pages write them."""

    tag: str
    attributes: tuple[str, ...]
    properties: tuple[str, ...]
    methods: tuple[str, ...]
