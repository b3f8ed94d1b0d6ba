"""What a browser would make of our HTML, held against what may be in it."""

from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

from markdown_it.common.utils import escapeHtml

from web_client.elements.render import CUT, OPEN_END, Growth, Words

VOID: Final = {"br", "hr", "img", "input", "rect", "path", "circle"}
_TAGS = """
a article b bdi blockquote button code del dialog div em
form h1 h2 h3 h4 h5 h6 header i label li ol p pre
s section small span strong svg table tbody td textarea th thead time tr ul
"""
_ATTRIBUTES = """
class id part role type value href rel target title alt src dir tabindex rows placeholder
enterkeyhint autocomplete maxlength name novalidate datetime start align viewbox d x y rx cx
cy r width height pathlength
"""
TAGS: Final = VOID | frozenset(_TAGS.split())
ATTRIBUTES: Final = frozenset(_ATTRIBUTES.split())
SCHEMES: Final = {"", "http", "https", "mailto", "tel"}


def grown_by(row: str, grown: Growth | Words) -> str:
    """What becomes on the page of the text of a row."""
    if isinstance(grown, Words):
        text, end, closings = row.partition(CUT[1])
        return text + escapeHtml(grown.text) + end + closings
    if not grown.is_in_line:
        settled = row.partition(OPEN_END)[0]
        return settled + grown.settled + OPEN_END + grown.open_end
    settled, begin, behind = row.partition(CUT[0])
    _, end, closings = behind.partition(CUT[1])
    return settled + grown.settled + begin + grown.open_end + end + closings


def unmarked(row: str) -> str:
    """Without the marks at which it grows."""
    for mark in (OPEN_END, *CUT):
        row = row.replace(mark, "")
    return row


class Markup(HTMLParser):
    """Parses HTML; `wrong` says what may not be in it. `words` is the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += [f"<{tag}> stays open" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        if tag not in VOID:
            self._open.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES and not name.startswith(("data-", "aria-")):
                self.wrong.append(f"<{tag} {name}>")
            if name in ("href", "src") and urlsplit((value or "").strip()).scheme not in SCHEMES:
                self.wrong.append(f"<{tag} {name}={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append(f"<![{data}]>")
