"""What an element's half does to the page: its rows, its focus, its style sheets."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from tests.pyodide.inside.record import page
from web_client.browser.bridge import plain
from web_client.browser.dom import ElementHost
from web_client.browser.markup import trusted
from web_client.browser.rows import FULL
from web_client.elements.render import OPEN_END, Growth, Row, Words

MARKUP = """
<div data-refuge="launcher">
  <div data-refuge="missing close">
    <div data-region="bar"><button data-act="mute">Mute</button></div>
    <button data-focus="close">Close</button>
    <textarea data-focus="field"></textarea>
    <div data-rows data-region="rows"></div>
  </div>
  <button data-focus="launcher">Talk</button>
</div>
"""


@contextmanager
def _host() -> Iterator[tuple[ElementHost, Any]]:
    node = page.document.createElement("div")
    page.document.body.append(node)
    root = node.attachShadow(plain({"mode": "open"}))
    root.innerHTML = trusted(MARKUP)
    host = ElementHost(SimpleNamespace(element=node, root=root, trusted=trusted))
    yield host, root
    host.close()
    node.remove()


def _row(number: int, after: int | None, words: str = "") -> Row:
    button = f'<button data-act="copy" value="{number}">Copy</button>'
    text = f'<div class="text">{words}{OPEN_END}</div>'
    return Row(number, f'<li id="message-{number}">{text}{button}</li>', after)


def _focused(root: Any) -> str:
    node = root.activeElement
    return (node.getAttribute("data-act") or node.getAttribute("data-focus")) if node else ""


async def a_button_that_is_drawn_anew_keeps_the_focus_and_one_that_goes_leaves_it() -> None:
    with _host() as (host, root):
        root.querySelector("[data-act=mute]").focus()
        host.render("bar", '<p></p><button data-act="mute" aria-pressed="true">Mute</button>')
        assert _focused(root) == "mute"
        host.render("bar", "")
        assert _focused(root) == "close"
        host.place([_row(1, None), _row(2, 1)])
        root.querySelector("[value='2']").focus()
        host.place([_row(2, 1, "more")])
        assert root.activeElement.getAttribute("value") == "2"
        root.querySelector("textarea").focus()
        host.place([_row(2, 1, "and more")])
        assert _focused(root) == "field"  # which nothing has touched
        root.querySelector("[value='2']").focus()
        host.place([Row(2, "", None)])
        assert _focused(root) == "close"


async def what_closes_gives_the_focus_back_and_takes_it_from_nobody() -> None:
    own = page.document.body.appendChild(page.document.createElement("input"))
    with _host() as (host, root):
        own.focus()
        host.focus("field")
        assert _focused(root) == "field"
        host.give_back("launcher")
        assert page.document.activeElement == own
        own.blur()
        host.focus("field")
        host.give_back("missing", "launcher")
        assert _focused(root) == "launcher"
    own.remove()


async def rows_stand_in_order_and_in_groups_wherever_they_come() -> None:
    with _host() as (host, root):
        host.place([_row(1, None), _row(2, 1)])
        before = [_row(number, number - 1 if number > 10 else None) for number in range(10, 400)]
        host.place(before)
        host.place([_row(number, number - 1) for number in range(3, 10)])
        shown = [int(node.id.split("-")[1]) for node in root.querySelectorAll("[data-rows] li")]
        assert shown == [*range(10, 400), *range(1, 10)], shown
        groups = [group.childElementCount for group in root.querySelectorAll("[data-rows] > ol")]
        assert max(groups) <= FULL + 1, groups
        assert len(groups) <= 10, groups


async def a_token_changes_as_little_of_the_page_behind_a_thousand_rows_as_behind_ten() -> None:
    changed = []
    for length in (10, 1000):
        with _host() as (host, root):
            host.place([_row(number, number - 1 or None) for number in range(1, length + 1)])
            told = page.MutationObserver.new(page.Array.of)
            everything = {"subtree": True, "childList": True, "attributes": True}
            told.observe(root, plain(everything | {"characterData": True}))
            grown = Growth("<p>settled</p>", "<p>open</p>\n")
            host.place([Row(length, "", length - 1, grown)])
            host.place([Row(length, "", length - 1, Words(" and more"))])
            host.place([_row(length, length - 1, "done")])
            records = told.takeRecords()
            nodes = sum(r.addedNodes.length + r.removedNodes.length for r in records)
            changed.append((nodes, records.length))
            told.disconnect()
    assert changed[0] == changed[1] > (0, 0), changed


async def words_that_go_on_leave_what_somebody_is_marking() -> None:
    """Behind one another, as a call shows them, and in the last paragraph of what is written."""
    cut = Growth("<p>Yes.</p>", "<ul><li>We <span data-cut><b>a</b>re</span></li></ul>\n")
    for begun, grown in (("We are", None), ("", cut)):
        with _host() as (host, root):
            host.place([Row(7, f'<li id="message-7"><div class="text">{begun}</div></li>', None)])
            if grown:
                host.place([_row(7, None)])
                host.place([Row(7, "", None, grown)])
            text = root.querySelector(".text")
            marked = (root.querySelector("[data-cut]") or text).lastChild
            host.place([Row(7, "", None, Words(" <open> & at home"))])
            assert text.textContent.strip().endswith("We are <open> & at home"), text.innerHTML
            assert (root.querySelector("[data-cut]") or text).lastChild == marked


async def a_line_that_grows_leaves_what_is_settled_of_it() -> None:
    with _host() as (host, root):
        host.place([_row(7, None)])
        host.place([Row(7, "", None, Growth("", "<p>We <span data-cut><b>a</b>re</span></p>"))])
        settled, text = root.querySelector("p").firstChild, root.querySelector(".text")
        host.place([Row(7, "", None, Growth("are <i>open</i> ", "until <b>six</b>", True))])
        assert text.innerHTML.endswith(
            '<p>We are <i>open</i> <span data-cut="">until <b>six</b></span></p>'
        ), text.innerHTML
        assert root.querySelector("p").firstChild == settled


async def a_style_sheet_is_one_for_all_and_stands_there_once() -> None:
    with _host() as (one, root), _host() as (other, others):
        for host in (one, one, other):
            host.style("p { color: red }")
        assert root.adoptedStyleSheets.length == others.adoptedStyleSheets.length == 1
        assert root.adoptedStyleSheets[0] == others.adoptedStyleSheets[0]


async def a_level_is_set_where_it_is_another_and_on_whatever_comes_new() -> None:
    with _host() as (host, root):
        host.render("bar", "<i data-level></i>")
        host.set_level(0.25)
        style = root.querySelector("[data-level]").style
        assert style.getPropertyValue("--level") == "0.25"
        style.removeProperty("--level")
        host.set_level(0.251)
        assert style.getPropertyValue("--level") == ""
        host.render("bar", "<b data-level></b>")
        host.set_level(0.251)
        style = root.querySelector("b").style
        assert style.getPropertyValue("--level") == "0.25"
