"""An agent's Markdown while it streams: a token costs what it changes, and no more.

**Blocks.** A reply is parsed from its last block on. All blocks before it are settled: CommonMark
closes a block when the next begins, and nothing that follows opens it again. (That the next has
begun is sure once its first line is whole: a dash may become a rule, or words.) A paragraph is
settled by the empty line behind it.

**The line.** Most tokens go on in the last line of a paragraph, of an item or of a cell. Blocks
can't change by that (see `Line`), so that line alone is read on; and of it only what stands behind
the last space up to which all marks have found their other half: no emphasis, link or code that
begins before it can end behind it.

**Words.** Letters behind a letter have no meaning in Markdown. These are not parsed at all, and on
the page they are put at the end of its text, which somebody may be marking.
"""

import re
from collections import ChainMap
from collections.abc import Sequence
from typing import Any, Final

from markdown_it.token import Token
from markupsafe import Markup

from web_client.elements.line import Inline, Line, line_of
from web_client.elements.markdown import LONGEST, PARSER, markdown
from web_client.elements.render import CUT, OPEN_END, Growth, Words

_CLOSED_BY_AN_EMPTY_LINE: Final = frozenset({"paragraph_open", "table_open"})
_CLOSED_WITH_ITS_LINE: Final = frozenset({"heading_open", "hr"})

_NONE: Final = ("", "")

_FIRST_LINES: Final = {"table_open": 2}
"""How many lines it takes to be sure of a block."""

_TITLE_BEGUN: Final = re.compile(r"^ {0,3}\[.*\n\s*[\"'(]", re.MULTILINE | re.DOTALL)


class Stream:
    """One reply while it streams: `markdown`, at the cost of its last block.

    `grown` is for who has shown the text before: what it has grown by. Only then does a token of
    a long reply cost the page no more than one of a short reply.

    A reference link (`[a]`) whose definition (`[a]: …`) comes only when its block is settled stays
    text until the reply is over: nothing settled is parsed again.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._text = self._settled = self._html = self._open_end = ""
        self._definitions: dict[str, Any] = {}
        self._inline = Inline({})
        self._line: Line | None = None

    def render(self, text: str) -> Markup:
        """`text` is the whole reply so far; one that doesn't go on from before begins anew."""
        return self._rendered(text, "", cut=_NONE)

    def marked(self, text: str) -> Markup:
        """The same with the marks at which it is going to grow."""
        return self._rendered(text, OPEN_END, cut=CUT)

    def _rendered(self, text: str, mark: str, cut: tuple[str, str]) -> Markup:
        if len(text) > LONGEST:
            return markdown(text)
        text = _as_parsed(text)
        if not text.startswith(self._settled):
            self._begin()
        self._read(text)
        return Markup(self._html + mark + self._end(cut))  # noqa: S704 - see markdown.py

    def grown(self, text: str) -> Growth | Words | None:
        """What is new in `text`; None where it is not what was shown before and more."""
        text = _as_parsed(text)
        if len(text) > LONGEST or not text.startswith(self._settled):
            return None
        if self._line is not None and text.startswith(self._text):
            new, end, _ = text[len(self._text) :].partition("\n")
            if self._line.takes(new):
                grown = self._line.grown(new)
                if not end:
                    self._text = text
                    return grown
        return Growth(self._read(text), self._end(CUT))

    def _end(self, cut: tuple[str, str]) -> str:
        """The HTML of what is not settled."""
        return self._open_end if self._line is None else self._line.html(cut)

    def _read(self, text: str) -> str:
        """Take in this text; the HTML of what has been settled by it."""
        self._text, rest = text, text[len(self._settled) :]
        found: dict[str, Any] = {}
        env = {"references": ChainMap(found, self._definitions)}
        tokens: list[Token] = []
        PARSER.block.parse(rest, PARSER, env, tokens)
        if self._line is not None:
            self._line.leave()
        self._inline = self._inline.next(env)
        lines = rest.split("\n")
        first, line = _settled_blocks(tokens, lines)
        settled = self._inline.blocks(tokens[:first])
        self._line = None if found else line_of(tokens[first:], lines[-1], self._inline)
        self._open_end = "" if self._line else self._inline.blocks(tokens[first:])
        self._settle(lines[:line], settled)
        self._definitions |= {
            label: entry for label, entry in found.items() if entry["map"][0] < line
        }
        return settled

    def _settle(self, lines: Sequence[str], html: str) -> None:
        self._settled += "".join(f"{line}\n" for line in lines)
        self._html += html


def _as_parsed(text: str) -> str:
    """With the ends of lines, and the character zero, as the parser takes them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "�")


def _settled_blocks(tokens: Sequence[Token], lines: Sequence[str]) -> tuple[int, int]:
    """How many of the tokens are settled, and of the lines."""
    whole, end = len(lines) - 1, len(tokens)
    for index in range(end - 1, -1, -1):
        token = tokens[index]
        if token.level or token.nesting < 0 or not token.map:
            continue
        if _is_closed(token.type, token.map[1], lines):
            settled = end, token.map[1]
        elif token.map[0] + _FIRST_LINES.get(token.type, 1) <= whole:
            settled = index, token.map[0]
        else:
            settled = 0, 0
        if any(settled) and not _in_a_title(lines, settled[1]):
            return settled
        end = index
    return 0, 0


def _in_a_title(lines: Sequence[str], place: int) -> bool:
    """Whether a definition above may go on here, in a title that takes several lines."""
    if _is_empty(lines, place):
        return False
    empty = (line for line in range(place - 1, -1, -1) if _is_empty(lines, line))
    begins = next(empty, -1) + 1
    return _TITLE_BEGUN.search("\n".join(lines[begins : place + 1])) is not None


def _is_closed(kind: str, next_line: int, lines: Sequence[str]) -> bool:
    """Whether nothing that follows can become part of this block."""
    if kind in _CLOSED_WITH_ITS_LINE:
        return next_line < len(lines)
    return kind in _CLOSED_BY_AN_EMPTY_LINE and _is_empty(lines, next_line)


def _is_empty(lines: Sequence[str], place: int) -> bool:
    """Whether there is nothing in that line, nor will be: the last one may go on."""
    return place < len(lines) - 1 and not lines[place].strip(" \t")
