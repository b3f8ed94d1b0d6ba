"""An agent's Markdown while it streams: the same as the whole, and what a token costs."""

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.elements.markup import grown_by, unmarked
from web_client.elements.markdown import LONGEST, PARSER, markdown
from web_client.elements.streaming import Stream

LINES = st.sampled_from(
    ["words *and* more", "- one", "- two", "  in it", "1. first", "2. second", "> said", "# Head",
     "```", "code <b>", "| a | b |", "|---|---|", "| 1 | 2 |", "===", "---", "    indented", "", "",
     "[x](https://example.com)", "https://example.com/a_b", "~~~", "\ttab", "* * *", "\x0b\x0c",
     "[words]"]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=14).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda end: end.join(lines))
)

PIECES = st.sampled_from(
    ["*", "**", "***", "_", "__", "`", "``", "~~", "~", "[", "](", "](/a)", "]", "!", "(", ")", "<",
     ">", "\\", "&", "&amp;", "&am", ";", "#", '"', "'", " ", " ", " ", "  ", "\n", "\n\n", "\t",
     "words", "a", "B", "7", "é", "|", "| ", " |", "-", "- ", "1. ", "> ", "```", "=", "\x0b",
     "https://e.com/a_b", "http:", "//e", "<http://e>", "some more words", "🙂", "\xa0", "\0",
     "\\\n",      "\n|-|-|\n| a ", "[a]", "*a*", "**b** ", "`c` ", "[d](/e) "]
)  # fmt: skip
DEFINED = st.sampled_from(["", "", "[a]: /x\n", "[a]: /x\n\n", '[a]: /x\n"'])
MARKS = st.tuples(DEFINED, st.lists(PIECES, max_size=30).map("".join)).map("".join)


@given(TEXTS, st.integers(1, 9), st.sampled_from(["", "[words]: /prices 'All'\n\n"]))
def test_a_stream_shows_at_any_moment_what_the_whole_would(
    text: str, step: int, definition: str
) -> None:
    text = definition + text
    stream = Stream()
    for end in [*range(0, len(text), step), len(text)]:
        assert stream.render(text[:end]) == markdown(text[:end])


@given(TEXTS | MARKS, st.integers(1, 9))
def test_what_a_row_has_grown_by_makes_of_it_what_the_whole_would(text: str, step: int) -> None:
    stream = Stream()
    row = str(stream.marked(""))
    for end in [*range(0, len(text), step), len(text)]:
        grown = stream.grown(text[:end])
        assert grown is not None
        row = grown_by(row, grown)
        assert unmarked(row) == markdown(text[:end])


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


@pytest.mark.parametrize(
    "title", ['"\\\n"', '"\n===\n"', '"\n===\nmore\n"', "'\n# Head", "(a\n- b", '"a"\n"b\n\nc"']
)
@pytest.mark.parametrize("definition", ["[a]: /x\n", "[a]: /y\n[a]: /x\n", "# Head\n[a]: /x\n"])
def test_the_title_of_a_definition_may_take_several_lines(definition: str, title: str) -> None:
    text = f"one\n\n{definition}{title}\n\ntwo [a]\n\nthree"
    stream = Stream()
    for end in range(len(text) + 1):
        assert stream.render(text[:end]) == markdown(text[:end])


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


PARAGRAPH = "We *are* open on **Friday**, see [all hours](https://e.com/a), until `six`. " * 4
LIST = "".join(f"- **Item {n}**: something *of* it, and [more](/{n})\n" for n in range(30))
TABLE = "| a | b |\n|---|---|\n" + "".join(f"| row {n} | *and* {n} |\n" for n in range(20))


@pytest.mark.parametrize("kind", [PARAGRAPH, LIST, TABLE])
def test_a_token_reads_no_more_of_a_long_reply_than_of_a_short_one(kind: str) -> None:
    text = "\n\n".join([PARAGRAPH, LIST, TABLE, PARAGRAPH, kind])
    read: list[int] = []
    parse = PARSER.parseInline

    def counting(part: str, env: object = None) -> object:
        read.append(len(part))
        return parse(part, {})

    stream = Stream()
    with patch.object(PARSER, "parseInline", counting):
        for end in range(0, len(text), 4):
            stream.grown(text[:end])
    assert sum(read) / (len(text) / 4) < 20
    assert max(read) < 100


def test_what_is_absurdly_long_is_shown_as_it_is() -> None:
    text = "*a" * LONGEST
    assert Stream().render(text) == markdown(text)
