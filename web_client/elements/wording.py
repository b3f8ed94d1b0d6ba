"""What an element says, in whose language, and what it calls the agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from web_client.elements.labels import ENGLISH, Labels, fill, labels_in, reworded


@dataclass(frozen=True, slots=True)
class Wording:
    """The words as the page wants them. An empty `given_name` or `label` means the usual one."""

    labels: Labels = ENGLISH
    given_name: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        return self.given_name or self.labels.name

    def say(self, text: str, **values: object) -> str:
        """`text` with the agent's name, and `values`, put in."""
        return fill(text, name=self.name, **values)


@dataclass(slots=True)
class Choice:
    """Which words: the element's own `language` before the page's, and single ones anew."""

    language: str = ""
    page_language: str = ""
    words: Mapping[str, object] = field(default_factory=dict)

    @property
    def labels(self) -> Labels:
        return reworded(labels_in(self.language or self.page_language), self.words)
