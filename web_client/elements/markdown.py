"""An agent's text as Markdown: markup that can hold nothing but what stands in this file.

markdown-it-py parses, with HTML off: what looks like markup in a message is text. Links go to
`SCHEMES` alone, in a window of their own that knows nothing of this page. A picture would tell
its host what was read and when, so it is a link instead.

A reply that streams is parsed from its last block on. All blocks before it are settled:
CommonMark closes a block when the next begins, and nothing that follows opens it again. (That
the next has begun is sure once its first line is whole: a dash may become a rule, or words.) So
a token costs what its block costs, however long the reply is, and however many there are.

Most tokens are but words that go on in a paragraph: letters behind a letter, to which Markdown
gives no meaning. These are not parsed, and on the page they are put at the end of its text, which
somebody may be marking.
"""

import re
from collections import ChainMap
from collections.abc import Iterator, MutableMapping, Sequence
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

from web_client.elements.render import Growth, Words

SCHEMES: Final = frozenset({"", "http", "https", "mailto", "tel"})
"""Where a link may go; none is a place on the page's own site."""

LONGEST: Final = 100_000
"""Characters that are read as Markdown; what is longer is shown as it is."""

_WORDS: Final = re.compile(r"[^\W\d_]*(?: [^\W\d_]+)*")
_END: Final = "</p>\n"

_BARE: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'*_]")


class Links(RendererHTML):
    """markdown-it's own renderer, but for where links lead and for pictures."""

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        token = tokens[index]
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, index, options, env)

    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        token = tokens[index]
        words = token.content or str(token.attrs.get("src", ""))
        link = _link(str(token.attrs.get("src", "")), words)
        return str(self.render(link, options, env))


def allowed(address: str) -> bool:
    """Whether a link may lead there."""
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


class _Parser(MarkdownIt):
    """markdown-it with our links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the parser's own name for it
        return allowed(url)


def _link(address: str, words: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": address})
    return [opening, Token("text", "", 0, content=words), Token("link_close", "a", -1)]


def _bare_addresses(state: StateCore) -> None:
    """Addresses that stand in the text become links."""
    for block in state.tokens:
        if block.children and "://" in block.content:
            block.children = list(_linked(block.children))


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type.startswith("link_") else 0
        if token.type == "text" and not depth:
            yield from _split(token.content)
        else:
            yield token


def _split(text: str) -> Iterator[Token]:
    end = 0
    for found in _BARE.finditer(text):
        yield Token("text", "", 0, content=text[end : found.start()])
        yield from _link(found[0], found[0])
        end = found.end()
    yield Token("text", "", 0, content=text[end:])


def _parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "maxNesting": 20}
    parser = _Parser("commonmark", options, renderer_cls=Links)
    parser.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    parser.core.ruler.push("bare_addresses", _bare_addresses)
    return parser


_PARSER: Final = _parser()


def markdown(text: str) -> Markup:
    """The whole of a text that won't change any more."""
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(text)
    return Markup(_PARSER.render(text))  # noqa: S704 - see the top of this module


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

    def render(self, text: str, between: str = "") -> Markup:
        """`text` is the whole reply so far; one that doesn't go on from before begins anew.
        `between` goes before its open end."""
        if len(text) > LONGEST:
            return markdown(text)
        text = _lines_ended(text)
        if not text.startswith(self._settled):
            self._begin()
        self._read(text)
        return Markup(self._html + between + self._open_end)  # noqa: S704 - as above

    def grown(self, text: str) -> Growth | Words | None:
        """What is new in `text`; None where it is not what was shown before and more."""
        text = _lines_ended(text)
        if len(text) > LONGEST or not text.startswith(self._settled):
            return None
        if words := self._words(text):
            return words
        was, settled = self._open_end, self._read(text)
        words = None if settled else _gone_on(was, self._open_end)
        return words or Growth(settled, self._open_end)

    def _words(self, text: str) -> Words | None:
        """What `text` goes on with, if that is words in the paragraph that was shown last. An
        address that stands there may be going on as well."""
        shown, new = self._open_end.removesuffix(_END), text[len(self._text) :]
        in_words = shown != self._open_end and shown[-1].isalpha() and shown[-1] == self._text[-1]
        goes_on = new and text.startswith(self._text) and _WORDS.fullmatch(new)
        if not (goes_on and in_words and "://" not in shown):
            return None
        self._text, self._open_end = text, shown + new + _END
        return Words(new)

    def _read(self, text: str) -> str:
        """Take in this text; the HTML of what has been settled by it."""
        self._text, rest = text, text[len(self._settled) :]
        found: dict[str, Any] = {}
        env: MutableMapping[str, Any] = {"references": ChainMap(found, self._definitions)}
        tokens = _PARSER.parse(rest, env)
        first, line = _last_block(tokens, rest.count("\n"))
        settled: str = _PARSER.renderer.render(tokens[:first], _PARSER.options, env)
        open_end = _PARSER.renderer.render(tokens[first:], _PARSER.options, env)
        if not line:
            self._open_end = settled + open_end
            return ""
        self._open_end = open_end
        self._settled += "".join(f"{ended}\n" for ended in rest.split("\n")[:line])
        self._html += settled
        self._definitions |= {
            label: entry for label, entry in found.items() if entry["map"][0] < line
        }
        return settled


def _gone_on(was: str, now: str) -> Words | None:
    """What the paragraph at the end of `was` goes on with in `now`, if that is text behind text."""
    shown, longer = was.removesuffix(_END), now.removesuffix(_END)
    are_paragraphs = shown != was and longer != now
    new = longer[len(shown) :]
    if are_paragraphs and longer.startswith(shown) and shown[-1] != ">" and new and "<" not in new:
        return Words(unescape(new))
    return None


def _lines_ended(text: str) -> str:
    """With the ends of lines as the parser counts them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _last_block(tokens: Sequence[Token], whole_lines: int) -> tuple[int, int]:
    """Where the last block begins whose first line is whole: its token, and its line."""
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        begins = token.level == 0 and token.nesting >= 0
        if begins and token.map and token.map[0] < whole_lines:
            return index, token.map[0]
    return 0, 0
