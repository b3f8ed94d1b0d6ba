"""An agent's Markdown: what comes of it, and what it costs while it streams."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.common.utils import escapeHtml

from web_client.elements import markdown as module
from web_client.elements.markdown import LONGEST, Stream, allowed, markdown
from web_client.elements.render import OPEN_END, Words

REL = 'target="_blank" rel="noopener noreferrer nofollow"'
END = "</p>\n"

LINES = st.sampled_from(
    ["words *and* more", "- one", "- two", "  in it", "1. first", "2. second", "> said", "# Head",
     "```", "code <b>", "| a | b |", "|---|---|", "| 1 | 2 |", "===", "---", "    indented", "", "",
     "[x](https://example.com)", "https://example.com/a_b", "~~~", "\ttab", "* * *", "\x0b\x0c",
     "[words]"]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join(lines))
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Hello** *there*", "<p><strong>Hello</strong> <em>there</em></p>"),
        ("one\ntwo", "<p>one<br />\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("~~no~~", "<p><s>no</s></p>"),
        ("a < b && c", "<p>a &lt; b &amp;&amp; c</p>"),
        ("[x](https://e.com)", f'<p><a href="https://e.com" {REL}>x</a></p>'),
        ("[x](/prices)", f'<p><a href="/prices" {REL}>x</a></p>'),
        ("See https://e.com/a_b?c=1.", f'<p>See <a href="https://e.com/a_b?c=1" {REL}>'
         "https://e.com/a_b?c=1</a>.</p>"),
        ("`https://e.com`", "<p><code>https://e.com</code></p>"),
        ("![Lo](https://e.com/a.png)", f'<p><a href="https://e.com/a.png" {REL}>Lo</a></p>'),
        ("[x](javascript:a)", "<p>[x](javascript:a)</p>"),
    ],
)  # fmt: skip
def test_what_comes_of_it(text: str, html: str) -> None:
    assert markdown(text).strip() == html


@pytest.mark.parametrize("address", ["http://[", "javascript:x", "data:,x", "FILE:///x"])
def test_where_a_link_may_not_lead(address: str) -> None:
    assert not allowed(address)


@given(TEXTS, st.integers(1, 9), st.sampled_from(["", "[words]: /prices 'All'\n\n"]))
def test_a_stream_shows_at_any_moment_what_the_whole_would(
    text: str, step: int, definition: str
) -> None:
    text = definition + text
    stream = Stream()
    for end in [*range(0, len(text), step), len(text)]:
        assert stream.render(text[:end]) == markdown(text[:end])


@given(TEXTS, st.integers(1, 9))
def test_what_a_row_has_grown_by_makes_of_it_what_the_whole_would(text: str, step: int) -> None:
    stream = Stream()
    row = str(stream.render("", OPEN_END))
    for end in [*range(0, len(text), step), len(text)]:
        grown = stream.grown(text[:end])
        assert grown is not None
        settled, _, open_end = row.partition(OPEN_END)
        if isinstance(grown, Words):
            assert open_end.endswith(END)
            row = row.removesuffix(END) + escapeHtml(grown.text) + END
        else:
            row = settled + grown.settled + OPEN_END + grown.open_end
        assert row.replace(OPEN_END, "") == markdown(text[:end])


@pytest.mark.parametrize("text", ["another\n\ntext", "one\n\n" + "*a" * LONGEST])
def test_what_is_another_text_has_not_grown(text: str) -> None:
    stream = Stream()
    stream.render("one\n\ntwo\n")
    assert stream.grown(text) is None


def test_a_definition_holds_for_all_that_is_below_it() -> None:
    text = "[a]: /first\n[a]: /second\n\none\n\n[a]\n\n[b]: /b\n\nthree\n\n[A] and [b]\n"
    stream = Stream()
    for end in range(len(text) + 1):
        assert stream.render(text[:end]) == markdown(text[:end])
    assert "/first" not in stream.render("[a]")  # another text has its own


def test_a_definition_below_a_settled_block_makes_a_link_at_the_end() -> None:
    text = "[a]\n\none\n\ntwo\n\n[a]: /first\n\nthree\n"
    stream = Stream()
    for end in range(len(text) + 1):
        html = stream.render(text[:end])
    assert "<p>[a]</p>" in html
    assert "/first" in markdown(text)


def test_a_stream_that_becomes_another_text_begins_anew() -> None:
    stream = Stream()
    stream.render("one\n\ntwo\n\nthree")
    assert stream.render("uno\n\ndue") == markdown("uno\n\ndue")


def test_a_token_costs_its_last_block_however_long_the_reply() -> None:
    parsed: list[int] = []
    parse = module._PARSER.parse

    def counting(text: str, env: object) -> object:
        parsed.append(len(text))
        return parse(text, {})

    stream, text = Stream(), ""
    with patch.object(module._PARSER, "parse", counting):
        for _ in range(300):
            text += "Some *words* of a paragraph.\n\n"
            stream.render(text)
    assert max(parsed[10:]) <= 2 * len("Some *words* of a paragraph.\n\n")


def test_what_is_absurdly_long_is_shown_as_it_is() -> None:
    text = "*a" * LONGEST
    assert markdown(text) == Stream().render(text) == f"<p>{text}</p>"
