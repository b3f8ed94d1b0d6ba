"""The languages that a visitor may choose among (3-elements, Languages)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from web_client.elements.base import mapping

_CONFIG: Final = ("voice", "stt", "language")


@dataclass(frozen=True, slots=True)
class Language:
    """One of the page's `languages`. `config`: what it means for a call."""

    code: str
    label: str
    flag: str
    config: Mapping[str, object]


def languages(value: object) -> tuple[Language, ...]:
    """The page's `languages`. Raises TypeError for what is no object of objects."""
    return tuple(_language(code, entry) for code, entry in mapping("languages", value).items())


def _language(code: str, value: object) -> Language:
    entry = mapping(f"languages.{code}", value)
    return Language(
        code=code,
        label=str(entry.get("label") or code),
        flag=str(entry.get("flag") or ""),
        config={key: entry[key] for key in _CONFIG if entry.get(key) is not None},
    )
