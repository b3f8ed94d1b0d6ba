"""An agent's text as Markdown: markup that can hold nothing but what stands in this file.

markdown-it-py parses, with HTML off: what looks like markup in a message is text. Links go to
`SCHEMES` alone, in a window of their own that knows nothing of this page. A picture would tell
its host what was read and when, so it is a link instead.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup

SCHEMES: Final = frozenset({"", "http", "https", "mailto", "tel"})
"""Where a link may go; none is a place on the page's own site."""

LONGEST: Final = 100_000
"""Characters that are read as Markdown; what is longer is shown as it is."""

_BARE: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'*_]")


class Links(RendererHTML):
    """markdown-it's own renderer, but for where links lead and for pictures."""

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        token = tokens[index]
        token.attrSet("target", "_blank")
        token.attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, index, options, env)

    def th_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
        """No policy of a page allows a style, and here the parser has one for the alignment."""
        attributes = tokens[index].attrs
        if style := attributes.pop("style", None):
            attributes["align"] = str(style).removeprefix("text-align:")
        return self.renderToken(tokens, index, options, env)

    td_open = th_open

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


PARSER: Final = _parser()


def markdown(text: str) -> Markup:
    """The whole of a text that won't change any more."""
    if len(text) > LONGEST:
        return Markup("<p>{}</p>").format(text)
    return Markup(PARSER.render(text))  # noqa: S704 - see the top of this module
