"""What comes of an agent's Markdown."""

import pytest

from web_client.elements.markdown import LONGEST, allowed, markdown

REL = 'target="_blank" rel="noopener noreferrer nofollow"'


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
        ("| a |\n|--:|\n| 1 |", '<table>\n<thead>\n<tr>\n<th align="right">a</th>\n</tr>\n'
         '</thead>\n<tbody>\n<tr>\n<td align="right">1</td>\n</tr>\n</tbody>\n</table>'),
    ],
)  # fmt: skip
def test_what_comes_of_it(text: str, html: str) -> None:
    assert markdown(text).strip() == html


@pytest.mark.parametrize("address", ["http://[", "javascript:x", "data:,x", "FILE:///x"])
def test_where_a_link_may_not_lead(address: str) -> None:
    assert not allowed(address)


def test_what_is_absurdly_long_is_shown_as_it_is() -> None:
    text = "*a" * LONGEST
    assert markdown(text) == f"<p>{text}</p>"
