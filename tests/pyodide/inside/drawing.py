"""`browser.page`: frames, regions and rows in a real document; and `bind` over them."""

import asyncio
from types import SimpleNamespace
from typing import Any

from pyodide.ffi import JsException

from tests.pyodide.inside.record import page, raises
from web_client import ChatSession, bind
from web_client.browser.markup import trusted
from web_client.browser.page import BrowserPage
from web_client.runtime import default_ports

MARKUP = """
<p data-region="presence"></p>
<div data-follow style="height: 40px; overflow: auto"><ol data-region="messages"></ol></div>
<input id="field">
"""
TEMPLATE = """
{% block presence %}{{ view.status }}{% endblock %}
{% block message %}<li style="height: 100px">{{ message.text }}</li>{% endblock %}
"""


class Stage:
    """A part of the page with the markup above, gone at the end."""

    def __enter__(self) -> Any:
        self._node = page.document.createElement("main")
        self._node.innerHTML = trusted(MARKUP)
        page.document.body.append(self._node)
        return self._node

    def __exit__(self, *_: object) -> None:
        self._node.remove()


async def frame() -> None:
    painted = asyncio.Event()
    BrowserPage("body").on_frame(painted.set)
    await painted.wait()


def texts(node: Any) -> list[str]:
    return [row.textContent for row in node.querySelectorAll("li")]


async def a_frame_that_is_called_off_does_not_come() -> None:
    told: list[str] = []
    where = BrowserPage("body")
    called_off = where.on_frame(lambda: told.append("never"))
    where.on_frame(lambda: told.append("first"))
    called_off.cancel()
    called_off.cancel()
    await frame()
    assert told == ["first"], told


async def rows_are_put_in_their_places() -> None:
    with Stage() as node:
        part = BrowserPage("main")
        part.place("messages", 2, "<li>two</li>", None)
        part.place("messages", 1, "<li>one</li>", None)
        part.place("messages", 3, "<li>three</li>", 1)
        assert texts(node) == ["one", "three", "two"], texts(node)
        part.place("messages", 3, "<li>3</li>", 1)
        part.place("messages", 1, "", None)
        part.place("messages", 9, "", None)
        assert texts(node) == ["3", "two"], texts(node)
        part.clear("messages")
        assert texts(node) == [], texts(node)


async def what_the_page_lacks_is_named() -> None:
    with raises(LookupError, "#nowhere"):
        BrowserPage("#nowhere")
    with Stage(), raises(LookupError, "elsewhere"):
        BrowserPage("main").render("elsewhere", "")
    with Stage(), raises(ValueError, "one element"):
        BrowserPage("main").place("messages", 1, "words", None)


async def a_bound_page_follows_and_leaves_the_field_alone() -> None:
    with Stage() as node:
        session = ChatSession(agent="mara", ports=default_ports())
        binding = bind(session, TEMPLATE, into="main")
        field, box = node.querySelector("#field"), node.querySelector("[data-follow]")
        field.value = "half a word"
        field.focus()
        session.send("<b>one</b>")
        await frame()
        session.send("two")
        await frame()
        assert node.querySelector("p").textContent == "idle"
        assert texts(node) == ["<b>one</b>", "two"], texts(node)
        assert box.scrollTop + box.clientHeight >= box.scrollHeight - 1
        box.scrollTop -= 9
        top = box.scrollTop
        session.send("three")
        await frame()
        assert box.scrollTop == top
        binding.follow()
        assert box.scrollTop > 0
        assert field.value == "half a word"
        assert page.document.activeElement.id == "field"
        session.destroy()


async def a_part_where_nothing_follows_is_drawn_too() -> None:
    with Stage() as node:
        node.querySelector("[data-follow]").removeAttribute("data-follow")
        session = ChatSession(agent="mara", ports=default_ports())
        view = SimpleNamespace(status="<i>", messages=())
        bind(session, TEMPLATE, view=lambda _: view, into="main").follow()
        await frame()
        assert node.querySelector("p").textContent == "<i>"
        session.destroy()


async def all_this_is_drawn_on_a_page_that_demands_trusted_types() -> None:
    if not hasattr(page, "trustedTypes"):
        return  # a browser that knows of none
    with Stage() as node:
        refused = ""
        try:
            node.innerHTML = "<b>not trusted</b>"
        except JsException as error:
            refused = error.name
        assert refused == "TypeError", refused
        BrowserPage("main").render("presence", "<b>trusted</b>")
        assert node.querySelector("b").textContent == "trusted"
