"""The line in which a reply goes on, and the text of blocks (see streaming.py)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from web_client.elements.markdown import PARSER
from web_client.elements.render import Growth, Words

_WORDS: Final = re.compile(r"[^\W\d_]*(?: [^\W\d_]+)*")

_STAYS: Final = re.compile(r"(?:[*_]{1,2}|`{1,2}|~~)?(?:[^\s\d#>\-+*_=`~|:\x00-\x1f]|\d+[^\d.)])")
"""A line that begins like this is text and nothing else, whatever follows in it."""
_NO_DEFINITION: Final = re.compile(r"(?!\[)|\[[^\[\]\\]*\][^:]")

_LIVE: Final = re.compile(r"[`\[]|~~|(?<![ \n])\*|\*(?![ \n])|(?<![^\W_])_|_(?![^\W_])")
"""What may find its other half in what follows."""
_SPACE: Final = re.compile(r"[ \n](?=\S)")

_GOES_ON: Final = re.compile(r"[^\n]*")
_GOES_ON_IN_A_CELL: Final = re.compile(r"(?:[^|\\`\s]| )*")

_BEHIND: Final = frozenset(
    {"paragraph_close", "list_item_close", "bullet_list_close", "ordered_list_close"}
) | {"blockquote_close"}
_BEHIND_A_CELL: Final = frozenset(
    {"inline", "td_open", "td_close", "tr_close", "tbody_close", "table_close"}
)
_PLACE: Final = "\0"


class Inline:
    """The text within blocks as HTML. What `next` needs again of it is not parsed again."""

    def __init__(self, env: dict[str, Any], before: dict[str, str] | None = None) -> None:
        self._env = env
        self._before = before or {}
        self._now: dict[str, str] = {}

    def next(self, env: dict[str, Any]) -> "Inline":
        """For the same text and more."""
        return Inline(env, self._now if _links(env) == _links(self._env) else None)

    def blocks(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            if token.type == "inline" and not token.children:
                token.children = [Token("html_inline", "", 0, content=self.html(token.content))]
        return self._rendered(tokens)

    def html(self, text: str) -> str:
        html = self._now.get(text) or self._before.get(text)
        self._now[text] = html = self.drawn(self.parsed(text)) if html is None else html
        return html

    def learn(self, text: str, html: str) -> None:
        """It was read bit by bit."""
        self._now[text] = html

    def parsed(self, text: str) -> list[Token]:
        return PARSER.parseInline(text, self._env)[0].children or []

    def drawn(self, tokens: list[Token]) -> str:
        return self._rendered([Token("inline", "", 0, children=tokens)])

    def _rendered(self, tokens: Sequence[Token]) -> str:
        html: str = PARSER.renderer.render(tokens, PARSER.options, self._env)
        return html


def _links(env: dict[str, Any]) -> dict[str, tuple[str, str]]:
    references = env.get("references", {})
    return {label: (each["href"], each["title"]) for label, each in references.items()}


@dataclass(frozen=True, slots=True)
class Around:
    """The markup before a line and behind it, and what it takes without a change of that."""

    before: str
    behind: str
    takes: re.Pattern[str]


class Line:
    """The text that goes on.

    On the page `_done` is settled, and `CUT` stands around the rest: `_kept`, which is done with
    as well, and `_tail`, which is read again when more comes.
    """

    def __init__(self, inline: Inline, source: str, around: Around) -> None:
        self._inline = inline
        self._around = around
        self._whole = self._source = source
        self._done = self._cut()
        self._kept = ""

    def html(self, cut: tuple[str, str]) -> str:
        begin, end = cut
        inner = self._done + begin + self._kept + self._tail + end
        return self._around.before + inner + self._around.behind

    def leave(self) -> None:
        """What follows stands elsewhere; this is part of it."""
        self._inline.learn(self._whole.rstrip(), self._done + self._kept + self._tail)

    def takes(self, new: str) -> bool:
        """Whether `new` goes on in this line."""
        return self._around.takes.fullmatch(new) is not None

    def grown(self, new: str) -> Growth | Words:
        self._whole += new
        self._source += new
        if self._is_words(new):
            self._tail += new
            return Words(new)
        was = self._kept + self._tail
        self._kept += self._cut()
        now = self._kept + self._tail
        if (text := _gone_on(was, now)) is not None:
            return Words(text)
        settled, self._done, self._kept = self._kept, self._done + self._kept, ""
        return Growth(settled, self._tail, is_in_line=True)

    def _is_words(self, new: str) -> bool:
        """An address that stands there may be going on as well."""
        old = self._source[: len(self._source) - len(new)]
        in_words = self._tail and self._tail[-1].isalpha() and self._tail[-1] == old[-1]
        return bool(in_words and "://" not in self._tail and _WORDS.fullmatch(new))

    def _cut(self) -> str:
        """Read the source; the HTML of what is done with, which it loses."""
        shown = self._source.rstrip()
        tokens = self._inline.parsed(shown)
        place = _end_of_done(tokens, shown)
        if place is None:
            self._tail = self._inline.drawn(tokens)
            return ""
        text = tokens[-1].content
        self._tail = escapeHtml(text[place:])
        self._source = self._source[len(shown) - len(text) + place :]
        return self._inline.drawn(tokens[:-1]) + escapeHtml(text[:place])


def _end_of_done(tokens: Sequence[Token], source: str) -> int | None:
    """Up to where in the last text nothing can be changed by what follows."""
    if not tokens or tokens[-1].type != "text" or not source.endswith(tokens[-1].content):
        return None
    if any(_LIVE.search(token.content) for token in tokens[:-1] if token.type == "text"):
        return None
    text = tokens[-1].content
    live = _LIVE.search(text)
    end = live.start() + 1 if live else len(text)
    spaces = [found.end() for found in _SPACE.finditer(text, 0, end)]
    begins = len(tokens) > 1 and tokens[-2].type in ("softbreak", "hardbreak")
    return spaces[-1] if spaces else 0 if begins else None


def _gone_on(was: str, now: str) -> str | None:
    """What the text at the end of `was` goes on with in `now`, if that is text behind text."""
    new = now[len(was) :]
    if now.startswith(was) and was and was[-1] != ">" and "<" not in new:
        return unescape(new)
    return None


def line_of(tokens: Sequence[Token], line: str, inline: Inline) -> Line | None:
    """The line that a reply goes on in, if these are its last blocks and this its last line;
    None where what follows may change the blocks."""
    place = _last_text(tokens)
    if place is None:
        return None
    source, is_cell = tokens[place].content, tokens[place - 1].type == "td_open"
    stays = _is_cell(tokens[:place], line) if is_cell else _is_text(source)
    shown = line.rstrip()
    if not stays or not shown.endswith(source.rpartition("\n")[2]):
        return None
    tokens[place].children = [Token("html_inline", "", 0, content=_PLACE)]
    before, _, behind = inline.blocks(tokens).partition(_PLACE)
    takes = _GOES_ON_IN_A_CELL if is_cell else _GOES_ON
    return Line(inline, source + line[len(shown) :], Around(before, behind, takes))


def _is_text(source: str) -> bool:
    last = source.rpartition("\n")[2]
    return _STAYS.match(last) is not None and _NO_DEFINITION.match(source) is not None


def _is_cell(tokens: Sequence[Token], line: str) -> bool:
    """Whether the cell that these lead up to is the last in this line."""
    if not line.startswith("|") or "\\" in line or "`" in line:
        return False
    types = [token.type for token in tokens]
    row = len(types) - types[::-1].index("tr_open")
    return types[row:].count("td_open") == line.count("|")


def _last_text(tokens: Sequence[Token]) -> int | None:
    """Where the last text stands, if only the ends of blocks follow, or empty cells."""
    texts = (
        place for place, token in enumerate(tokens) if token.type == "inline" and token.content
    )
    place = max(texts, default=None)
    if place is None:
        return None
    behind = _BEHIND_A_CELL if tokens[place - 1].type == "td_open" else _BEHIND
    return place if all(token.type in behind for token in tokens[place + 1 :]) else None
